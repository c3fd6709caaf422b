"""Processing pipelines of pySigma in YAML: they rewrite rules before these are compiled.

Only what works on the rule itself is taken. Transformations that read files, ask the network or run programs are
refused; so are those that write parts of another tool's query. Post-processing and finalizers, which concern the query
text that other tools make (and can run templates), are never even built.
https://sigmahq-pysigma.readthedocs.io/en/latest/Processing_Pipelines.html
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingPipeline

from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma.context import read_mapping
from watchfloor.detect.sigma.policy import POLICY

_REFUSED = {
    "file_placeholders": "reads a file; give the values with --placeholders",
    "http_placeholders": "asks the network; give the values with --placeholders",
    "command_placeholders": "runs a program; give the values with --placeholders",
    "query_expression_placeholders": "writes a query for another tool",
}
_QUERIES = ("postprocessing", "finalizers", "allowed_backends")


def read_pipelines(paths: Sequence[Path]) -> tuple[str, ...]:
    """The pipelines of some files as text for `Context.pipelines`, checked.

    Raises:
        UsageError: a file cannot be read, is no pipeline, or asks for something unsafe.
    """
    texts = []
    for path in paths:
        content = {key: value for key, value in read_mapping(path).items() if key not in _QUERIES}
        for kind in (str(found.get("type")) for found in _all(content.get("transformations"))):
            if kind in _REFUSED:
                raise UsageError(f"the transformation {kind} {_REFUSED[kind]}", place=str(path))
        text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        try:
            _parsed(text)
        except UsageError as error:
            raise UsageError(error.thing, place=str(path)) from error
        texts.append(text)
    return tuple(texts)


@functools.lru_cache(maxsize=8)
def built(texts: tuple[str, ...]) -> ProcessingPipeline | None:
    """One pipeline out of several, those of lower priority first; None when there is none.

    Raises:
        UsageError: a text is no pipeline.
    """
    parts = sorted((_parsed(text, number) for number, text in enumerate(texts)), key=lambda part: part.priority)
    return functools.reduce(operator.add, parts) if parts else None


def _parsed(text: str, number: int = 0) -> ProcessingPipeline:
    content = yaml.load(text, Loader=yaml.CSafeLoader)
    # Added conditions get names of their own instead of random ones; the underscore hides them from `1 of them`.
    for position, found in enumerate(_all(content.get("transformations"))):
        if found.get("type") == "add_condition":
            found.setdefault("name", f"_pipeline_{number + 1}_{position + 1}")
    try:
        return ProcessingPipeline.from_dict(content, policy=POLICY)
    except SigmaError as error:
        raise UsageError(f"no pipeline: {str(error)[:500]}") from error
    except Exception as error:  # the border to pySigma, which expects well-formed pipelines
        raise UsageError(f"no pipeline: {type(error).__name__}: {str(error)[:500]}") from error


def _all(transformations: Any) -> Iterator[dict[str, Any]]:
    """All transformations, nested ones included."""
    waiting = [transformations]
    while waiting:
        items = waiting.pop()
        for found in items if isinstance(items, list) else []:
            if isinstance(found, dict):
                yield found
                waiting.append(found.get("items"))
