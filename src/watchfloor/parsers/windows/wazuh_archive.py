"""Windows events in the text archive of a Wazuh manager: agent and location, then the event as JSON."""

from __future__ import annotations

from typing import Any

import orjson

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.windows import wazuh


def _event(line: str) -> dict[str, Any] | None:
    """A line's event as Wazuh's agents collect it."""
    try:
        record = orjson.loads(line[line.index("{") :])
    except (ValueError, orjson.JSONDecodeError):
        return None
    return record if type(record) is dict and wazuh.claims(record) else None


PARSER = FieldsParser(
    reference="https://documentation.wazuh.com/current/user-manual/manager/event-logging.html",
    sieve=r"^(?:\d{4} [A-Z][a-z]{2} \d\d [\d:]{8} )?\([^)]{1,100}\) \S{1,255}->EventChannel \{",
    read=by_line(_event),
    parse=wazuh.parse,
)
