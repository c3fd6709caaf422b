"""The correlator: takes matches in, keeps them, and keeps the firings of every group true to them."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.correlate import state
from watchfloor.detect.sigma.correlate.matches import Use, of_firing, uses_of
from watchfloor.detect.sigma.correlate.rules import SECOND, Correlation
from watchfloor.detect.sigma.correlate.windows import Match, Window, windows
from watchfloor.store import definitions
from watchfloor.store.tables import correlation as definition
from watchfloor.store.tables import correlation_firing, correlation_match

_MOST_GROUPS = 200_000
"""Groups with news that are remembered one by one, of all correlations; beyond, all groups of one are judged."""
_FEW = 500
"""Groups with news up to which each is asked for by itself instead of reading all of them in order, once for all
input; a live stream, which has news all the time, always asks."""
_CHUNK = 10_000
"""Firings that are gathered before they are written."""


_Change = tuple[str, Window, str]
"""Group, window, and whether it "came", "went" or "stayed"."""
_Span = tuple[int, int]
_DAY = 86_400 * SECOND
_ALWAYS = (state.BEGINNING, 1 << 63)
_NO_PLACE = {"path": None, "line": None, "record_id": None, "channel": None}


@dataclass(frozen=True, slots=True)
class Changed:
    """Firings that news are about, group by group.

    Attributes:
        firings: group and anchor (microseconds since 1970) of each, and whether it is new or gone.
    """

    correlation: Correlation
    number: int
    firings: Sequence[tuple[str, int, bool]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A group whose window grew beyond all bounds and is not judged from there on."""

    correlation: Correlation
    group: str
    reason: str


@dataclass(slots=True)
class Correlator:
    """State of a set of correlations in one store. All calls are part of the caller's transaction.

    Attributes:
        correlations: those that others refer to first.
        refusals: groups that are not judged any further.
        numbers: key of each correlation -> its number in the store, known once `open`.
        new: those of which the store knows nothing yet: it never had them, or defined otherwise, or a run was without.
        final: moment up to which the home's firings are final, in microseconds since 1970; None when none are.
    """

    correlations: Sequence[Correlation]
    refusals: list[Refusal] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    new: Sequence[Correlation] = ()
    final: int | None = None
    _settled: dict[int, int] = field(default_factory=dict)
    _news: dict[int, dict[str, _Span] | None] = field(default_factory=dict)

    def open(self, connection: sa.Connection) -> None:
        """Find or make the correlations' places in the store; needed before anything else."""
        self.final = max(state.settled(connection).values(), default=None)
        kept = (correlation_match, correlation_firing)
        ids = {each.key: each.id for each in self.correlations}
        self.numbers, new = definitions.register(connection, definition, kept, ids)
        self.new = [each for each in self.correlations if each.key in new]
        self._settled = state.settled(connection)
        # A process that died between taking matches and judging them left the latter to this one.
        unjudged = definitions.unjudged(connection, definition)
        self._news = {number: None for number in self.numbers.values() if number in unjudged}

    def add(self, connection: sa.Connection, matches: pa.Table) -> int:
        """Keep matches (`matches.SCHEMA`); adding one again changes nothing.

        Raises:
            RuleError: they are of other correlations.

        Returns:
            How many came too late: at or before the moment up to which their correlation is final.
        """
        late, keys = 0, matches["key"].unique().to_pylist()
        if strange := set(keys) - self.numbers.keys():
            raise RuleError(
                f"{len(strange)} correlations were read differently by another process",
                way_out="Run it again when nobody changes the rules",
            )
        for key in keys:
            own, number = matches.filter(pc.equal(matches["key"], key)), self.numbers[key]
            if number in self._settled:
                own, before = own.filter(pc.greater(own["time"], self._settled[number])), len(own)
                late += before - len(own)
            if len(own):
                self._note(connection, number, own["group"].to_pylist(), own["time"].to_pylist())
                rows = own.sort_by([("group", "ascending"), ("time", "ascending")])
                state.add_matches(connection, _as_rows(rows, number))
        return late

    def withdraw(self, connection: sa.Connection, matches: pa.Table) -> None:
        """Forget matches (`matches.SCHEMA`) that hold no longer; what is final stays."""
        for key in matches["key"].unique().to_pylist():
            own, number = matches.filter(pc.equal(matches["key"], key)), self.numbers[key]
            own = own.filter(pc.greater(own["time"], self._settled.get(number, state.BEGINNING)))
            if len(own):
                self._note(connection, number, own["group"].to_pylist(), own["time"].to_pylist())
                state.withdraw_matches(connection, _as_rows(own, number))

    def learn(self, connection: sa.Connection, matches: pa.Table) -> None:
        """Keep matches of what is stored, in any order: all those of new correlations.

        Of others, which are final, those are put back that were dropped: the firings of new ones name their events.
        """
        new = pa.array([each.key for each in self.new], pa.string())
        fresh = pc.is_in(matches["key"], value_set=new)
        self.add(connection, matches.filter(fresh))
        others = matches.filter(pc.invert(fresh))
        for each in self.dropped if len(others) else ():
            own = others.filter(pc.equal(others["key"], each.key))
            self._put_back(connection, each, _as_rows(own, self.numbers[each.key]))

    @property
    def dropped(self) -> list[Correlation]:
        """Those that new ones are made of, themselves not new, whose matches may have been dropped."""
        wanted = {member for each in self.new for member in each.members}
        found = []
        for each in reversed(self.correlations):
            if each.id in wanted:
                wanted.update(each.members)
                if each not in self.new and self.numbers[each.key] in self._settled:
                    found.append(each)
        return found

    def recall(self, connection: sa.Connection) -> None:
        """The firings of correlations that are not new become matches, as `learn` says."""
        known = {each.id: each for each in self.correlations if each not in self.new}
        for each in (*self.dropped, *self.new):
            number = self.numbers[each.key]
            for position, member in enumerate(each.members):
                if member not in known:
                    continue
                child, use = known[member], Use(each, position)
                firings = state.all_firings(connection, self.numbers[child.key])
                for chunk in _chunks((group, window, "came") for group, window in firings):
                    if each in self.new:
                        self._pass_on(connection, use, child, chunk)
                    else:
                        self._put_back(connection, each, [row for _, row in _passed(use, child, number, chunk)])

    def _put_back(self, connection: sa.Connection, correlation: Correlation, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep matches again that no window reaches which is still to be judged: some of them once came too late."""
        before = self._settled[self.numbers[correlation.key]] - correlation.span
        state.add_matches(connection, [row for row in rows if row["time"] <= before])

    def finish(self, connection: sa.Connection) -> None:
        """New correlations, which have learnt and are judged, are final up to the moment at which the others are."""
        if self.final is not None:
            for each in self.new:
                state.seal(connection, self.numbers[each.key], self.final)
                self._settled[self.numbers[each.key]] = self.final

    def settle(self, connection: sa.Connection, keep: Iterable[Correlation] | None = None) -> Iterator[Changed]:
        """Judge every group with news and bring its firings up to date, correlation by correlation.

        Args:
            connection: of the transaction.
            keep: the correlations that are judged, those that others refer to first; all by default.
        """
        uses = uses_of(self.correlations)
        for correlation in self.correlations if keep is None else keep:
            number = self.numbers[correlation.key]
            if number not in self._news:
                continue
            definitions.mark(connection, definition, number, unjudged=False)
            for chunk in _chunks(self._changes(connection, correlation, number, self._news.pop(number))):
                gone = [(number, group, window) for group, window, how in chunk if how == "went"]
                new = [(number, group, window) for group, window, how in chunk if how == "came"]
                state.replace_firings(connection, gone, new)
                for use in uses.get(correlation.id, ()):
                    self._pass_on(connection, use, correlation, chunk)
                firings = [(group, window.anchor, how != "stayed") for group, window, how in chunk]
                yield Changed(correlation, number, firings)

    def seal(self, connection: sa.Connection, moment: int) -> None:
        """Make everything up to a moment (microseconds since 1970) final; call it when all groups are settled.

        The matches of the firings of a whole UTC day are kept, since what is said about a day names their events.
        """
        assert not self._news
        reach = self._reach()
        for number in self.numbers.values():
            before = self._settled.get(number, state.BEGINNING)
            if moment > before:
                state.seal(connection, number, moment)
                self._settled[number] = moment
                if moment // _DAY > before // _DAY:
                    state.drop_matches(connection, number, moment // _DAY * _DAY - reach)

    def _reach(self) -> int:
        """How far back a window can look, through the windows of the correlations that it is made of."""
        reach: dict[str, int] = {}
        for correlation in self.correlations:
            reach[correlation.id] = correlation.span + max(reach.get(member, 0) for member in correlation.members)
        return max(reach.values(), default=0)

    def _note(self, connection: sa.Connection, number: int, groups: Iterable[str], times: Iterable[int]) -> None:
        if number not in self._news:
            definitions.mark(connection, definition, number, unjudged=True)
        known = self._news.setdefault(number, {})
        if known is None:
            return
        for group, time in zip(groups, times, strict=True):
            first, last = known.get(group, (time, time))
            known[group] = (min(first, time), max(last, time))
        if sum(len(found) for found in self._news.values() if found) > _MOST_GROUPS:
            self._news[number] = None

    def _changes(
        self, connection: sa.Connection, correlation: Correlation, number: int, news: Mapping[str, _Span] | None
    ) -> Iterator[_Change]:
        """Firings that went, came, or stayed where there are news, in this order for each group."""
        settled = self._settled.get(number, state.BEGINNING)
        fired = set(news) if news and self._asked(number, news) else state.fired_groups(connection, number, settled)
        for group, matches in self._time_lines(connection, correlation, number, news):
            old = state.firings_of(connection, number, group, settled) if group in fired else {}
            fired.discard(group)
            new = {window.anchor: window for window in self._fired(connection, correlation, number, group, matches)}
            yield from ((group, window, "went") for anchor, window in old.items() if new.get(anchor) != window)
            yield from ((group, window, "came") for anchor, window in new.items() if old.get(anchor) != window)
            about = news[group] if news else _ALWAYS
            for anchor, window in new.items():
                if old.get(anchor) == window and window.first <= about[1] and anchor >= about[0]:
                    yield group, window, "stayed"
        # Groups that lost all their matches.
        for group in sorted(fired if news is None else fired & news.keys()):
            gone = state.firings_of(connection, number, group, settled)
            yield from ((group, window, "went") for window in gone.values())

    def _asked(self, number: int, news: Mapping[str, _Span]) -> bool:
        """Whether each group with news is asked for by itself."""
        return len(news) <= _FEW or number in self._settled

    def _time_lines(
        self, connection: sa.Connection, correlation: Correlation, number: int, news: Mapping[str, _Span] | None
    ) -> Iterator[tuple[str, Iterable[Match]]]:
        """The matches of each group that windows not yet final can hold."""
        after = self._settled.get(number, state.BEGINNING + correlation.span) - correlation.span
        if news and self._asked(number, news):
            for group in sorted(news):
                yield group, state.matches_of(connection, number, group, after)
            return
        for group, matches in itertools.groupby(
            state.all_matches(connection, number, after), key=operator.itemgetter(0)
        ):
            if news is None or group in news:
                yield group, (match for _, match in matches)

    def _fired(
        self, connection: sa.Connection, correlation: Correlation, number: int, group: str, matches: Iterable[Match]
    ) -> Iterator[Window]:
        settled = self._settled.get(number)
        reset = None if settled is None else state.last_firing(connection, number, group, settled)
        try:
            for window in windows(correlation, matches, reset=reset, settled=settled):
                if window.fires:
                    yield window
        except RuleError as error:
            refusal = Refusal(correlation, group, error.thing)
            if refusal not in self.refusals:
                self.refusals.append(refusal)

    def _pass_on(self, connection: sa.Connection, use: Use, child: Correlation, chunk: Sequence[_Change]) -> None:
        """Firings are matches of the correlations above."""
        number = self.numbers[use.correlation.key]
        rows = _passed(use, child, number, chunk)
        state.withdraw_matches(connection, [row for how, row in rows if how == "went"])
        state.add_matches(connection, [row for how, row in rows if how == "came"])
        self._note(connection, number, [row["group_key"] for _, row in rows], [row["time"] for _, row in rows])


def _passed(use: Use, child: Correlation, number: int, chunk: Sequence[_Change]) -> list[tuple[str, dict[str, Any]]]:
    """Firings as matches of the correlation above, which has that number, each with what became of it."""
    return [
        (how, {**_NO_PLACE, **row, "correlation": number})
        for group, window, how in chunk
        for row in of_firing(use, child, group, window)
    ]


def _chunks(changes: Iterator[_Change]) -> Iterator[list[_Change]]:
    while chunk := list(itertools.islice(changes, _CHUNK)):
        yield chunk


def _as_rows(matches: pa.Table, number: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = matches.drop_columns(["key"]).rename_columns({"group": "group_key"}).to_pylist()
    for row in rows:
        row["correlation"] = number
        row["firing_group"] = None
    return rows
