"""Units of size: bytes, by the powers of 1,024."""

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
