"""Microsoft IIS: requests in the W3C extended format, with any choice of fields; the usual choices also without header.

IIS writes `+` for blanks inside a field, so what a client sends cannot shift the columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watchfloor.parsers._pairs import merged
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._records import reader
from watchfloor.parsers.web._w3c import FIELDS, TIMES, derived, names_in, rows

_SHAPE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: (?P<site>[A-Za-z]\S*))?(?: (?P<computer>[A-Za-z]\S*))?"
    r"(?: (?P<server>[\d.]{7,15}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%\w+)?))? [A-Za-z_-]{1,20} \S+ \S+ \d{1,5} \S+ "
    r"[0-9A-Fa-f:.%]+"
    r"(?P<version> HTTP/\S+)?(?P<texts>(?: \S+){1,4}?) \d{3}(?P<rest>(?: -?\d+){0,6})(?P<forwarded> \S+)?\s*"
)
_TEXTS = (
    ("cs(User-Agent)",),
    ("cs(User-Agent)", "cs(Referer)"),
    ("cs(User-Agent)", "cs(Cookie)", "cs(Referer)"),
    ("cs(User-Agent)", "cs(Cookie)", "cs(Referer)", "cs-host"),
)
_CODES = ["sc-substatus", "sc-win32-status"]
_NUMBERS = {
    0: [],
    1: ["sc-win32-status"],
    2: _CODES,
    3: [*_CODES, "time-taken"],
    4: [*_CODES, "sc-bytes", "cs-bytes"],
    5: [*_CODES, "sc-bytes", "cs-bytes", "time-taken"],
}


def _shape(line: str) -> tuple[str, ...] | None:
    """The columns of a line without header, by what stands where."""
    found = _SHAPE.fullmatch(line)
    if found is None:
        return None
    names = ["date", "time"]
    names += ["s-sitename"] if found["site"] else []
    names += ["s-computername"] if found["computer"] else []
    names += ["s-ip"] if found["server"] else []
    names += ["cs-method", "cs-uri-stem", "cs-uri-query", "s-port", "cs-username", "c-ip"]
    names += ["cs-version"] if found["version"] else []
    names += _TEXTS[found["texts"].count(" ") - 1]
    numbers = _NUMBERS.get(found["rest"].count(" "))
    if numbers is None:
        return None
    return (*names, "sc-status", *numbers, *(("X-Forwarded-For",) if found["forwarded"] else ()))


def _read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    names = names_in(header)
    if names:
        return rows(lines, names)
    shapes: dict[tuple[str, ...] | None, list[int]] = {}
    for place, line in enumerate(lines):
        shapes.setdefault(_shape(line), []).append(place)
    return merged((places, rows([lines[place] for place in places], shape or ())) for shape, places in shapes.items())


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging",
    sieve=(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[^\s,]+ ){0,3}?[A-Za-z_-]{1,20} [^\s:]\S* \S+ \d{1,5} \S+ "
        r"[0-9A-Fa-f:.]+"
    ),
    header=r"(?m)^#Fields:.*\bcs-(?:method|uri-stem)\b",
    read=_read,
    parse=reader(
        {
            **FIELDS,
            "sc-bytes": "http.response.body.bytes",
            "cs-bytes": "http.request.body.bytes",
            "X-Forwarded-For": "_forwarded",
            "x-forwarded-for": "_forwarded",
            "X-FORWARDED-FOR": "_forwarded",
            "OriginalIP": "_forwarded",
            "s-sitename": "iis.access.site_name",
            "s-computername": "iis.access.server_name",
            "sc-substatus": "iis.access.sub_status",
            "sc-win32-status": "iis.access.win32_status",
            "cs(Cookie)": "iis.access.cookie",
        },
        vendor="iis.access",
        times=TIMES,
        utc=True,
        fixed={"event.category": ["network", "web"], "event.type": ["connection"]},
        derive=derived,
        empty=frozenset({"", "-"}),
    ),
)
