"""Messages of MailScanner and MIMEDefang: what was found in a message and what became of it."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import EMAIL, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_ID = r"(?P<email.local_id>[0-9A-Za-z.-]{6,40})"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client; MIMEDefang's addresses without brackets."""
    for name in ("email.from.address", "email.to.address"):
        if name in frame.columns:
            frame = frame.with_columns(pl.col(name).list.eval(pl.element().str.strip_chars("<>")))
    return with_client(frame)


PARSER = MessageParser(
    reference="https://www.mailscanner.info/manual/",
    programs=frozenset({"mailscanner", "mimedefang.pl", "mimedefang", "mimedefang-multiplexor"}),
    patterns=(
        Pattern(
            rf"^MDLOG,{_ID},(?P<event.action>\w+),(?P<event.reason>[^,]*),(?P<source.address>[0-9A-Fa-f.:]+),"
            r"(?P<email.from.address>[^,]*),(?P<email.to.address>[^,]*),(?P<email.subject>.*)$",
            EMAIL,
        ),
        Pattern(
            rf"^Message {_ID} from (?P<source.address>[0-9A-Fa-f.:]+) \((?P<email.from.address>[^()]*)\) to \S+ is"
            r" (?P<event.reason>(?:(?:not )?spam|whitelisted|polling).*)$",
            EMAIL,
        ),
        Pattern(
            rf"^(?:Spam Actions|Spam Checks|Virus Scanning): (?:message {_ID} actions are )?"
            r"(?P<event.reason>.*)$",
            EMAIL,
        ),
        Pattern(
            rf"^(?:Infected message {_ID} came from|.* found in message) "
            r"(?P<source.address>[0-9A-Fa-f.:]+)\s*$",
            EMAIL,
        ),
    ),
    finish=_finish,
)
