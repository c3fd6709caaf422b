"""Names of accounts: the name itself, the domain in front of it or behind it, an address."""

from __future__ import annotations

from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first


def account(value: Any) -> dict[str, Any]:
    r"""Name, domain and address out of `name@domain` or `DOMAIN\name`; the name alone where it has no domain."""
    if type(value) is not str or not value:
        return {}
    name, mark, domain = value.rpartition("@")
    if mark and name and " " not in value:
        return {"user.name": name, "user.domain": domain, "user.email": value}
    domain, mark, name = value.rpartition("\\")
    return {"user.name": name, "user.domain": domain} if name and domain else {"user.name": value}


def with_domain(frame: pl.DataFrame, prefix: str = "user") -> pl.DataFrame:
    r"""`<prefix>.name` and, where the record gives none of its own, `.domain` out of `DOMAIN\name`."""
    name = f"{prefix}.name"
    if name not in frame.columns or not frame[name].str.contains("\\", literal=True).any():
        return frame
    parts = frame[name].str.extract_groups(r"^([^\\@]{1,255})\\+([^\\]+)$").struct
    domain = column(frame, f"{prefix}.domain").fill_null(parts.field("1"))
    return frame.with_columns(parts.field("2").fill_null(frame[name]).alias(name), domain.alias(f"{prefix}.domain"))


def acting(frame: pl.DataFrame) -> pl.DataFrame:
    """The user of the event: the one on the sender's side, where no other is named."""
    for part in ("name", "domain"):
        user = first(frame, f"user.{part}", f"source.user.{part}")
        if user.null_count() < len(user):
            frame = frame.with_columns(user.alias(f"user.{part}"))
    return frame
