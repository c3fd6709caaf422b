"""Windows events as XML, the way that event forwarding, `wevtutil`, Splunk, syslog agents and the Event Viewer write.

One record holds one `<Event>`, on one line or on several, alone or as the only one in `<Events>`.
"""

from __future__ import annotations

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.windows import evtx_json
from watchfloor.parsers.windows._xml import event_of

PARSER = FieldsParser(
    reference="https://learn.microsoft.com/windows/win32/wes/eventschema-schema",
    sieve=r"^\s*\x{FEFF}?(?:<\?xml[^>]{0,200}\?>\s*)?(?:<(?:\w{1,16}:)?Events(?:\s[^>]{0,300})?>\s*)?<(?:\w{1,16}:)?Event[\s>]",
    read=by_line(event_of),
    parse=evtx_json.parse,
)
