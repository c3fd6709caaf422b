"""Lint of one file: everything that its content alone decides, so that it can be cached by content."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sigma.exceptions import SigmaError
from sigma.rule import SigmaDetectionItem, SigmaLogSource, SigmaRule
from sigma.validators.core import validators

from watchfloor.core.documents import Document
from watchfloor.detect.sigma.context import Context
from watchfloor.detect.sigma.lint.findings import VALIDATORS, validator_check
from watchfloor.detect.sigma.lint.logic import check_logic, check_metadata
from watchfloor.detect.sigma.lint.subject import Found, Subject
from watchfloor.detect.sigma.lint.values import check_values
from watchfloor.detect.sigma.parse import parse_file
from watchfloor.detect.sigma.policy import POLICY
from watchfloor.detect.sigma.prepare import prepared

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)

MAX_FINDINGS = 200
"""Most findings of one rule that are kept."""


def lint_file(data: bytes, context: Context) -> list[dict[str, Any]]:
    """Per rule its id, dates and findings, as JSON can hold them."""
    found: list[dict[str, Any]] = []

    def visit(document: Document, entry: dict[str, Any]) -> None:
        subject = Subject(document, entry)
        findings = [
            *check_metadata(subject),
            *check_logic(subject),
            *check_values(subject),
            *_validated(subject, context.values),
        ]
        dates = {key: _date(document.content.get(key)) for key in ("date", "modified")}
        lines = {key: document.line_of(key) for key in dates}
        found.append({"rule": entry["id"], "findings": findings[:MAX_FINDINGS], "dates": dates, "lines": lines})

    parse_file(data, context, visit)
    return found


def _validated(subject: Subject, placeholders: Mapping[str, Sequence[str]]) -> Iterator[Found]:
    """What pySigma's validators say; each is made anew, so that none remembers another rule."""
    content = prepared(subject.document.content, "detection", placeholders)
    rule = SigmaRule.from_dict(content, collect_errors=True, policy=POLICY)
    for name in VALIDATORS:
        try:
            issues = validators[name]().validate(rule)
        except (SigmaError, TypeError, AttributeError) as error:  # validators expect rules without errors
            yield "loaded-with-problem", subject.document.line, f"{name}: {str(error)[:200]}"
            continue
        for issue in issues:
            details = [_told(value) for key, value in vars(issue).items() if key != "rules" and value is not None]
            text = "; ".join([issue.description, *details])
            yield validator_check(name), subject.document.line_of("detection"), text[:300]


def _told(value: Any) -> str:
    """A detail of an issue, in the words of the rule."""
    if isinstance(value, SigmaDetectionItem):
        return value.field or "keyword"
    if isinstance(value, SigmaLogSource):
        return "/".join(part or "-" for part in (value.product, value.category, value.service))
    return str(value)


def _date(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    found = _DATE.fullmatch(str(value)[:20])
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""
