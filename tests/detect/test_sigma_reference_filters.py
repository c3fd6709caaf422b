"""The engine against the slow reference over rules and filters for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agreement import EXAMPLES, PHASES, QUIET, agree, as_rule
from hypothesis import given, settings
from hypothesis import strategies as st

SIMPLE = st.sampled_from(
    [
        {"X": "a*"},
        {"X|contains": "b"},
        {"Y": None},
        {"Y|neq": "ab"},
        {"X|re": "^a", "Y": "*"},
        [{"X": "b"}, {"Y": "a"}],
        ["ab"],
    ]
)
FILTERED_RULE = st.fixed_dictionaries(
    {
        "title": st.just("t"),
        "logsource": st.sampled_from([{"product": "windows"}, {"product": "windows", "service": "system"}]),
    },
    optional={"name": st.just("named")},
)
FILTER = st.fixed_dictionaries(
    {
        "logsource": st.sampled_from(
            [{"product": "windows"}, {"product": "windows", "service": "system"}, {"product": "linux"}]
        ),
        "rules": st.sampled_from(["any", "named", [], ["named"], ["00000000-0000-4000-8000-000000000001"], "ANY"]),
        "s1": SIMPLE,
        "s2": SIMPLE,
        "condition": st.sampled_from(
            [
                "not s1",
                "not 1 of s*",
                "s1",
                "not all of them",
                "s1 or not s2",
                "not (s1 and s2)",
                "any of them and not s1",
            ]
        ),
    }
)


def as_filter(number: int, parts: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in parts.items() if name != "logsource"}
    return {
        "title": "f",
        "id": f"00000000-0000-4000-9000-{number:012}",
        "logsource": parts["logsource"],
        "filter": found,
    }


@settings(max_examples=EXAMPLES // 10, phases=PHASES, suppress_health_check=QUIET)
@given(
    st.lists(
        st.tuples(FILTERED_RULE, SIMPLE, SIMPLE, st.sampled_from(["s1", "s1 or s2", "1 of s*", ["s1", "not s2"]])),
        min_size=1,
        max_size=3,
    ),
    st.lists(FILTER, min_size=1, max_size=3),
    st.lists(
        st.tuples(st.sampled_from(["a", "ab", "b", "", None]), st.sampled_from(["a", "ab", None])),
        min_size=3,
        max_size=8,
    ),
)
def test_filters(
    sigma: Any,
    folder: Path,
    rules: list[tuple[dict[str, Any], Any, Any, Any]],
    filters: list[dict[str, Any]],
    values: list[tuple[str | None, str | None]],
) -> None:
    documents = [
        as_rule(number, {"s1": first, "s2": second, "condition": condition}) | more
        for number, (more, first, second, condition) in enumerate(rules)
    ]
    events = [
        {"winlog.channel": "System", "winlog.event_data.X": one, "winlog.event_data.Y": two, "event.original": one}
        for one, two in values
    ]
    agree(sigma, folder, documents, events, [as_filter(number, each) for number, each in enumerate(filters)])
