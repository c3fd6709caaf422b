"""How well findings fit the truth of a scenario: which cases were found, which findings are about nothing planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from watchfloor.testing.simulation.cases import Case
from watchfloor.testing.simulation.company import DAY, HOUR

CLASSES: dict[str, tuple[str, ...]] = {
    "impossible_travel": ("speed_kmh", "distance_class", "network", "shown"),
    "first_country": ("distance_class",),
    "first_asn": ("network",),
    "beacon": ("interval_s", "jitter", "difficulty", "channel", "sizes", "hours", "contacts_class"),
    "exfiltration": ("factor", "parts", "channel"),
    "recipients": ("recipients", "messages"),
    "scan": ("targets", "seconds"),
}
"""Kind of case -> the parameters by which its recall is shown, where its cases have them."""
BY_ANY = ("told by any rule", "")
"""In the place of a parameter and its value: all cases of a kind of which any rule tells."""
_DERIVED = ("contacts_class", "difficulty")
_BOUNDS = (20, 50, 100, 200, 500)
_MUCH_JITTER, _FEW_A_WEEK = 0.3, 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector says: by which rule, about whom (names, addresses), from when to when (µs).

    Attributes:
        learning: it says so because nothing is known of the past yet, and says that, too.
    """

    rule: str
    entities: frozenset[str]
    since: int
    until: int
    learning: bool = False


@dataclass(frozen=True, slots=True)
class Recall:
    """Cases found, of how many."""

    found: int
    cases: int


@dataclass(slots=True)
class Score:
    """How well all findings fit.

    Attributes:
        recall: kind of case -> (parameter, value) -> recall; ("", "") for all of the kind, `BY_ANY` for those of all
            of which any rule tells within an hour, whether it is to find them or not.
        missed: the cases that nothing was said about.
        right: rule -> findings about a planted case.
        false: rule -> findings about nothing planted.
    """

    recall: dict[str, dict[tuple[str, str], Recall]] = field(default_factory=dict)
    missed: list[Case] = field(default_factory=list)
    right: dict[str, list[Finding]] = field(default_factory=dict)
    false: dict[str, list[Finding]] = field(default_factory=dict)


def score(
    cases: Sequence[Case],
    findings: Iterable[Finding],
    answers: Mapping[str, frozenset[str]],
    slack: int = DAY,
    apart: Collection[str] = (),
) -> Score:
    """Compare findings with cases.

    Args:
        cases: what was planted.
        findings: what was said.
        answers: kind of case -> the rules that are to find it; findings of other rules do not count as having found it.
        slack: how far apart in µs a finding and a case of the same entity may be.
        apart: rules that do not count where it is asked whether any rule tells of a case.

    Returns:
        A finding is right when it is about the entity and the time of any case, of whatever kind: a journey that
        nobody can make is also a first country. A case is found when a rule that is to find it says so.
    """
    by_entity = {case.entity.lower(): case for case in cases}
    result = Score(right=defaultdict(list), false=defaultdict(list))
    found: set[str] = set()
    told: set[str] = set()
    for finding in findings:
        near = [
            case
            for case in (by_entity.get(entity.lower()) for entity in finding.entities)
            if case and finding.since <= case.until + slack and finding.until >= case.since - slack
        ]
        (result.right if near else result.false)[finding.rule].append(finding)
        found |= {case.entity for case in near if finding.rule in answers.get(case.kind, frozenset())}
        if finding.rule not in apart:
            told |= {case.entity for case in near if _overlap(finding, case)}
    for case in cases:
        if case.entity not in found:
            result.missed.append(case)
    for kind in dict.fromkeys(case.kind for case in cases):
        mine = [case for case in cases if case.kind == kind]
        result.recall[kind] = {**_recall(mine, found), BY_ANY: _share(mine, told)}
    return result


def _recall(cases: Sequence[Case], found: set[str]) -> dict[tuple[str, str], Recall]:
    groups: dict[tuple[str, str], list[Case]] = {("", ""): [*cases]}
    for name in CLASSES[cases[0].kind]:
        members: dict[str | float, list[Case]] = defaultdict(list)
        for case in cases:
            if name in _DERIVED or name in case.parameters:
                members[_value(case, name)].append(case)
        for value in sorted(members, key=lambda each: (isinstance(each, str), each)):
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            groups[name, shown] = members[value]
    return {key: _share(mine, found) for key, mine in groups.items()}


def _share(cases: Sequence[Case], found: Collection[str]) -> Recall:
    return Recall(sum(case.entity in found for case in cases), len(cases))


def _overlap(finding: Finding, case: Case) -> bool:
    """Whether a finding is about what happened in a case: about its time, give or take an hour."""
    return finding.since <= case.until + HOUR and finding.until >= case.since - HOUR


def _value(case: Case, name: str) -> str | float:
    if name == "contacts_class":
        return float(max(bound for bound in _BOUNDS if bound <= float(case.parameters["contacts"])))
    if name == "difficulty":
        return _difficulty(case)
    return case.parameters[name]


def _difficulty(case: Case) -> str:
    """How hard a beacon is to tell: by its jitter, and by its contacts in seven days."""
    if float(case.parameters["jitter"]) > _MUCH_JITTER:
        return f"jitter above {_MUCH_JITTER}"
    weeks = max((case.until - case.since) / (7 * DAY), 1)
    pace = "at least" if float(case.parameters["contacts"]) >= _FEW_A_WEEK * weeks else "fewer than"
    return f"jitter to {_MUCH_JITTER} and {pace} {_FEW_A_WEEK} a week"
