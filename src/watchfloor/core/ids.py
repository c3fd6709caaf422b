"""Deterministic identifiers: the same input gives the same id on every machine and run."""

from __future__ import annotations

import hashlib


def stable_id(*parts: str, length: int = 20) -> str:
    """The first `length` hex digits of BLAKE2b over the parts, each preceded by its length in bytes."""
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:length]
