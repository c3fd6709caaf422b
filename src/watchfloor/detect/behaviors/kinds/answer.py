"""Answer: a server answers a tampered request unlike the usual ones, and unlike other tampered ones."""

from __future__ import annotations

import bisect
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple
from urllib.parse import unquote

from pydantic import Field

from watchfloor.detect.behaviors.echoes import Echo, learned, residues
from watchfloor.detect.behaviors.echoes import parameters as parameters_of
from watchfloor.detect.behaviors.plugin import DAY, Behavior, Finding, History, Keeps, Parameters, Row
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.words import moment, named, values

SENT = 200
"""Characters that are kept of what was sent, which only helps to compare."""
_SLACK = 16
"""Bytes that answers of the same kind differ by: a token, a date, a counter."""
_ECHOES = 3
"""How many times a page is expected to repeat what was sent at most, each time in a longer encoding."""
_MOST_TIMES = 100
"""How often a size counts that came again and again on one day."""
_SHARE = 0.02
"""Of a size: what compression and advertisements change."""


class Answer(Parameters):
    """An answer stands out when its size is near none of those that say "nothing here".

    Events that have the field of `tampered` are judged, by the others and by each other. Near are sizes that differ by
    no more than 16 bytes, 2 percent, or what repeating the tampered part makes. An answer says nothing new when it is
    near a usual one, or near those to several other tampered requests: most attempts fail, and fail alike.

    Where `sent` is given and the usual answers' sizes follow from how often the page repeats the tampered parameter, an
    answer stands out when the same does not explain its size to the byte.
    """

    entity: Annotated[tuple[str, ...], Field(description="fields of whose answers are compared; none for all")] = ()
    tampered: Annotated[str, Field(description="field that only tampered requests have")] = "watchfloor.web.attack_part"
    size: Annotated[str, Field(description="number field of the answer's size in bytes, or of its status")] = (
        "http.response.body.bytes"
    )
    repeats: Annotated[int, Field(ge=0, le=_ECHOES, description="times that a page may repeat the tampered part")] = (
        _ECHOES
    )
    sent: Annotated[str, Field(description="field of the parameters (a query) that pages repeat; empty for none")] = ""
    usual: Annotated[
        int, Field(ge=0, description="fewest usual answers that make a comparison; then outliers count")
    ] = 5
    deviations: Annotated[
        float, Field(ge=0, description="median absolute deviations from the usual median; 0: any will do")
    ] = 5.0
    twins: Annotated[
        int, Field(ge=1, description="other tampered requests with a like answer that make it nothing new")
    ] = 2
    same_size: Annotated[
        int,
        Field(
            ge=0, description="tampered requests for files of other names, answered to the byte alike, that do; 0: off"
        ),
    ] = 0
    by: Annotated[tuple[str, ...], Field(description="fields that tell who asked, for correlations")] = ("source.ip",)
    period: Annotated[Span, Field(description="how much past is compared with", ge=DAY)] = 30 * DAY


class _Reply(NamedTuple):
    part: str
    size: int
    row: Row
    sent: str


@dataclass(frozen=True, slots=True)
class _Past:
    """Answers of one day and the period before it.

    Attributes:
        usual: sizes of answers to others than tampered requests, in order, each as often as it came (up to a hundred).
        tampered: per number of echoes, what is left of the size without them, with the part, in order.
        parts: how many tampered parts there are.
        echoes: per tampered parameter how the page repeats it, as far as usual answers tell.
        residues: of the answers to these, with the parameter, as often as different values left them.
    """

    usual: Sequence[int]
    tampered: Sequence[Sequence[tuple[int, str]]]
    parts: int
    echoes: Mapping[str, Echo]
    residues: Counter[tuple[str, int, int, int]]

    @classmethod
    def of(cls, replies: Iterable[_Reply]) -> _Past:
        usual: list[int] = []
        pairs: set[tuple[int, str]] = set()
        lengths: defaultdict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
        for reply in replies:
            if reply.part:
                pairs.add((reply.size, reply.part))
            else:
                usual += [reply.size] * min(reply.row.events, _MOST_TIMES)
                whole = reply.sent if len(reply.sent) < SENT else ""
                for name, length in parameters_of(whole):
                    lengths[name][length, reply.size] += reply.row.events
        left = [sorted((size - echoes * len(part), part) for size, part in pairs) for echoes in range(_ECHOES + 1)]
        names = lengths.keys() & {_name(part) for _, part in pairs}
        echoes = {name: echo for name in names if (echo := learned(lengths[name])) is not None}
        alike = Counter(
            (name, *residue)
            for size, part in pairs
            if (name := _name(part)) in echoes
            for residue in residues(_sent(part), size)
        )
        return cls(sorted(usual), left, len({part for _, part in pairs}), echoes, alike)

    def has_likes(self, reply: _Reply, twins: int) -> bool:
        """Whether so many other tampered values got the same answer, but for what it repeats of them."""
        name = _name(reply.part)
        return any(self.residues[name, *each] > twins for each in residues(_sent(reply.part), reply.size))

    def has_usual(self, reply: _Reply, repeats: int) -> bool:
        """Whether a usual answer is as long, give or take what repeating the part so often adds."""
        slack = _slack(reply.size)
        at = bisect.bisect_left(self.usual, reply.size - slack - repeats * len(reply.part))
        return at < len(self.usual) and self.usual[at] <= reply.size + slack

    def has_twins(self, reply: _Reply, twins: int) -> bool:
        """Whether so many other tampered parts got an answer of the kind."""
        slack = _slack(reply.size)
        for echoes, left in enumerate(self.tampered):
            size = reply.size - echoes * len(reply.part)
            width = slack if not echoes else _SLACK
            found: set[str] = set()
            for at in range(bisect.bisect_left(left, (size - width, "")), len(left)):
                if left[at][0] > size + width:
                    break
                if left[at][1] != reply.part:
                    found.add(left[at][1])
                if len(found) >= twins:
                    return True
        return False

    def has_other_files(self, reply: _Reply, fewest: int) -> bool:
        """Whether so many files of other names are as long to the byte: one page stands for whatever is missing.

        Ask `has_twins` first, which bounds how many there are.
        """
        found: set[str] = set()
        left = self.tampered[0]
        for at in range(bisect.bisect_left(left, (reply.size, "")), len(left)):
            if left[at][0] != reply.size or len(found) >= fewest:
                break
            if not _copies(left[at][1], reply.part):
                found.add(_file_name(left[at][1]))
        return len(found) >= fewest


def _name(part: str) -> str:
    return part.partition("=")[0]


def _sent(part: str) -> str:
    return part.partition("=")[2]


def _file_name(path: str) -> str:
    return unquote(path).rstrip("/").rpartition("/")[2]


def _copies(one: str, other: str) -> bool:
    """Whether two paths may name the same content: one file, or one and its backup beside it."""
    first, second = _file_name(one), _file_name(other)
    return first.startswith(second) or second.startswith(first)


def _keeps(parameters: Answer) -> Keeps:
    sent = (parameters.sent,) if parameters.sent else ()
    fields = (parameters.tampered, parameters.size, *sent, *parameters.by)
    return Keeps(parameters.entity, fields, slot=DAY, optional=True, reads=dict.fromkeys(sent, _beginning))


def _beginning(text: str) -> str:
    return text[:SENT]


def _findings(parameters: Answer, history: History) -> Iterator[Finding]:
    replies = [reply for row in history.rows if (reply := _reply(row, parameters.sent)) is not None]
    for slot in sorted({reply.row.slot for reply in replies if reply.part}):
        past = _Past.of(each for each in replies if slot - parameters.period <= each.row.slot <= slot)
        if len(past.usual) < parameters.usual:
            continue
        for reply in replies:
            if reply.row.slot == slot and reply.part and _stands_out(parameters, reply, past):
                yield _finding(parameters, history, reply, past)


def _reply(row: Row, sent: str) -> _Reply | None:
    part, size, *others = values(row.value)
    return _Reply(part, int(size), row, others[0] if sent else "") if size.isdecimal() else None


def _slack(size: int) -> int:
    return max(_SLACK, int(_SHARE * size))


def _stands_out(parameters: Answer, reply: _Reply, past: _Past) -> bool:
    if (echo := past.echoes.get(_name(reply.part))) is not None:
        return not echo.explains(_sent(reply.part), reply.size) and not past.has_likes(reply, parameters.twins)
    if past.has_usual(reply, parameters.repeats) or past.has_twins(reply, parameters.twins):
        return False
    if parameters.same_size and past.has_other_files(reply, parameters.same_size):
        return False
    return not parameters.usual or not parameters.deviations or _outside(parameters.deviations, reply.size, past.usual)


def _outside(deviations: float, size: int, usual: Sequence[int]) -> bool:
    """Whether the size is beyond all usual ones, by more than they scatter.

    https://en.wikipedia.org/wiki/Median_absolute_deviation
    """
    middle = statistics.median(usual)
    scatter = 1.4826 * statistics.median(abs(each - middle) for each in usual)
    return not usual[0] <= size <= usual[-1] and abs(size - middle) > deviations * scatter


def _finding(parameters: Answer, history: History, reply: _Reply, past: _Past) -> Finding:
    who = named(parameters.entity, history.entity) or "the server"
    middle = statistics.median(past.usual) if past.usual else 0
    compared = (
        f"{len(past.usual):,} usual answers had {middle:,.0f} at the median, {past.usual[0]:,} to {past.usual[-1]:,}"
        if past.usual
        else "there are no usual answers to compare with"
    )
    why = (
        f"{who} answered {reply.part[:200]!r} with {_said(parameters, reply.size)} at {moment(reply.row.first)}; "
        f"{compared}; {past.parts:,} tampered parts were tried"
    )
    measured = _said(parameters, reply.size) + (f" against {middle:,.0f}" if past.usual else "")
    row = reply.row
    return Finding(row.first, row.value, row.first, row.events, measured, why, (row.place,))


def _said(parameters: Answer, size: int) -> str:
    return f"{size:,} bytes" if parameters.size.endswith("bytes") else f"{parameters.size} {size}"


BEHAVIOR = Behavior(
    reference="https://owasp.org/www-project-web-security-testing-guide/",
    parameters=Answer,
    keeps=_keeps,
    reach=lambda parameters: parameters.period + DAY,
    findings=_findings,
)
