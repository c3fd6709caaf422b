"""The `behavior` mapping of a document -> plain data that can be cached."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from watchfloor.core.errors import RuleError
from watchfloor.detect.behaviors.plugin import SECOND, Parameters
from watchfloor.detect.behaviors.registry import kinds
from watchfloor.detect.behaviors.spans import short

MAX_FIELDS = 12
"""Most fields that make an entity or a value."""


_MISSPELT = frozenset({"behaviour", "behaviors", "behaviours"})


def misspelt(document: Mapping[Any, Any]) -> str | None:
    """The key that is meant for `behavior`: without that the document would be a rule, an alert for each event."""
    found = (key for key in document if isinstance(key, str) and key != "behavior")
    return next((key for key in found if key.lower() in _MISSPELT or key.lower() == "behavior"), None)


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
        raise RuleError("; ".join(_faults(error, behavior.parameters))) from None
    keeps = behavior.keeps(parameters)
    if len(keeps.entity) > MAX_FIELDS or len(keeps.value) > MAX_FIELDS:
        raise RuleError(f"more than {MAX_FIELDS} fields of an entity or value")
    return {"kind": kind, "parameters": given}


def _faults(error: ValidationError, parameters: type[Parameters]) -> list[str]:
    """What is wrong, a clause per parameter and none of the given values."""
    faults = error.errors(include_url=False, include_input=False)
    shown = [
        f"{'.'.join(map(str, fault['loc']))}: {_reason(fault, parameters)}".lstrip(": ")
        for fault in itertools.islice(faults, 5)
    ]
    return [text[:400] for text in shown]


_WORDS = {"tuple_type": "a list is wanted, such as [source.ip]", "missing": "must be given", "too_short": "is empty"}
"""What pydantic's own words mean; others are said as they are."""


def _reason(fault: Mapping[str, Any], parameters: type[Parameters]) -> str:
    if fault["type"] == "extra_forbidden":
        return f"no such parameter; there are {', '.join(parameters.model_fields)}"
    limit = next((fault["ctx"][name] for name in ("ge", "le") if name in fault.get("ctx", {})), None)
    if isinstance(limit, int) and limit >= SECOND:  # only spans of time are so large
        return f"at {'least' if 'ge' in fault['ctx'] else 'most'} {short(limit)}"
    return _WORDS.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
