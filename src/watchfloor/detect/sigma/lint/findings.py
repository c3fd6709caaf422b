"""Checks and what they find."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SEVERITIES = ("info", "warning", "error")
"""From harmless to harmful: an error means that a rule does not do what it says."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that lint looks for.

    Attributes:
        name: what it is called in output and options.
        severity: one of `SEVERITIES`.
        recommendation: what to do about it, in one sentence.
    """

    name: str
    severity: str
    recommendation: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    Attributes:
        check: the check's name.
        path: the rule file.
        line: line in the file, from 1, where it is known.
        rule: the rule's id.
        detail: what was found.
    """

    check: str
    path: Path
    line: int | None
    rule: str
    detail: str

    @property
    def severity(self) -> str:
        """The check's."""
        return CHECKS[self.check].severity

    @property
    def recommendation(self) -> str:
        """The check's."""
        return CHECKS[self.check].recommendation


_OWN = (
    # --- about the file
    Check("not-loaded", "error", "Correct what the reason names; the rule does not run."),
    Check("loaded-with-problem", "warning", "Correct what the reason names; the rule runs all the same."),
    # --- about one rule
    Check("level-missing", "warning", "Give a level; alerts are sorted and filtered by it."),
    Check("id-missing", "warning", "Give a random UUID as id; without one a new title makes it another rule."),
    Check("status-missing", "info", "Give a status: stable, test, experimental, deprecated or unsupported."),
    Check("description-missing", "info", "Say what the rule detects; whoever gets the alert reads it."),
    Check("attack-tag-missing", "info", "Tag the technique (attack.t1059) so that coverage can be measured."),
    Check("deprecated", "warning", "Remove a rule that is deprecated or unsupported, or change its status."),
    Check("date-in-future", "warning", "Correct the date."),
    Check("modified-before-date", "info", "Correct one of the dates; a rule is made before it is changed."),
    Check("selection-unused", "warning", "Name the selection in the condition, or remove it."),
    Check("condition-never-true", "error", "Remove the contradiction; no event can satisfy the condition."),
    Check("condition-only-negative", "warning", "Add what is looked for; as it is, nearly every event fires the rule."),
    Check("wildcard-only", "warning", "Say |exists: true; * alone means that the field is there."),
    Check("value-empty", "info", "Say null; an empty value means that the field is missing or empty."),
    Check("value-repeated", "info", "Remove the value that is in the list already; case does not count."),
    Check("all-on-one-value", "warning", "Remove |all; it says nothing about a single value."),
    Check("network-path-halved", "warning", r"Write \\\\host\share; \\host means one backslash in Sigma."),
    Check("backslash-escaped-twice", "info", r"Write one backslash; \\ means the same and is easily miscounted."),
    Check("keyword-short", "warning", "Look for more; so short a text is found in the most innocent events."),
    Check("time-part-in-utc", "info", "Mind that parts of a time are those of UTC, not of the local clock."),
    Check("regex-dot", "warning", r"Write \. before a file's extension; a plain dot stands for any character."),
    Check("regex-open-end", "info", "Remove .* at the ends; a regular expression is found anywhere as it is."),
    Check("regex-is-text", "info", "Say |contains, which is faster; the expression has nothing but plain characters."),
    Check("regex-case", "info", "Add |i where case does not matter, as it seldom does on Windows."),
    # --- about the whole set
    Check("id-repeated", "error", "Give the rule an id of its own; the first rule with it is used."),
    Check("name-repeated", "warning", "Give each rule a name of its own; filters and correlations refer to it."),
    Check("title-repeated", "warning", "Give rules about the same log source titles that can be told apart."),
    Check("detection-repeated", "warning", "Remove one of the rules; they raise alerts for exactly the same events."),
    Check("obsolete-active", "warning", "Remove the rule that the other one replaces; both run."),
    Check("samples-missing", "info", "Put records beside the rule that must and must not fire it (rules test)."),
    Check("log-source-unserved", "info", "Bring such logs in another form, or wait for a parser; the rule never runs."),
    Check("field-unknown", "warning", "Use a field that this log source has; the test on it is always false."),
    Check("rule-blind", "error", "Use fields that this log source has; the rule can never fire."),
    # --- about correlations
    Check("correlation-fires-at-once", "warning", "Raise the threshold; the first match fires it already."),
    Check("correlation-never-fires", "error", "Correct the condition; no window can satisfy it."),
    Check(
        "correlation-field-unknown",
        "error",
        "Use a field that the rule's events have, or an alias; else its matches never take part.",
    ),
    Check("rule-silenced", "warning", "Say `generate: true` if the rule should go on raising alerts of its own."),
    Check("field-case", "warning", "Write the field as other rules do; the names of fields are case-sensitive."),
)

VALIDATORS: dict[str, tuple[str, str]] = {
    "all_of_them_condition": ("warning", "Say `all of selection_*`, so that filters can be added."),
    "cartag": ("warning", "Correct the tag: car.2016-04-005."),
    "control_character": ("warning", "Look for a missing escape; the value contains a control character."),
    "custom_attributes": ("info", "Check the spelling of the attribute; it looks like a known one."),
    "cvetag": ("warning", "Correct the tag: cve.2021-44228."),
    "dangling_condition": ("warning", "Name a selection that exists."),
    "detection_tag": ("warning", "Use one of the tags that the specification lists."),
    "double_wildcard": ("info", "Write one wildcard instead of several in a row."),
    "duplicate_references": ("info", "Remove the reference that is there already."),
    "duplicate_tag": ("info", "Remove the tag that is there already."),
    "escaped_wildcard": ("info", r"Write \\* if a wildcard after a backslash was meant; \* is a plain asterisk."),
    "fieldname_logsource": ("warning", "Use product, category, service and definition only."),
    "invalid_modifier_combinations": ("warning", "Use modifiers that work together."),
    "namespace_tag": ("warning", "Use one of the namespaces that the specification lists."),
    "number_as_string": ("info", "Write the number without quotes."),
    "specific_instead_of_generic_logsource": ("warning", "Use the generic log source (category)."),
    "stptag": ("warning", "Correct the tag: stp.1k."),
    "tag_format": ("warning", "Use lower-case letters, digits, dots and hyphens in tags."),
    "them_condition_with_single_detection": ("info", "Name the only selection instead of `them`."),
    "tlptag": ("warning", "Use a tag of the traffic light protocol: tlp.amber."),
    "wildcards_instead_of_modifiers": ("info", "Use |contains, |startswith or |endswith instead of wildcards."),
}
"""Validators of pySigma that are run, with our severity and recommendation. Left out are those that ask the network
(ATT&CK, D3FEND) and those that do what a check of our own does."""


def validator_check(identifier: str) -> str:
    """The name of the check for a validator of pySigma."""
    return f"sigma-{identifier.replace('_', '-')}"


CHECKS = {check.name: check for check in _OWN} | {
    validator_check(name): Check(validator_check(name), severity, recommendation)
    for name, (severity, recommendation) in VALIDATORS.items()
}
"""Every check by name."""
