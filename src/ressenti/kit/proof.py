"""How do a command and the server beside it show each other that they know a secret, without saying it?

The command sends a random challenge with its own proof for it; the server answers with its proof. Whoever took the port
of a server that is gone learns nothing that opens anything, and cannot answer.
"""

import hmac
import secrets
from hashlib import sha256

CHALLENGE, PROOF = "X-Ressenti-Challenge", "X-Ressenti-Proof"
"""The headers in which a command sends its challenge and its proof."""


def challenge() -> str:
    """Return a challenge that nobody has answered before."""
    return secrets.token_hex(32)


def command_proof(secret: str, asked: str) -> str:
    """Return what shows a server that a command knows the secret."""
    return _proof(secret, "command", asked)


def server_proof(secret: str, asked: str) -> str:
    """Return what shows a command that a server knows the secret."""
    return _proof(secret, "server", asked)


def is_proof(shown: str, expected: str) -> bool:
    """Compare two proofs in a time that tells nothing."""
    return hmac.compare_digest(shown.encode(), expected.encode())


def _proof(secret: str, who: str, asked: str) -> str:
    return hmac.new(secret.encode(), f"{who} {asked}".encode(), sha256).hexdigest()
