"""Messages of systemd-logind: sessions and seats of local and remote users."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_SESSION: Fields = {"event.category": ["session"], "event.outcome": "success"}

PARSER = MessageParser(
    reference="https://www.freedesktop.org/software/systemd/man/latest/systemd-logind.service.html",
    programs=frozenset({"systemd-logind"}),
    patterns=(
        Pattern(
            r"^New session '?(?P<logind.session>[^\s']+)'? of user '?(?P<user.name>[^\s']+?)'?"
            r"(?: with class '[^']*' and type '[^']*')?\.\s*$",
            {**_SESSION, "event.type": ["start"], "event.action": "logged-on"},
        ),
        Pattern(
            r"^(?:Session|Removed session) '?(?P<logind.session>[^\s'.]+)'?"
            r"(?: logged out\. Waiting for processes to exit)?\.\s*$",
            {**_SESSION, "event.type": ["end"], "event.action": "logged-off"},
        ),
        Pattern(
            r"^(?P<event.reason>Power key pressed.*|System is (?:powering down|rebooting|halting).*"
            r"|The system will .*)$",
            {"event.category": ["host"], "event.type": ["end"]},
        ),
    ),
)
