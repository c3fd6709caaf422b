"""The parts of a domain name: the suffix under which anybody may register, what is registered, what is before it."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from watchfloor.enrich.plugin import SIDES, Answers, Enrichment, Place, Questions

_LONGEST = 253
"""Characters of a name: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4."""
_DEPTH = 8
"""Labels that are looked at; the longest suffix of the list has five."""
_NAME = re.compile(r"[^\s\x00-\x1f./:@\\%\[\]]{1,63}(?:\.[^\s\x00-\x1f./:@\\%\[\]]{1,63})+")
_PARTS = ("registered_domain", "subdomain", "top_level_domain")
_NOTHING: tuple[None, None, None] = (None, None, None)


class _Suffixes:
    """The list, asked only for names whose last two labels some longer rule ends in; asking takes 3 µs.

    Of all others the last two labels are the suffix where that is a rule, and else the last one, as the list's default
    rule says.
    """

    def __init__(self) -> None:
        import publicsuffixlist  # noqa: PLC0415 - reading the list takes 50 ms

        self._ask = publicsuffixlist.PublicSuffixList().publicsuffix
        lines = Path(publicsuffixlist.PSLFILE).read_text("utf-8").lower().splitlines()
        rules = {rule for line in lines if (rule := line.partition(" ")[0]) and not rule.startswith("//")}
        special = {rule.lstrip("!") for rule in rules if rule.count(".") > 1 or rule.startswith(("*", "!"))}
        self._deep = {".".join(rule.split(".")[-2:]) for rule in special}
        self._pairs = {rule for rule in rules if rule.count(".") == 1} - self._deep

    def of(self, name: str, labels: Sequence[str]) -> str | None:
        """The suffix of a name in lower case, given its last labels, in order."""
        last = labels[-1]
        pair = f"{labels[-2]}.{last}"
        # Rules in other letters hold in their encoding, too.
        if pair in self._deep or f"*.{last}" in self._deep or not name.isascii() or "xn--" in name:
            return self._ask(name)
        return pair if pair in self._pairs else last


_suffixes = functools.cache(_Suffixes)


def parts(name: str) -> tuple[str | None, str | None, str | None]:
    """Registered domain, subdomain and public suffix of a name, in lower case; None for what there is not.

    Names of one label, addresses and text that is no name have no parts.
    """
    name = name.lower().removesuffix(".")
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        return _NOTHING
    labels = name.rsplit(".", _DEPTH)
    if labels[-1].isdigit():  # no such suffix: https://www.rfc-editor.org/rfc/rfc3696#section-2
        return _NOTHING
    suffix = _suffixes().of(name if len(labels) <= _DEPTH else ".".join(labels[1:]), labels)
    if not suffix:
        return _NOTHING
    before, _, own = name[: -len(suffix) - 1].rpartition(".")
    return (f"{own}.{suffix}", before or None, suffix) if own else (None, None, suffix)


def _answer(asked: Questions) -> Answers:
    found = [parts(name) for name in asked.values[0].to_pylist()]
    return {name: pa.array([each[at] for each in found], pa.string()) for at, name in enumerate(_PARTS)}


def _place(holder: str, field: str) -> Place:
    return Place((f"{holder}.{field}",), {name: f"{holder}.{name}" for name in _PARTS})


ENRICHMENT = Enrichment(
    reference="https://publicsuffix.org/list/",
    places=(_place("dns.question", "name"), _place("url", "domain"), *(_place(side, "domain") for side in SIDES)),
    answer=_answer,
)
