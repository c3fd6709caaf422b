"""The `behavior` mapping of a document -> plain data that can be cached."""

from __future__ import annotations

import itertools
from typing import Any

import orjson
from pydantic import ValidationError

from watchfloor.core.errors import RuleError
from watchfloor.detect.behaviors.registry import kinds

MAX_FIELDS = 12
"""Most fields that make an entity or a value."""


def definition_of(document: dict[str, Any]) -> dict[str, Any]:
    """Kind and parameters of a behaviour.

    Raises:
        RuleError: there is no such kind, or it does not take these parameters.
    """
    definition = document["behavior"]
    if not isinstance(definition, dict):
        raise RuleError("'behavior' is not a mapping")
    kind = definition.get("kind")
    if not isinstance(kind, str) or kind not in kinds():
        raise RuleError(f"no kind {str(kind)[:100]!r} of behaviour; there are {', '.join(kinds())}")
    given = {str(name): value for name, value in definition.items() if name != "kind"}
    behavior = kinds()[kind]
    try:
        orjson.dumps(given)
        parameters = behavior.parameters.model_validate(given)
    except TypeError:  # numbers and values of YAML that the cache could not keep
        raise RuleError("a parameter is no text, number or list that could be one") from None
    except ValidationError as error:
        raise RuleError("; ".join(_faults(error))) from None
    keeps = behavior.keeps(parameters)
    if len(keeps.entity) > MAX_FIELDS or len(keeps.value) > MAX_FIELDS:
        raise RuleError(f"more than {MAX_FIELDS} fields of an entity or value")
    return {"kind": kind, "parameters": given}


def _faults(error: ValidationError) -> list[str]:
    """What pydantic says, a clause per parameter and none of the given values."""
    faults = error.errors(include_url=False, include_input=False)
    shown = [
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}".lstrip(": ") for fault in itertools.islice(faults, 5)
    ]
    return [text[:200] for text in shown]
