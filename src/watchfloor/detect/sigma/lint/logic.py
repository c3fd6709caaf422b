"""Checks of a rule's condition and of its metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from watchfloor.detect.sigma.atoms import ANY, ONE, fold
from watchfloor.detect.sigma.lint.subject import Found, Subject

Node = Sequence[Any]


def check_logic(subject: Subject) -> Iterator[Found]:
    """Unused selections, contradictions, conditions that only exclude."""
    selections, condition = orjson.loads(subject.entry["compiled"])
    document = subject.document
    used = set(_references(condition))
    for name in selections:
        if name not in used and not name.startswith("_"):
            yield "selection-unused", document.line_of("detection", name), name
    line = document.line_of("detection", "condition")
    contradiction = next(_contradictions(condition, selections), "")
    if contradiction:
        yield "condition-never-true", line, contradiction
    if only_negative(condition):
        yield "condition-only-negative", line, str(document.content["detection"].get("condition"))[:200]


def check_metadata(subject: Subject) -> Iterator[Found]:
    """What is missing about a rule."""
    content, entry = subject.document.content, subject.entry
    for key in ("level", "id", "status", "description"):
        if content.get(key) is None:
            yield f"{key}-missing", subject.document.line, ""
    if not any(tag.startswith("attack.t") for tag in entry["tags"]):
        yield "attack-tag-missing", subject.document.line_of("tags"), ""
    if entry["status"] in {"deprecated", "unsupported"}:
        yield "deprecated", subject.document.line_of("status"), entry["status"]


def only_negative(node: Node) -> bool:
    """Whether a condition holds for an event that satisfies no selection."""
    if node[0] == "and":
        return all(only_negative(part) for part in node[1:])
    if node[0] == "or":
        return any(only_negative(part) for part in node[1:])
    if node[0] == "not":
        return not only_negative(node[1])
    return False


def _references(node: Node) -> Iterator[str]:
    if node[0] == "ref":
        yield node[1]
        return
    for part in node[1:]:
        yield from _references(part)


def _contradictions(condition: Node, selections: Mapping[str, Node]) -> Iterator[str]:
    """Why all alternatives of a condition are impossible; nothing where one may be possible."""
    alternatives = condition[1:] if condition[0] == "or" else [condition]
    reasons = [next(_impossible(alternative, selections), "") for alternative in alternatives]
    if all(reasons):
        yield reasons[0]


def _impossible(node: Node, selections: Mapping[str, Node]) -> Iterator[str]:
    wanted, refused = set[str](), set[str]()
    exact: dict[str, str] = {}
    stack = [node]
    while stack:
        found = stack.pop()
        if found[0] == "and":
            stack.extend(reversed(found[1:]))
        elif found[0] == "ref":
            wanted.add(found[1])
            stack.append(selections[found[1]])
        elif found[0] == "not" and found[1][0] == "ref":
            refused.add(found[1][1])
        elif found[0] == "atom":
            text = _exact(found)
            if text is not None and exact.setdefault(found[1], text) != text:
                yield f"{found[1]} is to be {exact[found[1]]!r} and {text!r} at once"
    for name in sorted(wanted & refused):
        yield f"{name} and not {name}"


def _exact(atom: Node) -> str | None:
    """The one value that an atom asks of a field, lower-cased."""
    field, kind, *arguments = atom[1:]
    if field is None or kind != "text" or len(arguments) != 2 or arguments[1] in (ANY, ONE):
        return None
    return fold(arguments[1])
