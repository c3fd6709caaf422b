"""A slow reference for Sigma rules: one event against one rule, straight from the specification.

Written to be read, after https://github.com/SigmaHQ/sigma-specification (2.1), and to share nothing with the engine but
the field map: rules are YAML mappings, conditions and modifiers are read here (`conditions`, `values`, `patterns`,
`expressions`). Where Sigma leaves a choice, it is made as the engine's documentation says:

* case is ignored by Unicode lower-casing, character by character; `?` stands for one character of the lower-cased text;
* a missing field makes every test false but for `null`, empty text and `exists: false`, and a negation of it true;
  an empty text is a missing value; of a field with several values any one will do;
* a value without a field may be anywhere in one of the event's texts;
* numbers are compared as numbers, decimal or 0x-hexadecimal, whole ones exactly and others as doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from watchfloor.schema.fields import declared
from watchfloor.schema.sigma_derive import call, derived
from watchfloor.schema.sigma_fields import EventKey, LogSource, Scope, provider_channels, scopes
from watchfloor.testing.conditions import Condition
from watchfloor.testing.patterns import Placeholders
from watchfloor.testing.values import KEYWORDS as KEYWORDS  # noqa: PLC0414 - callers need it, too
from watchfloor.testing.values import Test, View, item_test

Rule = Mapping[str, Any]
"""A rule as YAML gives it."""
Event = Mapping[str, Any]

# --- a rule and an event with Sigma's field names


def matches(rule: Rule, event: Event, *, placeholders: Placeholders | None = None) -> bool:
    """Whether a rule is true of an event, whatever the rule's log source.

    Args:
        rule: with a `detection`.
        event: Sigma field -> value or list of values; under `KEYWORDS` the texts that values without a field are
            searched in.
        placeholders: name -> values for `expand`.

    Raises:
        ValueError: the rule cannot be read.
    """
    return compiled(rule, placeholders=placeholders)(event)


def compiled(rule: Rule, *, placeholders: Placeholders | None = None) -> Callable[[Event], bool]:
    """`matches` for many events.

    Raises:
        ValueError: the rule cannot be read.
    """
    selections = {name: _selection(raw, placeholders or {}) for name, raw in _selections(rule).items()}
    conditions = _conditions(rule)

    def holds(event: Event) -> bool:
        view = {name: texts(value) for name, value in event.items()}
        return any(condition.holds(lambda name: selections[name](view)) for condition in conditions)

    return holds


def texts(value: Any) -> Sequence[str]:
    """The non-empty texts of a field's value."""
    found = [_text(each) for each in (value if isinstance(value, (list, tuple)) else [value])]
    return tuple(text for text in found if text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _selections(rule: Rule) -> dict[str, Any]:
    return {name: raw for name, raw in rule["detection"].items() if name != "condition"}


def _conditions(rule: Rule) -> list[Condition]:
    """Of several conditions any one will do."""
    found = rule["detection"]["condition"]
    names = list(_selections(rule))
    return [Condition(text, names) for text in (found if isinstance(found, list) else [found])]


def _selection(raw: Any, placeholders: Placeholders) -> Test:
    """All items of a map, any of a list; values without a field are keywords."""
    if isinstance(raw, Mapping):
        items = [item_test(key, value, placeholders) for key, value in raw.items()]
        return lambda event: all(item(event) for item in items)
    if isinstance(raw, list) and any(isinstance(each, (Mapping, list)) for each in raw):
        parts = [_selection(each, placeholders) for each in raw]
        return lambda event: any(part(event) for part in parts)
    return item_test("", raw, placeholders)


# --- an event as parsers give it


def rule_matches(rule: Rule, event: Event, *, placeholders: Placeholders | None = None) -> bool:
    """Whether a rule fires on an event with ECS names, as `EventBatch.rows` gives it.

    Raises:
        ValueError: the rule cannot be read.
    """
    return compiled_rule(rule, placeholders=placeholders)(event)


def compiled_rule(rule: Rule, *, placeholders: Placeholders | None = None) -> Callable[[Event], bool]:
    """`rule_matches` for many events.

    Raises:
        ValueError: the rule cannot be read.
    """
    holds = compiled(rule, placeholders=placeholders)

    def fires(event: Event) -> bool:
        view = resolved(rule, event)
        return view is not None and holds(view)

    return fires


def resolved(rule: Rule, event: Event) -> View | None:
    """The fields that a rule reads, by Sigma's names, of an event with ECS names; None outside its log source."""
    scope = scope_of(rule, event)
    if scope is None:
        return None
    return {
        field: tuple(searched(event, scope)) if field == KEYWORDS else field_texts(field, event, scope)
        for field in fields_of(rule)
    }


def scope_of(rule: Rule, event: Event, *, where: bool = True) -> Scope | None:
    """Where the rule's log source finds the event; None when it does not, or when the rule does not go with it.

    Args:
        rule: with a `logsource`.
        event: with ECS names.
        where: look at the columns, too, that decide whether an event of that kind belongs there.
    """
    key = event_key(event)
    scope = next((each for each in scopes(logsource(rule), taxonomy(rule)) if each.served and each.holds(key)), None)
    if scope is None or (where and not all(_has(event, column, values) for column, values in scope.where.items())):
        return None
    if scope.sound and any(not scope.sources(field) for field in _denied(rule)):
        return None
    return scope


def logsource(rule: Rule) -> LogSource:
    """The rule's log source."""
    found = rule["logsource"]
    return LogSource(*(found.get(part) or "" for part in LogSource._fields))


def taxonomy(rule: Rule) -> str:
    """Whose names for fields the rule uses: Sigma's own, or `ecs`."""
    return str(rule.get("taxonomy") or "sigma")


def event_key(event: Event) -> EventKey:
    """What decides which log sources an event belongs to."""
    channel, event_id, dataset, program, provider = (
        (texts(event.get(name)) or ("",))[0].lower()
        for name in ("winlog.channel", "winlog.event_id", "event.dataset", "process.name", "winlog.provider_name")
    )
    if channel or dataset.startswith("windows."):
        return EventKey(channel=channel or provider_channels().get(provider, ""), event_id=event_id)
    return EventKey(dataset=dataset, program=program)


def field_texts(field: str, event: Event, scope: Scope) -> Sequence[str]:
    """A Sigma field's texts: of its sources the first that has any."""
    for source in scope.sources(field):
        function, columns = call(source)
        found = [tuple(texts(event.get(column))) for column in columns]
        if not any(found):
            continue
        members = derived(function)(*found) if function else found[0]
        if members:
            return members
    return ()


def searched(event: Event, scope: Scope) -> Iterator[str]:
    """What values without a field are searched in: raw text, the scope's texts, and fields that are not declared."""
    for name, value in event.items():
        foreign = name.startswith("winlog.") and not scope.windows
        if name == "event.original" or name.startswith(scope.keywords) or not (name in declared() or foreign):
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _has(event: Event, column: str, values: Iterable[str]) -> bool:
    return any(text.lower() == value.lower() for text in texts(event.get(column)) for value in values)


def fields_of(rule: Rule) -> set[str]:
    """The fields that a rule reads, `KEYWORDS` among them where it has values without a field."""
    items = [item for raw in _selections(rule).values() for item in _items(raw)]
    others = {
        other
        for key, value in items
        if "fieldref" in key.split("|")
        for other in (value if isinstance(value, list) else [value])
    }
    return {key.partition("|")[0] or KEYWORDS for key, _ in items} | others


def _denied(rule: Rule) -> set[str]:
    """Fields about which the rule says what must not be."""
    selections = _selections(rule)
    denied = set()
    for condition in _conditions(rule):
        for name in selections:
            for key, _ in _items(selections[name]):
                field, *modifiers = key.split("|")
                if name in (condition.affirmed if "neq" in modifiers else condition.negated) and field:
                    denied.add(field)
    return denied


def _items(raw: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(raw, Mapping):
        yield from raw.items()
    elif isinstance(raw, list):
        for each in raw:
            yield from _items(each)
    else:
        yield "", raw


# --- filters


def apply_filters(rule: Rule, filters: Iterable[Rule]) -> Rule:
    """The rule with the conditions of all filters that are for it added to its own.

    A filter is for a rule when its `rules` name the rule's id or name, or are `any`, and its log source names nothing
    that the rule's does not (https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-filters-specification.md).
    """
    detection = dict(rule["detection"])
    own = detection.pop("condition")
    conditions = own if isinstance(own, list) else [own]
    for number, found in enumerate(filters):
        if _is_for(found, rule):
            prefix = f"_filter{number}_"
            condition = str(found["filter"]["condition"])
            for name, raw in found["filter"].items():
                if name not in {"condition", "rules"}:
                    detection[prefix + name] = raw
            words = [_prefixed(word, prefix) for word in condition.replace("(", " ( ").replace(")", " ) ").split()]
            conditions = [f"({each}) and ({' '.join(words)})" for each in conditions]
    return {**rule, "detection": {**detection, "condition": conditions}}


def _is_for(found: Rule, rule: Rule) -> bool:
    wanted = found["filter"]["rules"]
    names = wanted if isinstance(wanted, list) else [wanted]
    every = not names or (isinstance(wanted, str) and wanted.lower() == "any")
    named = every or any(name in {rule.get("id"), rule.get("name")} for name in names)
    return (
        named
        and taxonomy(found) == taxonomy(rule)
        and all(not one or one == two for one, two in zip(logsource(found), logsource(rule), strict=True))
    )


def _prefixed(word: str, prefix: str) -> str:
    if word in {"and", "or", "not", "(", ")", "1", "any", "all", "of"}:
        return word
    return f"{prefix}*" if word == "them" else prefix + word
