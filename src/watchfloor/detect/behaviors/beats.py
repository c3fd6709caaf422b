"""Whether contacts keep time: one period that explains their intervals, jitter and missed beats included."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

SECOND = 1_000_000
"""Microseconds."""

SCALES = (1 * SECOND, 4 * SECOND, 16 * SECOND, 64 * SECOND)
"""Silences that end a burst, tried in turn: connections of one page load are one contact."""

CLEAR_OF_SCALE = 4
"""A period is this many silences at least: cutting bursts makes intervals near the silence look alike."""


class Fit(NamedTuple):
    """One way in which intervals may keep to a period.

    Attributes:
        tolerance: how far an interval may be from a multiple of the period, as a share of the period.
        multiples: up to which multiple; beyond the single one beats were missed.
        share: of the intervals that must fit.
        chance: that an exponential interval fits, at most, whatever the period: the maximum over P and m of the sum
            over the multiples k of F((k + tolerance) P) - F((k - tolerance) P), where F is the distribution of c + X,
            X exponential of mean m, c the silence, and P as `CLEAR_OF_SCALE` says, rounded up.
    """

    tolerance: float
    multiples: int
    share: float
    chance: float


FITS = (Fit(0.15, 4, 0.80, 0.30), Fit(0.30, 2, 0.80, 0.39), Fit(0.40, 1, 0.75, 0.42))
"""By the clock with many missed beats, jittered with a few, and much jittered."""

SINGLE_SHARE = 0.30
"""Share of the intervals that must be single beats, else the period is a fraction of the true one."""

WIDE = max(fit.tolerance for fit in FITS)

PAUSE = 6
"""Intervals of this many periods, and half an hour, are pauses: the client was off."""

SHORTEST_PAUSE = 1_800 * SECOND

WORKING = 4
"""At most one pause for so many contacts (one is always allowed), else activity comes in sessions."""

NIGHT = 12 * 3_600 * SECOND
"""Intervals of slow contacts as long as this are pauses, too: the client was off for the night, a weekend or holidays.
There may be as many as days."""

AWAKE = 2.5
"""Periods that fit into the time between nights at least; else what one period is and what a night cannot be told."""

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Beat:
    """What keeps time.

    Attributes:
        period: seconds.
        contacts: bursts of connections, each counted once.
        share: share of the intervals that the period explains.
        jitter: half the width that holds nine of ten single beats, as a share of the period.
        active: seconds without the pauses.
        chance: decimal logarithm of the chance that independent contacts look so, at most 0.
    """

    period: float
    contacts: int
    share: float
    jitter: float
    active: float
    chance: float


def contacts(times: Numbers, silence: int) -> Numbers:
    """First moments of the bursts: a contact begins where nothing came for longer than `silence`; times are sorted."""
    if not len(times):
        return times
    starts: Numbers = times[np.concatenate([[True], np.diff(times) > silence])]
    return starts


def beat(times: Numbers, *, least: int, lasting: float, chance: float, slower: float = 0.0) -> Beat | None:
    """The period that contacts keep, or None.

    Args:
        times: microseconds, sorted.
        least: contacts that it takes.
        lasting: seconds for which it must go on.
        chance: decimal logarithm of the chance for independent contacts that is still believed.
        slower: seconds; shorter periods are not looked for.

    Returns:
        Of the scales that show one, the beat of the least chance.
    """
    best: Beat | None = None
    previous = -1
    for scale in SCALES:
        starts = contacts(times, scale)
        if len(starts) < least:
            break
        if len(starts) == previous:
            continue
        previous = len(starts)
        found = _beat(starts, scale)
        if found is None or found.period < slower:
            continue
        if found.active < lasting or found.chance > chance or found.contacts < least:
            continue
        if best is None or found.chance < best.chance:
            best = found
    return best


def unhurried(times: Numbers, least: int, period: float) -> bool:
    """Whether most contacts up to some moment are far enough apart for so many seconds or a longer period.

    It costs little and rules most out that `beat` finds nothing in; `times` are sorted.
    """
    starts = contacts(times, SCALES[-1])  # of all, it leaves the fewest short intervals
    share = min(fit.share for fit in FITS)
    short = np.cumsum(np.diff(starts) < (1 - WIDE) * period * SECOND)
    intervals = np.arange(1, len(short) + 1)
    return bool(((short <= (1 - share) * intervals) & (intervals >= share * (least - 1))).any())


def _beat(starts: Numbers, scale: int) -> Beat | None:
    """The beat of contacts cut at one silence, however likely."""
    intervals = np.sort(np.diff(starts)).astype(np.float64)
    found = None
    for place in (0.5, 0.25):  # the median, and for when most beats are missed the middle of the lower half
        period = _refined(intervals, _at(intervals, place))
        if period < CLEAR_OF_SCALE * scale:
            continue
        tried = _judged(intervals, period)
        if tried is not None and (found is None or tried.chance < found.chance):
            found = tried
    return found


def _at(rising: Reals, place: float) -> float:
    return float(rising[int(place * (len(rising) - 1))])


def _refined(rising: Reals, period: float) -> float:
    """The middle of the intervals near a period, taken again and again; 0 where there are none."""
    for _ in range(_ROUNDS):
        low, high = np.searchsorted(rising, ((1 - WIDE) * period, (1 + WIDE) * period))
        near = rising[low:high]
        if not len(near):
            return 0.0
        period = (_at(near, 0.1) + _at(near, 0.5) + _at(near, 0.9)) / 3
    return period


def _judged(rising: Reals, period: float) -> Beat | None:
    pause, nightly = _pause(period)
    working = int(np.searchsorted(rising, pause))
    pauses = len(rising) - working
    if not working or (not nightly and pauses > max(1, len(rising) // WORKING)):
        return None
    kept = rising[:working]
    beats = kept / period
    multiple = np.maximum(np.rint(beats), 1.0)
    off = np.abs(beats - multiple)
    best = None
    for fit in FITS:
        fits = (off <= fit.tolerance) & (multiple <= fit.multiples)
        if (fits & (multiple == 1.0)).sum() < SINGLE_SHARE * working:
            continue
        by_chance = by_chance_awake(fit, int(10 * pause / period)) if nightly else fit.chance
        chance = _odds(int(fits.sum()), working, fit.share, by_chance)
        if chance < 0.0 and (best is None or chance < best.chance):
            jitter = _at(np.sort(off[fits & (multiple == 1.0)]), 0.9)
            share, active = float(fits.mean()), float(kept.sum()) / SECOND
            best = Beat(period / SECOND, len(rising) + 1, share, jitter, active, chance)
    return best


def _pause(period: float) -> tuple[float, bool]:
    """From how long on an interval is a pause, in microseconds, and whether every night may be one."""
    if AWAKE * period <= NIGHT < PAUSE * period:
        return NIGHT, True
    return max(PAUSE * period, SHORTEST_PAUSE), False


@functools.cache
def by_chance_awake(fit: Fit, tenths: int) -> float:
    """`Fit.chance` of intervals below a pause of so many tenths of a period, which leaves less room to miss.

    The maximum over means from a tenth to a hundred periods; periods are so long that no silence matters.
    """
    pause = tenths / 10
    means = np.geomspace(0.1, 100.0, 400)
    hit = np.zeros_like(means)
    for multiple in range(1, fit.multiples + 1):
        low, high = (min(multiple + side * fit.tolerance, pause) for side in (-1, 1))
        hit += np.exp(-low / means) - np.exp(-high / means)
    return float((hit / -np.expm1(-pause / means)).max())


def _odds(hits: int, of: int, share: float, by_chance: float) -> float:
    """Decimal logarithm of what the chance of at least so many hits is at most; 0 when their share is too small.

    The bound is Chernoff's for the binomial distribution (Hoeffding 1963, https://doi.org/10.1080/01621459.1963.10500830,
    theorem 1): exp(-n D(h/n || p)).
    """
    rate = hits / of
    if rate < share:
        return 0.0
    divergence = rate * math.log(rate / by_chance)
    if rate < 1.0:
        divergence += (1.0 - rate) * math.log((1.0 - rate) / (1.0 - by_chance))
    return -of * divergence / math.log(10)
