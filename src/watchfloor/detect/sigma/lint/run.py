"""Lint of a rule set, files from the cache where neither they nor the context changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from watchfloor.core.clock import utc_now
from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import cache
from watchfloor.detect.sigma.context import Context
from watchfloor.detect.sigma.lint.findings import SEVERITIES, Finding
from watchfloor.detect.sigma.lint.sets import check_set
from watchfloor.detect.sigma.ruleset import RuleSet

FORMAT = 2
"""Raised whenever a check of single files changes."""


def lint(
    rules: RuleSet,
    *,
    context: Context | None = None,
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    today: dt.date | None = None,
) -> list[Finding]:
    """Every finding, the worst first, then by file and line.

    Args:
        rules: the loaded set.
        context: what it was loaded with.
        cache_dir: folder for results, private to the user; without one every file is looked at.
        progress: is told files done and files in all.
        today: dates after it are in the future; by default the present day (UTC).
    """
    findings = [*check_set(rules), *_file_findings(rules, context or Context(), cache_dir, progress, today)]
    findings.sort(
        key=lambda found: (
            -SEVERITIES.index(found.severity),
            str(found.path),
            found.line or 0,
            found.check,
            found.detail,
        )
    )
    return findings


def _file_findings(
    rules: RuleSet,
    context: Context,
    cache_dir: Path | None,
    progress: Callable[[int, int], None] | None,
    today: dt.date | None,
) -> Iterator[Finding]:
    loaded = {(rule.path, rule.id) for rule in rules.rules} | {(each.path, each.id) for each in rules.behaviors}
    paths = sorted({path for path, _ in loaded})
    store = cache_dir / f"lint-{stable_id(str(FORMAT), context.key, *map(str, paths))}.json" if cache_dir else None
    known = cache.load(store) if store else {}
    used: dict[str, Any] = {}
    day = (today or utc_now().date()).isoformat()
    for number, path in enumerate(paths):
        data = _content(path)
        key = cache.content_hash(data)
        if key not in used:
            used[key] = known[key] if key in known else _linted(data, context)
        for found in used[key]:
            if (path, found["rule"]) in loaded:
                yield from _findings(path, found, day)
        if progress is not None:
            progress(number + 1, len(paths))
    if store is not None and used.keys() != known.keys():
        cache.save(store, used)


def _linted(data: bytes, context: Context) -> list[dict[str, Any]]:
    from watchfloor.detect.sigma.lint.files import lint_file  # noqa: PLC0415 - pySigma is slow to import

    return lint_file(data, context)


def _findings(path: Path, found: Mapping[str, Any], day: str) -> Iterator[Finding]:
    for check, line, detail in found["findings"]:
        yield Finding(check, path, line, found["rule"], detail)
    dates, lines = found["dates"], found["lines"]
    for key, date in dates.items():
        if date > day:
            yield Finding("date-in-future", path, lines[key], found["rule"], f"{key} {date}")
    if dates["modified"] and dates["modified"] < dates["date"]:
        detail = f"{dates['modified']} before {dates['date']}"
        yield Finding("modified-before-date", path, lines["modified"], found["rule"], detail)


def _content(path: Path) -> bytes:
    """A file that was just read; one that has vanished since has no findings."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
