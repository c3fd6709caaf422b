"""Exceptions from rules: Sigma filters in a home, each with who answers for it, why, and until when.

An exception is an ordinary Sigma filter file, with the custom keys `owner`, `reason`, `expires`, `made` and `by` beside
what Sigma knows. Its end is part of its condition, as an expression over the event's time: events from that moment on
fire the rule again, whenever they are read, so that the same logs give the same alerts on any day.
https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-filters-specification.md
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from watchfloor.app.home import Home
from watchfloor.app.rule_details import places, written
from watchfloor.core.clock import utc_now
from watchfloor.core.documents import read_document
from watchfloor.core.errors import UsageError
from watchfloor.core.moments import before
from watchfloor.detect.sigma import BehaviorRule, Rule
from watchfloor.policy.values import network
from watchfloor.store import audit

FOLDER = "exceptions"
"""The exceptions of a home, in its folder."""
MAX_BYTES = 1 << 20
MAX_TEXT = 1000
"""Longest reason, owner or value, in characters."""
MAX_VALUES = 1_000
MODIFIERS = frozenset({"cased", "cidr", "contains", "endswith", "startswith"})
"""Modifiers that a field of an exception may have; others say too little about what is left out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An exception that is to be made.

    Attributes:
        rule: from which.
        values: field, with modifiers if any -> values of which an event has one; it must meet every field.
        until: events from this moment on are no exception; seconds.
        owner: who answers for it.
        reason: why it is right.
        by: who makes it.
    """

    rule: Rule | BehaviorRule
    values: Mapping[str, Sequence[str]]
    until: dt.datetime
    owner: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Known:
    """An exception of a home as its file says it; `problem` where the file cannot be read."""

    path: Path
    id: str = ""
    rule: str = ""
    values: str = ""
    until: dt.datetime | None = None
    owner: str = ""
    reason: str = ""
    problem: str = ""


def exception_roots(home: Path | None) -> tuple[Path, ...]:
    """Where the exceptions of a home are loaded from, as places of rules."""
    folder = home / FOLDER if home is not None else None
    return (folder,) if folder is not None and folder.is_dir() else ()


def filter_of(wanted: Wanted) -> dict[str, Any]:
    """The Sigma filter.

    Raises:
        UsageError: somebody or something is missing, or the rule's events do not have such a field.
    """
    for name in ("owner", "reason", "by"):
        _check_text(name, getattr(wanted, name))
    if not wanted.values:
        raise UsageError("an exception needs a field and a value", way_out="--field source.ip --value 192.0.2.7")
    selection = {field: _values(wanted.rule, field, values) for field, values in wanted.values.items()}
    rule, made = wanted.rule, utc_now().replace(microsecond=0)
    selected = rule.selection if isinstance(rule, BehaviorRule) else rule
    source = written(rule).get("logsource")
    parts = ("product", "category", "service")
    named = {name: value for name, value in zip(parts, selected.logsource, strict=True) if value}
    return {
        "title": f"Exception from {rule.title}"[:256],
        "id": str(uuid.uuid4()),
        "description": wanted.reason,
        "author": wanted.owner,
        "owner": wanted.owner,
        "reason": wanted.reason,
        "expires": wanted.until.isoformat(),
        "made": made.isoformat(),
        "by": wanted.by,
        "taxonomy": selected.taxonomy,
        "logsource": {name: source[name] for name in parts if source.get(name)} if isinstance(source, dict) else named,
        "filter": {
            "rules": [rule.id],
            "allowed": selection,
            "in_time": {"@timestamp|re": before(wanted.until)},
            "condition": "not (allowed and in_time)",
        },
    }


def _check_text(name: str, text: str) -> None:
    if not text.strip():
        raise UsageError(f"an exception needs its {name}", way_out=f"--{name} TEXT")
    if len(text) > MAX_TEXT or not text.isprintable():
        raise UsageError(f"the {name} is longer than {MAX_TEXT:,} characters or not printable")


def _values(rule: Rule | BehaviorRule, written_field: str, values: Sequence[str]) -> list[str]:
    field, *modifiers = written_field.split("|")
    unknown = sorted(set(modifiers) - MODIFIERS)
    if unknown:
        raise UsageError(f"no modifier {unknown[0][:40]!r}", way_out=f"One of {', '.join(sorted(MODIFIERS))}")
    if not field.strip() or len(field) > MAX_TEXT or not field.isprintable():
        raise UsageError(f"no field: {field[:60]!r}")
    if len(values) > MAX_VALUES:
        raise UsageError(f"more than {MAX_VALUES:,} values")
    selection = rule.selection if isinstance(rule, BehaviorRule) else rule
    scopes = [place.scope for place in places(selection)]
    if not any(scope.sources(field) for scope in scopes):
        raise UsageError(
            f"events of the rule have no field {field[:60]!r}", way_out="See: watchfloor rules show, watchfloor parse"
        )
    for value in values:
        _check_text("value", value)
        if "cidr" in modifiers:
            _check_network(value)
    return list(values) if "cidr" in modifiers else [_literal(value) for value in values]


def _check_network(value: str) -> None:
    try:
        network(value)
    except ValueError as error:
        raise UsageError(f"not a network: {str(error)[:120]}", way_out="Write 192.0.2.0/24") from None


def _literal(value: str) -> str:
    """A text in which nothing is a wildcard, as Sigma writes it."""
    return re.sub(r"([\\*?])", r"\\\1", value)


def text_of(content: Mapping[str, Any]) -> str:
    """The file of an exception; whatever its texts hold stays text."""
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=False, width=120)


@contextmanager
def tried(content: Mapping[str, Any]) -> Iterator[Path]:
    """The exception in a folder of its own, to load rules with it before it is in the home."""
    with tempfile.TemporaryDirectory(prefix="watchfloor-exception-") as folder:
        path = Path(folder) / f"{content['id']}.yml"
        path.write_text(text_of(content), "utf-8")
        yield path


def make(home: Home, content: Mapping[str, Any]) -> Path:
    """Put an exception into the home, and an entry into its audit trail; the file.

    Raises:
        UsageError: it would be over already, or the file cannot be written.
    """
    now = utc_now()
    if dt.datetime.fromisoformat(content["expires"]) <= now:
        raise UsageError("the end of an exception lies in the past", place=content["expires"])
    path = home.path / FOLDER / f"{content['id']}.yml"
    torn = path.with_suffix(".tmp")
    detail = {
        "rule": content["filter"]["rules"][0],
        "values": content["filter"]["allowed"],
        "until": content["expires"],
        "owner": content["owner"],
        "reason": content["reason"],
    }
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        torn.write_text(text_of(content), "utf-8")
        with home.store.transaction() as connection:
            audit.note(connection, now, content["by"], "rule.exception", content["id"], detail)
            torn.rename(path)
    except OSError as error:
        torn.unlink(missing_ok=True)
        raise UsageError(f"cannot be written: {error.strerror}", place=str(path)) from error
    return path


def remove(home: Home, text: str, by: str) -> Known:
    """Take an exception out of the home, with an entry in its audit trail that says what it was; what is gone.

    Args:
        home: open for writing.
        text: the beginning of its id, or the name of its file, as that of one that cannot be read.
        by: who takes it out.

    Raises:
        UsageError: there is none, or more than one; or nobody is named; or the file cannot be deleted.
    """
    _check_text("by", by)
    wanted = text.strip().lower()
    found = [each for each in known(home.path) if wanted and wanted in {each.path.name, each.path.stem}]
    found = found or [each for each in known(home.path) if wanted and each.id.lower().startswith(wanted)]
    if len(found) != 1:
        many = f"{len(found)} exceptions begin so" if found else "there is no such exception"
        raise UsageError(many, place=repr(text[:60]), way_out="See: watchfloor rules exceptions")
    (gone,) = found
    detail = {
        "rule": gone.rule,
        "values": gone.values,
        "until": gone.until.isoformat() if gone.until else "",
        "owner": gone.owner,
        "reason": gone.reason,
    }
    try:
        with home.store.transaction() as connection:
            audit.note(connection, utc_now(), by, "rule.exception_end", gone.id or gone.path.name, detail)
            gone.path.unlink()
    except OSError as error:
        raise UsageError(f"cannot be deleted: {error.strerror}", place=str(gone.path)) from error
    return gone


def known(home: Path) -> list[Known]:
    """The exceptions of a home by their end, also those that are over and those that cannot be read."""
    folder = home / FOLDER
    paths = sorted(folder.glob("*.yml")) if folder.is_dir() else []
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(map(_known, paths), key=lambda each: (each.until or far, each.path.name))


def _known(path: Path) -> Known:
    try:
        content = read_document(path, MAX_BYTES).content
    except UsageError as error:
        return Known(path, problem=str(error))
    found = content.get("filter")
    if not isinstance(found, dict):
        return Known(path, problem=f"{path}: no Sigma filter")
    rules, allowed = found.get("rules"), found.get("allowed")
    return Known(
        path,
        str(content.get("id", ""))[:MAX_TEXT],
        ", ".join(map(str, rules))[:MAX_TEXT] if isinstance(rules, list) else "",
        "; ".join(_shown(*each) for each in allowed.items())[:MAX_TEXT] if isinstance(allowed, dict) else "",
        _moment(content.get("expires")),
        str(content.get("owner", ""))[:MAX_TEXT],
        str(content.get("reason", ""))[:MAX_TEXT],
    )


def _shown(field: object, values: object) -> str:
    listed = values if isinstance(values, list) else [values]
    return f"{field} = {', '.join(map(str, listed))}"


def _moment(value: object) -> dt.datetime | None:
    """The end as the file says it; whoever edits the file writes what YAML takes for a moment or for a text."""
    try:
        found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
