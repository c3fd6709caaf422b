"""The parts of a domain name: the suffix under which anybody may register, what is registered, what is before it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from watchfloor.enrich.plugin import SIDES, Answers, Enrichment, Place, Questions

_LONGEST = 253
"""Characters of a name: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4."""
_DEPTH = 8
"""Labels that are looked at; the longest suffix of the list has five."""
_NAME = re.compile(r"[^\s\x00-\x1f./:@\\%\[\]]{1,63}(?:\.[^\s\x00-\x1f./:@\\%\[\]]{1,63})+")
_MANY = 500
"""Names from which on it pays to look at all at once."""
_PLAIN = r"^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$"
_ODD = r"xn--|\.[0-9]+$"
"""Rules in other letters hold in their encoding, too; no suffix is a number."""
_PARTS = ("registered_domain", "subdomain", "top_level_domain")
_NOTHING: tuple[None, None, None] = (None, None, None)


class _Suffixes:
    """The list, and what of it can be told by the last three labels of a name; asking it takes 3 µs."""

    def __init__(self) -> None:
        import publicsuffixlist  # noqa: PLC0415 - reading the list takes 50 ms

        self.of: Callable[[str], str | None] = publicsuffixlist.PublicSuffixList().publicsuffix
        lines = Path(publicsuffixlist.PSLFILE).read_text("utf-8").lower().splitlines()
        rules = {rule for line in lines if (rule := line.partition(" ")[0]) and not rule.startswith("//")}
        odd = {rule for rule in rules if rule.count(".") > 2 or rule.startswith(("*", "!"))}
        self._ends_of_odd = {".".join(rule.split(".")[1:][-3:]) for rule in odd}
        self._rules = rules - odd

    def short(self, ends: Iterable[tuple[str, str, str | None]]) -> list[str | None]:
        """The suffixes of plain names by their last label, last two and last three; None where that does not tell.

        No rule of four labels, with a wildcard or of exception can hold for the others.
        """
        odd, rules = self._ends_of_odd, self._rules
        return [
            None
            if one in odd or two in odd or three in odd
            else three
            if three in rules
            else two
            if two in rules
            else one  # as the list's default rule says
            for one, two, three in ends
        ]


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
    suffix = _suffixes().of(name if len(labels) <= _DEPTH else ".".join(labels[1:]))
    if not suffix:
        return _NOTHING
    before, _, own = name[: -len(suffix) - 1].rpartition(".")
    return (f"{own}.{suffix}", before or None, suffix) if own else (None, None, suffix)


def _plain_parts(names: pl.Series) -> pl.DataFrame:
    """The `parts` of those names, by their `row`, that are of plain letters and whose suffix their end tells."""
    name, suffix, registered = pl.col("name"), pl.col("top_level_domain"), pl.col("registered_domain")
    plain = (
        pl.DataFrame({"name": names.str.to_lowercase().str.strip_suffix(".")})
        .with_row_index("row")
        .filter(name.str.contains(_PLAIN), name.str.len_bytes() <= _LONGEST, ~name.str.contains(_ODD))
        .with_columns(name.str.split(".").alias("labels"))
    )
    one, second, third = (plain["labels"].list.get(-at, null_on_oob=True) for at in (1, 2, 3))
    two = second + "." + one
    ends = zip(one.to_list(), two.to_list(), (third + "." + two).to_list(), strict=True)
    suffixes = pl.Series(_suffixes().short(ends), dtype=pl.String)
    own = pl.col("labels").list.get(-2 - suffix.str.count_matches(".", literal=True).cast(pl.Int64), null_on_oob=True)
    length = name.str.len_bytes().cast(pl.Int64) - registered.str.len_bytes() - 1
    return (
        plain.with_columns(suffixes.alias("top_level_domain"))
        .filter(suffix.is_not_null())
        .with_columns((own + "." + suffix).alias("registered_domain"))
        .with_columns(pl.when(length > 0).then(name.str.head(length)).alias("subdomain"))
    )


def _answer(asked: Questions) -> Answers:
    names = pl.Series(pl.from_arrow(asked.values[0]), dtype=pl.String)
    if len(names) < _MANY:
        return _columns(names)
    plain = _plain_parts(names)
    there = np.zeros(len(names), bool)
    there[plain["row"].to_numpy()] = True
    others = np.flatnonzero(~there)
    order = pa.array(np.argsort(np.concatenate((np.flatnonzero(there), others))))
    return {
        part: pa.concat_arrays([plain[part].to_arrow().cast(pa.string()), column]).take(order)
        for part, column in _columns(names.gather(others)).items()
    }


def _columns(names: pl.Series) -> dict[str, pa.Array]:
    """The `parts` of the names, one after the other."""
    found = [parts(name) for name in names.to_list()]
    return {part: pa.array([each[at] for each in found], pa.string()) for at, part in enumerate(_PARTS)}


def _place(holder: str, field: str) -> Place:
    return Place((f"{holder}.{field}",), {name: f"{holder}.{name}" for name in _PARTS})


ENRICHMENT = Enrichment(
    reference="https://publicsuffix.org/list/",
    places=(_place("dns.question", "name"), _place("url", "domain"), *(_place(side, "domain") for side in SIDES)),
    answer=_answer,
)
