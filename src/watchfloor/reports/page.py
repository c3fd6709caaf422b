"""The page: one HTML document that needs no network and no script, whatever the logs say.

Everything that comes from logs, rules or file names is escaped by the templates, and every character that shows nothing
or changes the direction of text is written out. The policy of the document allows its own style and nothing else.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import itertools
from collections.abc import Iterable
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from watchfloor.core.printable import percent, safe, shorten, size
from watchfloor.detect.behaviors.words import moment
from watchfloor.detect.sigma.coverage import coverage
from watchfloor.reports import sections
from watchfloor.reports.attack import VERSION, matrix
from watchfloor.reports.drawing import CELLS, HEIGHT, WIDTH
from watchfloor.reports.marks import Piece
from watchfloor.reports.report import Report
from watchfloor.reports.words import COUNTED

_NOTHING = "\N{EN DASH}"
_LONGEST = 400
"""Characters of any text of a log on the page, but for records."""


def page(report: Report) -> bytes:
    """The document; the same report gives the same bytes."""
    found = coverage(report.rules, report.observed.seen)
    fired = {alert["rule"]["id"] for alert in report.alerts}
    shown = sections.Evidence(report)
    singles, more_rules = sections.single_rules(report)
    cells = matrix(found, fired)
    css = _tidy(_text("report.css"))
    values = {
        "report": report,
        "counted": COUNTED,
        "style": Markup(css),  # noqa: S704 - our own file
        "policy": _policy(css),
        "span": sections.span(report),
        "parsed": report.records - sum(each.failed for each in report.formats),
        "levels": sections.levels(report),
        "tactics": sections.tactics(report),
        "listed": sections.listed(report),
        "incidents": sections.incidents(report, shown),
        "singles": [
            {**rule, "examples": [{"alert": alert, "evidence": shown.of(alert)} for alert in rule["examples"]]}
            for rule in singles
        ],
        "more_rules": more_rules,
        "over_time": sections.over_time(report),
        "files": sections.files(report),
        "errors": sections.errors(report),
        "coverage": found,
        "seeing": [each for each in found if not each.because],
        "fired": sum(each.rule.id in fired for each in found),
        "blind": sections.blind(found),
        "matrix": cells,
        "dark": [(tactic, cell) for tactic, listed in cells.items() for cell in listed if not cell.rules],
        "learning": [each for each in report.learning if each.learning],
        "attack_version": VERSION,
        "cells": CELLS,
        "height": HEIGHT,
        "width": WIDTH,
    }
    return _tidy(_environment().get_template("report.html.j2").render(values)).encode() + b"\n"


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_text),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=lambda value: f"{value:,}",
        percent=_percent,
        size=size,
        when=_when,
        time=moment,
        pieces=_marked,
        clip=_clip,
        words=lambda name: str(name).replace("-", " "),
        duration=_duration,
    )
    return environment


def _text(name: str) -> str:
    return resources.files("watchfloor.reports").joinpath("templates", name).read_text("utf-8")


def _tidy(text: str) -> str:
    """The text without empty lines and blanks at the ends of lines; no value has a line end any more."""
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def _shown(value: Any) -> Any:
    """Every text before it is escaped: characters that show nothing are written out."""
    return value if isinstance(value, Markup) else safe(value) if isinstance(value, str) else value


def _policy(css: str) -> str:
    """Nothing is loaded, run, framed or sent; only the style with this digest counts."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _marked(pieces: Iterable[Piece]) -> Markup:
    """Pieces as text with marks, invisible characters standing out."""
    parts = (
        Markup("<mark>{}</mark>").format(_visible(piece.text)) if piece.hit else _visible(piece.text)
        for piece in pieces
    )
    return Markup().join(parts)


def _visible(text: str) -> Markup:
    """A text whose invisible characters stand out, those that only make space less so."""
    return Markup().join(
        Markup('<span class="{}">{}</span>').format(kind, "".join(map(safe, run))) if kind else escape("".join(run))
        for kind, run in itertools.groupby(text, _kind)
    )


def _kind(character: str) -> str:
    if safe(character) == character:
        return ""
    return "space" if character in "\t\n\r\xa0" else "odd"


def _clip(text: object, longest: int = _LONGEST) -> str:
    return shorten(str(text), longest)


def _when(value: str | dt.datetime | None, digits: int = 19) -> str:
    """A moment to the second, or shorter."""
    if value is None:
        return _NOTHING
    return (value if isinstance(value, str) else value.isoformat())[:digits].replace("T", " ")


def _percent(part: int, whole: int) -> str:
    return percent(part, whole) if whole else _NOTHING


def _duration(seconds: float) -> str:
    """A length of time in the largest unit that it has more than one and a half of."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:.1f} {unit}s"
    return f"{seconds:.1f} seconds"
