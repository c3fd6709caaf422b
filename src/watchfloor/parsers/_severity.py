"""Severities as syslog counts them, https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1."""

from __future__ import annotations

NAMES = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")
"""By number."""
_OTHERS = {"emerg": 0, "crit": 2, "err": 3, "warn": 4, "notification": 5, "information": 6, "info": 6}
NUMBERS = {name: str(number) for number, name in enumerate(NAMES)} | {
    name: str(number) for name, number in _OTHERS.items()
}
"""By the words in use for them."""
