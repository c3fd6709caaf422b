"""Statistics over files or over a home: the events are those of the one pipeline in either case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from watchfloor.alerts.listing import Wanted, listed
from watchfloor.alerts.record import stored_alerts
from watchfloor.app.analyze import Listener, Request, Result, analyze
from watchfloor.app.home import Home, reading
from watchfloor.app.timeline import entries
from watchfloor.core.settings import Settings
from watchfloor.hunting.pivots import FIELDS, Pivot, pivots
from watchfloor.hunting.span import ALWAYS, Span

_T = TypeVar("_T")


def of_files(request: Request, settings: Settings, listener: Listener, ask: Callable[[Home], _T]) -> tuple[_T, Result]:
    """Analyse files, and ask the home that they fill, which is gone afterwards if it is a temporary one."""
    answers: list[_T] = []
    result = analyze(request, settings, listener, lambda home, _: answers.append(ask(home)))
    return answers[0], result


def of_home(path: Path, ask: Callable[[Home], _T]) -> _T:
    """Ask a home, also while another process writes to it.

    Raises:
        StoreError: there is no home at that place, or it cannot be used.
    """
    with reading(path) as home:
        return ask(home)


def pivots_of(home: Home, level: str, span: Span = ALWAYS) -> list[Pivot]:
    """The pivots of a home's alerts of `level` or above that nothing hides; see `hunting.pivots.pivots`."""
    return pivots(entries(home, shown_alerts(home, level, span), FIELDS, span))


def shown_alerts(home: Home, level: str, span: Span = ALWAYS) -> list[dict[str, Any]]:
    """The alerts of a home of `level` or above in a span that nothing hides, by first time."""
    wanted = Wanted(level=level, since=span.since, until=span.until)
    with home.store.read() as connection:
        ids = [alert_id for alert_id, by in listed(connection, wanted, home.policy) if by is None]
        return list(stored_alerts(connection, ids))


def by_kind(found: Sequence[Pivot]) -> dict[str, list[Pivot]]:
    """The pivots of each kind, in their order."""
    kinds: dict[str, list[Pivot]] = {}
    for pivot in found:
        kinds.setdefault(pivot.kind, []).append(pivot)
    return kinds
