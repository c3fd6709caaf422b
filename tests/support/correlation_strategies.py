"""Documents of correlations, and streams of events for them, as hypothesis draws them."""

from __future__ import annotations

from typing import Any

from correlation_rig import Document, Event, base, correlation, event
from hypothesis import strategies as st

TYPES = {
    "event_count": (),
    "value_count": ("Value", "Data", ["Value", "Data"], ["Data", "User"]),
    "value_sum": ("Value", "Data"),
    "value_avg": ("Value", "Data"),
    "value_percentile": ("Value", "Data"),
    "value_median": ("Value", "Data"),
    "temporal": (),
    "temporal_ordered": (),
}
EXPRESSIONS = ("a and not b", "a and b", "b and a", "not a", "a or (b and not c)", "not (a and b) or c")


def conditions(type_: str) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["lt", "lte", "gt", "gte", "eq", "neq"])
    limits = st.integers(0, 6) | st.sampled_from([0.5, 1.5, -1])
    plain = st.dictionaries(names, limits, min_size=1, max_size=2)
    if not TYPES[type_]:
        return plain
    fields = st.sampled_from(TYPES[type_]).map(lambda name: {"field": name})
    percentiles = st.integers(0, 100).map(lambda rank: {"percentile": rank})
    parts = [plain, fields, percentiles] if type_ == "value_percentile" else [plain, fields]
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    type_ = draw(st.sampled_from(sorted(TYPES)))
    expression = type_.startswith("temporal") and draw(st.booleans())
    condition: Any
    if expression:
        condition = draw(st.sampled_from(EXPRESSIONS))
        rules = sorted(set(condition) & set("abc"))
    else:
        condition = draw(conditions(type_) | st.none()) if type_.startswith("temporal") else draw(conditions(type_))
        rules = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
    more: dict[str, Any] = {}
    groups = draw(st.sampled_from([[], ["User"], ["User", "Host"], ["Data"], ["Data", "User"], ["who"]]))
    if groups == ["who"]:
        more["aliases"] = {"who": {rule: draw(st.sampled_from(["User", "Host", "Data"])) for rule in rules}}
    first = correlation(
        type_, rules, condition, by=groups, timespan=draw(st.sampled_from(["1s", "2s", "5s", "10s"])), **more
    )
    found = [*map(base, "abc"), first]
    if draw(st.booleans()):
        found.append(_above(draw, groups))
    return found


def _above(draw: st.DrawFn, groups: list[str]) -> Document:
    kind = draw(st.sampled_from(["event_count", "temporal", "temporal_ordered", "value_count"]))
    limit: Document = {draw(st.sampled_from(["gte", "lt", "eq", "neq"])): draw(st.integers(1, 3))}
    if kind == "value_count":
        limit["field"] = groups[0] if groups else "User"
    kept = groups[:1] if draw(st.booleans()) else []
    rules = draw(st.sampled_from([["first"], ["first", "a"], ["b", "first"]])) if groups != ["who"] else ["first"]
    if kept == ["who"] or not groups:
        rules = ["first"]
    return correlation(kind, rules, limit, name="second", timespan=draw(st.sampled_from(["2s", "10s", "1m"])), by=kept)


@st.composite
def streams(draw: st.DrawFn, size: int = 12) -> list[Event]:
    names = st.sampled_from(["u", "U", "v", "", None])
    data = st.none() | st.lists(st.sampled_from(["1", "2", "-1", "0x2", "u", "U", ""]), max_size=3, unique=True)
    return [
        event(
            draw(st.integers(0, 20)) - draw(st.sampled_from([0, 0, 0, 1e-6])),
            draw(st.sampled_from(["a", "b", "c", "ab", "bc", "abc"])),
            id_=f"event {number}",
            User=draw(names),
            Host=draw(st.sampled_from(["h", "i"])),
            Value=draw(st.sampled_from(["1", "2", "3", "0.5", "0x0A", "x", "X", "", None])),
            Data=draw(data),
        )
        for number in range(draw(st.integers(0, size)))
    ]
