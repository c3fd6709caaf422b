"""Windows events in the text archive of a Wazuh manager: agent and location, then the event as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.windows import wazuh


def read(lines: Sequence[str], _header: str) -> list[dict[str, Any] | None]:
    """Each line's event as Wazuh's agents collect it."""
    return [_event(line) for line in lines]


def _event(line: str) -> dict[str, Any] | None:
    try:
        record = orjson.loads(line[line.index("{") :])
    except (ValueError, orjson.JSONDecodeError):
        return None
    return record if type(record) is dict and wazuh.claims(record) else None


PARSER = FieldsParser(
    reference="https://documentation.wazuh.com/current/user-manual/manager/event-logging.html",
    sieve=r"^(?:\d{4} [A-Z][a-z]{2} \d\d [\d:]{8} )?\([^)]{1,100}\) \S{1,255}->EventChannel \{",
    read=read,
    parse=wazuh.parse,
)
