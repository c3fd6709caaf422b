"""Messages of Postfix's policy services: greylisting by Postgrey, SPF by policyd-spf."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import EMAIL, REJECTED, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_GREY = (
    r"(?:, delay=\d+)?, client_name=(?P<_name>[^,\s]+), client_address=(?P<source.address>[0-9A-Fa-f.:]+)(?:/\d+)?"
    r"(?:, sender=(?P<email.from.address>.*?))?(?:, recipient=(?P<email.to.address>[^,\s]+))?\s*$"
)
_SPF = (
    r"(?P<policy.spf>Pass|Fail|Softfail|Neutral|None|Temperror|Permerror|SoftFail|TempError|PermError)"
    r" \((?P<policy.identity>\w+)[^)]*\) identity=\w+; client-ip=(?P<source.address>[0-9A-Fa-f.:]+);"
    r" helo=(?P<smtp.helo>.*?); envelope-from=(?P<email.from.address>.*?); receiver=(?:<?UNKNOWN>?|"
    r"(?P<email.to.address>[^;\s]*))[; ]*$"
)

PARSER = MessageParser(
    reference="https://postgrey.schweikert.ch/",
    programs=frozenset(
        {"postgrey", "policyd-spf", "postfix/policyd-spf", "postfix/policy-spf", "policy-spf", "postfix/postgrey"}
    ),
    patterns=(
        Pattern(
            rf"^(?:[0-9A-Za-z]+: )?action=greylist, reason=(?P<event.reason>[^,]*(?:\([^)]*\))?){_GREY}",
            {**EMAIL, "event.action": "deferred", "event.outcome": "failure"},
        ),
        Pattern(
            rf"^(?:[0-9A-Za-z]+: )?action=pass, reason=(?P<event.reason>[^,]*(?:\([^)]*\))?){_GREY}",
            {**EMAIL, "event.action": "passed", "event.outcome": "success"},
        ),
        Pattern(rf"^(?:prepend )?(?:Received-SPF: )?{_SPF}", {**EMAIL, "event.action": "spf"}),
        Pattern(
            r"^(?P<smtp.reply_code>[45]\d\d) (?P<smtp.enhanced_code>[45]\.\d+\.\d+) "
            r"(?P<event.reason>Message rejected due to: .*?)\. Please see .*?; ?(?i:identity)=\w+; client-ip="
            r"(?P<source.address>[0-9A-Fa-f.:]+); helo=(?P<smtp.helo>.*?); envelope-from=(?P<email.from.address>.*?);"
            r" receiver=(?:<?UNKNOWN>?|(?P<email.to.address>[^;\s]*))[; ]*$",
            REJECTED,
        ),
        Pattern(
            r"^(?P<smtp.reply_code>[45]\d\d) (?P<smtp.enhanced_code>[45]\.\d+\.\d+) "
            r"(?P<event.reason>.*?)(?:\. Please see .*?"
            r"ip=(?P<source.address>[0-9A-Fa-f.:]+);r=\S+)?\s*$",
            REJECTED,
        ),
    ),
    finish=with_client,
)
