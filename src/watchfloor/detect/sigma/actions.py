"""Rule collections: the action documents of a file (`global`, `reset`, `repeat`) folded into its rules.

Sigma specification 1.0, section "Rule Collections": `global` documents accumulate and are merged into all rules after
them, their values counting where both have one; `reset` forgets them; `repeat` is the previous rule with the values
of this document. Correlation rules and filters take no part.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from watchfloor.core.documents import Document, Report

MAX_MERGED = 200_000
"""Most keys that the action documents of one file merge into others."""


def fold_actions(documents: Iterable[Document], report: Report) -> Iterator[Document]:
    """Every rule, correlation rule and filter of a file, complete."""
    shared = Document({}, ())
    previous: Document | None = None
    merged = 0
    for document in documents:
        merged += _size(shared.content)
        if document.content.get("action") == "repeat" and previous is not None:
            merged += _size(previous.content)
        if merged > MAX_MERGED:
            report("too much is merged by action documents; the rest is left out", line=document.line)
            return
        action = document.content.get("action")
        own = {key: value for key, value in document.content.items() if key != "action"}
        if action is None and ("correlation" in own or "filter" in own):
            yield document
        elif action is None:
            previous = _merged(Document(own, document.nodes), shared)
            yield previous
        elif action == "global":
            shared = _merged(shared, Document(own, document.nodes))
        elif action == "reset":
            shared = Document({}, ())
        elif action == "repeat" and previous is not None:
            changed = _updated(previous.content, own)
            previous = Document(changed, document.nodes + previous.nodes)
            yield previous
        else:
            reason = "no rule before it to repeat" if action == "repeat" else f"unknown action {str(action)[:100]!r}"
            report(reason, line=document.line_of("action"), rule=document.name)


def _size(content: Mapping[Any, Any]) -> int:
    """Keys of a mapping and of those in it."""
    return len(content) + sum(_size(value) for value in content.values() if isinstance(value, dict))


def _merged(document: Document, over: Document) -> Document:
    if not over.nodes:
        return document
    return Document(_updated(document.content, over.content), document.nodes + over.nodes)


def _updated(base: Mapping[Any, Any], changes: Mapping[Any, Any]) -> dict[Any, Any]:
    """A copy of `base` with the values of `changes`, mappings being merged key by key."""
    found = dict(base)
    for key, value in changes.items():
        old = found.get(key)
        found[key] = _updated(old, value) if isinstance(old, dict) and isinstance(value, dict) else copy.copy(value)
    return found
