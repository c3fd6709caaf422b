"""A slow reference for Sigma's correlations: everything is computed anew at every point in time.

Written to be read, after https://github.com/SigmaHQ/sigma-specification (sigma-correlation-rules-specification.md).
Where Sigma leaves a choice, it is made as the engine's documentation says:

* the window at time t is (t - timespan, t], and what a firing has used up does not count again;
* all matches of one time are one point: neither the order in which events arrive nor their ids decide anything;
* a group is the folded text of the group-by fields; a match without one of them takes no part, and one with several
  values takes part in several groups;
* of an event's values each counts, equal texts once;
* sums, averages and percentiles are exact; a percentile lies between its neighbours, linearly;
* a firing is itself a match of the correlations that refer to its rule.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from watchfloor.testing.conditions import Condition
from watchfloor.testing.patterns import Placeholders, fold
from watchfloor.testing.reference import Event, Rule, compiled_rule, field_texts, scope_of

TYPES = (
    *("event_count", "value_count", "value_sum", "value_avg", "value_percentile", "value_median"),
    *("temporal", "temporal_ordered"),
)
"""What a correlation may be about."""
MAX_COMBINATIONS = 64
"""Groups that one match takes part in at most, and values that it has at most."""
MAX_SPAN = 366 * 86_400
"""Longest time span in seconds."""

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
_OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "lt": lambda found, wanted: found < wanted,
    "lte": lambda found, wanted: found <= wanted,
    "gt": lambda found, wanted: found > wanted,
    "gte": lambda found, wanted: found >= wanted,
    "eq": lambda found, wanted: found == wanted,
    "neq": lambda found, wanted: found != wanted,
}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Firing:
    """A correlation that came true.

    Attributes:
        rule: the correlation's id.
        group: group-by name -> value, folded.
        anchor: the time at which it came true, microseconds since 1970 (UTC).
        events: ids of all events (or firings, see `id`) in the window, sorted.
    """

    rule: str
    group: Mapping[str, str]
    anchor: int
    events: tuple[str, ...]

    @property
    def id(self) -> str:
        """Stands for the firing where it is itself a match of a correlation."""
        return f"{self.rule} {self.anchor} {' '.join(self.group.values())}"


@dataclass(frozen=True)
class Match:
    """An event, or a firing, that satisfies a rule to which a correlation refers.

    Attributes:
        member: position of that rule in the correlation's `rules`.
        time: microseconds since 1970 (UTC).
        event: its id.
        texts: field -> its texts.
        values: usable values of the condition's field, where the type counts or adds up values.
    """

    member: int
    time: int
    event: str
    texts: Callable[[str], Sequence[str]] = field(compare=False)
    values: tuple[Any, ...] = ()


def firings(
    documents: Iterable[Rule], events: Iterable[Event], *, placeholders: Placeholders | None = None
) -> list[Firing]:
    """Every firing of every correlation, by time, then by rule and group.

    Args:
        documents: rules and correlations as YAML gives them.
        events: flat ECS events with `event.id` (unique) and `@timestamp` (a time with an offset, or text of one).
        placeholders: name -> values for `expand`.

    Raises:
        ValueError: a rule or a correlation cannot be read, or refers to what is not there, or to itself.
    """
    known = list(documents)
    all_events = list(events)
    done: dict[str, list[Firing]] = {}

    def fired(document: Rule, above: tuple[str, ...]) -> list[Firing]:
        name = rule_id(document)
        if name in above:
            raise ValueError(f"{name} refers to itself")
        if name not in done:
            correlation = Correlation(document, known)
            found: list[Match] = []
            for member, rule in enumerate(correlation.rules):
                if "correlation" in rule:
                    found += [_match_of(firing, member) for firing in fired(rule, (*above, name))]
                else:
                    found += _base_matches(rule, member, all_events, placeholders)
            done[name] = list(correlation.firings(found))
        return done[name]

    found = [firing for document in known if "correlation" in document for firing in fired(document, ())]
    return sorted(found, key=lambda firing: (firing.anchor, firing.rule, list(firing.group.values())))


def alerting(documents: Iterable[Rule]) -> set[str]:
    """Ids of the rules that raise alerts of their own: those that no correlation uses, or one with `generate: true`."""
    known = list(documents)
    used: dict[str, bool] = {}
    for document in known:
        if "correlation" in document:
            generate = bool(document.get("generate") or document["correlation"].get("generate"))
            for rule in Correlation(document, known).rules:
                used[rule_id(rule)] = used.get(rule_id(rule), False) or generate
    return {rule_id(document) for document in known if used.get(rule_id(document), True)}


def rule_id(document: Rule) -> str:
    """The id of a rule, or its name or title when it has none."""
    return str(document.get("id") or document.get("name") or document.get("title"))


class Correlation:
    """One correlation and the rules that it refers to.

    Raises:
        ValueError: it cannot be read.
    """

    def __init__(self, document: Rule, known: Sequence[Rule]) -> None:
        section = document["correlation"]
        self.id = rule_id(document)
        self.type = section["type"]
        self._condition = section.get("condition") or {}
        self._extended = isinstance(self._condition, str)
        self._names = _listed(section.get("rules")) or re.findall(r"\b(?!(?:and|or|not)\b)\w+", str(self._condition))
        self.rules = [_referred(name, known) for name in self._names]
        if len({id(rule) for rule in self.rules}) < len(self.rules):
            raise ValueError(f"{self.id} names a rule twice")
        self._group_by = _listed(section.get("group-by"))
        self._aliases = {
            alias: {id(_referred(name, known)): source for name, source in sources.items()}
            for alias, sources in (section.get("aliases") or {}).items()
        }
        self._span = _seconds(section["timespan"]) * 1_000_000
        if self.type not in TYPES:
            raise ValueError(f"{self.id}: unknown type {self.type!r}")
        if self._extended:
            self._expression = Condition(str(self._condition), self._names)
        elif self.type == "value_percentile" and not 0 <= self._condition.get("percentile", -1) <= 100:
            raise ValueError(f"{self.id} needs a percentile from 0 to 100")
        if self.type.startswith("value_") and "field" not in self._condition:
            raise ValueError(f"{self.id} needs a field")

    def firings(self, matches: Iterable[Match]) -> Iterator[Firing]:
        """What comes true, group by group."""
        groups: dict[tuple[str, ...], list[Match]] = {}
        for match in matches:
            usable = self._with_values(match)
            if usable is not None:
                for group in self._groups(match):
                    groups.setdefault(group, []).append(usable)
        for group, found in groups.items():
            yield from self._of_group(dict(zip(self._group_by, group, strict=True)), self._counted(found))

    def _of_group(self, group: Mapping[str, str], matches: Sequence[Match]) -> Iterator[Firing]:
        last: float = float("-inf")
        for now in sorted({match.time for match in matches}):
            window = [match for match in matches if now - self._span < match.time <= now and match.time > last]
            if self._holds(window):
                yield Firing(self.id, group, now, tuple(sorted({match.event for match in window})))
                last = now

    def _texts(self, name: str, match: Match) -> Sequence[str]:
        """A field of a match, or the one that stands for it in that rule."""
        return match.texts(self._aliases.get(name, {}).get(id(self.rules[match.member]), name))

    def _groups(self, match: Match) -> list[tuple[str, ...]]:
        return _combinations([self._texts(name, match) for name in self._group_by])

    def _with_values(self, match: Match) -> Match | None:
        """The match with its values; None when it has none but needs some."""
        if not self.type.startswith("value_"):
            return match
        choices = [self._texts(name, match) for name in _listed(self._condition["field"])]
        values: list[Any]
        if self.type == "value_count":
            values = list(_combinations(choices))
        else:
            values = [found for text in dict.fromkeys(choices[0]) if (found := number(text)) is not None]
        values = values[:MAX_COMBINATIONS]
        return Match(match.member, match.time, match.event, match.texts, tuple(values)) if values else None

    def _counted(self, matches: Sequence[Match]) -> Sequence[Match]:
        """Each event once, as a match of the first rule, unless it matters which rules are there."""
        if self.type.startswith("temporal"):
            return matches
        first: dict[str, Match] = {}
        for match in sorted(matches, key=lambda match: match.member):
            first.setdefault(match.event, match)
        return list(first.values())

    def _holds(self, window: Sequence[Match]) -> bool:
        if self._extended:
            present = {self._names[match.member] for match in window}
            if not self._expression.holds(present.__contains__):
                return False
            steps = [self._names.index(name) for name in self._expression.plain if name in present]
            return self.type == "temporal" or _chained(steps, window) == len(steps)
        found = self._measured(window)
        wanted = {name: limit for name, limit in self._condition.items() if name in _OPERATORS}
        if not wanted:
            wanted = {"gte": len(self.rules)}
        return all(_OPERATORS[name](found, Fraction(str(limit))) for name, limit in wanted.items())

    def _measured(self, window: Sequence[Match]) -> Fraction:
        """What the condition compares."""
        values = [value for match in window for value in match.values]
        measures: dict[str, Callable[[], Fraction | int]] = {
            "event_count": lambda: len(window),
            "value_count": lambda: len(set(values)),
            "value_sum": lambda: sum(values, Fraction()),
            "value_avg": lambda: sum(values, Fraction()) / len(values),
            "value_median": lambda: percentile(values, Fraction(50)),
            "value_percentile": lambda: percentile(values, Fraction(str(self._condition["percentile"]))),
            "temporal": lambda: len({match.member for match in window}),
            "temporal_ordered": lambda: _chained(range(len(self.rules)), window),
        }
        return Fraction(measures[self.type]())


def _combinations(choices: Iterable[Iterable[str]]) -> list[tuple[str, ...]]:
    """One folded text of each field, in all ways but not in too many."""
    distinct = [dict.fromkeys(map(fold, texts)) for texts in choices]
    return list(itertools.islice(itertools.product(*distinct), MAX_COMBINATIONS))


def percentile(values: Iterable[Fraction], rank: Fraction) -> Fraction:
    """Linear interpolation between the closest ranks (Hyndman and Fan's definition 7)."""
    ordered = sorted(values)
    place = rank / 100 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def number(text: str) -> Fraction | None:
    """The number that a text spells, decimal or 0x-hexadecimal, exactly."""
    if re.fullmatch(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?", text):
        return Fraction(text)
    return Fraction(int(text, 16)) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,32}", text) else None


def _chained(steps: Sequence[int], window: Sequence[Match]) -> int:
    """How many of the rules, from the first one, have matches one after the other or at the same time."""
    now: float = float("-inf")
    for count, step in enumerate(steps):
        later = [match.time for match in window if match.member == step and match.time >= now]
        if not later:
            return count
        now = min(later)
    return len(steps)


def _base_matches(rule: Rule, member: int, events: Sequence[Event], placeholders: Placeholders | None) -> list[Match]:
    fires = compiled_rule(rule, placeholders=placeholders)
    return [
        Match(member, _microseconds(event["@timestamp"]), str(event["event.id"]), _reader(rule, event))
        for event in events
        if fires(event)
    ]


def _reader(rule: Rule, event: Event) -> Callable[[str], Sequence[str]]:
    """The event's fields under the names that they have in the rule's log source."""
    scope = scope_of(rule, event)
    assert scope is not None, "the rule fired"
    return lambda name: field_texts(name, event, scope)


def _match_of(firing: Firing, member: int) -> Match:
    return Match(member, firing.anchor, firing.id, lambda name: [firing.group[name]] if name in firing.group else [])


def _microseconds(time: Any) -> int:
    found = dt.datetime.fromisoformat(time) if isinstance(time, str) else time
    return (found - _EPOCH) // dt.timedelta(microseconds=1)


def _referred(name: str, known: Sequence[Rule]) -> Rule:
    for document in known:
        if name in {str(document.get("id")), document.get("name")}:
            return document
    raise ValueError(f"no rule has the id or name {name!r}")


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([0-9]+)([smhdwMy])", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= MAX_SPAN:
        raise ValueError(f"{text!r} is no time span of at most 366 days")
    return seconds


def _listed(raw: Any) -> list[str]:
    if raw is None:
        return []
    return [str(each) for each in raw] if isinstance(raw, list) else [str(raw)]
