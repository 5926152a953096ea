"""The proof that comes with a claim: a scan or a photograph of an authorization. Told by its bytes, never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from commons.portal.errors import ProofRefused

PURPOSE = "portal.proof"
MAX_BYTES = 10 * 1024 * 1024
_KINDS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True)
class Proof:
    """What was handed in."""

    name: str
    content: bytes


def content_type(proof: Proof) -> str:
    """
    What the proof is.

    Raises: ProofRefused.
    """
    for beginning, kind in _KINDS:
        if proof.content.startswith(beginning):
            return kind
    raise ProofRefused(path=("proof",))
