"""Where lines begin and end does not depend on how much of a file is read at once."""

import io
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from ressenti.intake.formats import lines
from ressenti.intake.formats.lines import EndlessLineFound, LongLine, TextFile, without_ending

UNITS = {"utf-8": 1, "utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
blocks = st.integers(1, 12).map(lambda count: 4 * count)
codecs = st.sampled_from(sorted(UNITS))
texts = st.text("ab\r\n\u0a0a\u0d0d\u0a0d\u2028😀", max_size=60)


def read(content: bytes, codec: str, *, block: int, longest: int) -> list[tuple[bytes, int, str]]:
    """Return the bytes that are kept of each line, how many it has in the file, and its text."""
    with patch.object(lines, "BLOCK", block):
        file = TextFile(io.BytesIO(content), codec, name="x", longest=longest, may_cut=True)
        found = [pair for part in file for pair in zip(part.raw, part.texts, strict=True)]
    return [(bytes(raw), raw.whole_size if isinstance(raw, LongLine) else len(raw), text) for raw, text in found]


def whole_lines(text: str) -> list[str]:
    """Return the lines of a text, ended by LF, CR LF or CR alone."""
    return io.StringIO(text, newline="").readlines()


@given(texts, codecs, blocks)
def test_lines_are_the_same_however_the_file_is_cut(text: str, codec: str, block: int) -> None:
    content = text.encode(codec)

    found = read(content, codec, block=block, longest=10_000)

    expected = whole_lines(text)
    assert [line for _raw, _size, line in found] == expected
    assert [raw for raw, _size, _line in found] == [line.encode(codec) for line in expected]


@given(texts, codecs, blocks, st.integers(1, 5))
def test_long_lines_are_cut_and_no_other(text: str, codec: str, block: int, length: int) -> None:
    longest = 4 * length
    with patch.object(lines, "KEPT", 4):
        found = read(text.encode(codec), codec, block=block, longest=longest)

    sizes = [len(line.encode(codec)) for line in whole_lines(text)]
    assert [size for _raw, size, _line in found] == sizes
    assert [len(raw) for raw, _size, _line in found] == [4 if size > longest else size for size in sizes]


@given(st.binary(max_size=60), codecs, blocks)
def test_no_byte_is_lost(content: bytes, codec: str, block: int) -> None:
    with patch.object(lines, "BLOCK", block):
        file = TextFile(io.BytesIO(b"aaaa" + content), codec, name="x", longest=10_000, may_cut=False)
        found = b"".join(raw for part in file for raw in part.raw)

    assert found == b"aaaa" + content


@given(texts, codecs)
def test_an_ending_is_taken_off_once(text: str, codec: str) -> None:
    file = TextFile(io.BytesIO(text.encode(codec)), codec, name="x", longest=10_000, may_cut=False)
    bare = without_ending(file.encoding)

    assert [bare(raw).decode(codec) for part in file for raw in part.raw] == [
        line.rstrip("\r\n") for line in whole_lines(text)
    ]


@given(blocks)
def test_a_line_that_cannot_be_cut_is_said(block: int) -> None:
    with patch.object(lines, "BLOCK", block):
        file = TextFile(io.BytesIO(b"short\n" + b"x" * 100), None, name="x", longest=20, may_cut=False)
        found: list[bytes] = []
        try:
            for part in file:
                found += part.raw
        except EndlessLineFound:
            found.append(b"endless")

    assert found[0] == b"short\n"
    assert found[-1] == b"endless" or block > 20
