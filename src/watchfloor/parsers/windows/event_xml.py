"""Windows events as XML, the way that event forwarding, `wevtutil`, Splunk, syslog agents and the Event Viewer write.

One record holds one `<Event>`, on one line or on several, alone or as the only one in `<Events>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.windows import evtx_json
from watchfloor.parsers.windows._xml import event_of


def read(lines: Sequence[str], _header: str) -> list[dict[str, Any] | None]:
    """Each line's event in the shape of decoded EVTX."""
    return [event_of(line) for line in lines]


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/windows/win32/wes/eventschema-schema",
    sieve=r"^\s*\x{FEFF}?(?:<\?xml[^>]{0,200}\?>\s*)?(?:<(?:\w{1,16}:)?Events(?:\s[^>]{0,300})?>\s*)?<(?:\w{1,16}:)?Event[\s>]",
    read=read,
    parse=evtx_json.parse,
)
