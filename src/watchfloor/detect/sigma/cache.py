"""Compiled rule files on disk, so that starting costs no parsing.

One file per set of rule folders: a line of header (format, versions, checksum) and a JSON object content hash ->
`parse.ParsedFile`. JSON, because loading it cannot run anything whoever wrote it; a file that is damaged, of another
version, or that others could have written is ignored and made anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

FORMAT = 11
"""Raised whenever the compiled form or its meaning changes."""
MAX_BYTES = 1 << 30


def content_hash(data: bytes) -> str:
    """BLAKE2b (128 bits) of a rule file."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def load(path: Path) -> dict[str, Any]:
    """Content hash -> compiled file; empty when there is no cache that can be trusted."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not _private(status) or status.st_size > MAX_BYTES:
                return {}
            header, _, body = file.read().partition(b"\n")
        if header != _header(body):
            return {}
        entries = orjson.loads(body)
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def save(path: Path, entries: Mapping[str, Any]) -> None:
    """Replace the cache in one step; where that is impossible the next start simply parses again."""
    body = orjson.dumps(entries)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_header(body) + b"\n" + body)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


def _header(body: bytes) -> bytes:
    pysigma = metadata.version("pysigma")
    return f"watchfloor sigma cache {FORMAT} pysigma {pysigma} {content_hash(body)}".encode()


def _private(status: os.stat_result) -> bool:
    """Whether only this user could have written the file (where the system knows users)."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
