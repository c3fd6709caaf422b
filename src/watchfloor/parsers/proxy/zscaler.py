"""Zscaler's web log, from its streaming service, as tab-separated pairs."""

from __future__ import annotations

from collections.abc import Sequence

from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.proxy._zscaler import parse


def _read(lines: Sequence[str], _header: str) -> list[dict[str, str] | None]:
    found: list[dict[str, str] | None] = []
    for line in lines:
        time, *pairs = line.rstrip("\r\n").split("\t")
        record = {"datetime": time}
        for pair in pairs:
            name, _, value = pair.partition("=")
            record.setdefault(name, value)
        found.append(record)
    return found


PARSER = FieldsParser(
    reference="https://help.zscaler.com/zia/nss-feed-output-format-web-logs",
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\treason=[^\t]*\t.*\turl",
    read=_read,
    parse=parse,
)
