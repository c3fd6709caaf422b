"""MITRE ATT&CK as the tags of a rule name it."""

from __future__ import annotations

from collections.abc import Iterable

TACTICS = (
    "reconnaissance",
    "resource development",
    "initial access",
    "execution",
    "persistence",
    "privilege escalation",
    "defense evasion",
    "stealth",
    "defense impairment",
    "credential access",
    "discovery",
    "lateral movement",
    "collection",
    "command and control",
    "exfiltration",
    "impact",
)
"""The tactics of the enterprise matrix in its order (https://attack.mitre.org/tactics/enterprise/), defense evasion
and the two that take its place from version 19 on."""
_PREFIX = "attack."


def tactics(tags: Iterable[str]) -> list[str]:
    """The tactics among a rule's tags (`attack.lateral-movement`), as words."""
    named = (tag.lower().removeprefix(_PREFIX) for tag in tags if tag.lower().startswith(_PREFIX))
    words = (name.replace("-", " ").replace("_", " ") for name in named)
    return list(dict.fromkeys(word for word in words if word in TACTICS))


def techniques(tags: Iterable[str]) -> list[str]:
    """The techniques among a rule's tags (`attack.t1021.004`), as ids."""
    found = (tag[len(_PREFIX) :].upper() for tag in tags if tag.lower().startswith(f"{_PREFIX}t1"))
    return list(dict.fromkeys(found))
