"""Messages of the Postfix mail system, of all its daemons: connections, log-ins, refusals, and each message's way.

What the client says (names, addresses, subjects, commands) comes after the client's address or is read from the ends
of the message that Postfix writes.
"""

from __future__ import annotations

from watchfloor.parsers.mail._parts import (
    BROKEN,
    CLOSED,
    CONNECTED,
    DENIED,
    EMAIL,
    LOGIN_FAILED,
    NOTED,
    REJECTED,
    STARTED,
    STOPPED,
)
from watchfloor.parsers.mail._postfix import PROGRAMS, finish
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_ID = r"(?P<email.local_id>[0-9A-Za-z]{5,30})"
_ANY_ID = rf"(?:NOQUEUE|{_ID})"
_MAYBE_ID = rf"(?:{_ANY_ID}: )?"
_LEVEL = r"(?:(?P<log.level>warning|error|fatal|panic|info): )?"
_IP = r"\[(?P<source.address>[^\]\s]*)\](?::(?P<source.port>\d{1,5}))?"
_CLIENT = rf"(?P<_name>[^\s\[\],;]*){_IP}"
_SERVER = r"(?P<_server>[^\s\[\],;]+)\[(?P<destination.address>[^\]\s]*)\](?::(?P<destination.port>\d{1,5}))?"
_FROM = r'from=<(?P<email.from.address>"(?:[^"\\]|\\.)*"[^>]*|[^>]*)>'
_TO = r'to=<(?P<email.to.address>"(?:[^"\\]|\\.)*"[^>]*|[^>]*)>'
_ENVELOPE = (
    rf"(?:,? ?{_FROM})?(?:,? {_TO})?(?:,? proto=(?P<network.protocol>\w+))?(?:,? helo=<(?P<smtp.helo>.*?)>)?"
    r"(?:,? sasl_method=(?P<postfix.sasl_method>[^,\s]+),? sasl_username=(?P<user.name>.*?))?"
)
_CODES = r"(?:(?P<smtp.reply_code>[245]\d\d) )?(?:(?P<smtp.enhanced_code>[245]\.\d{1,3}\.\d{1,3}) )?"
_VERDICTS = r"milter-reject|milter-hold|milter-discard|milter-quarantine|reject"
_MILD = r"reject_warning|warn|hold|discard|filter|redirect|info|permit|trigger|prepend|client|bcc|delay|dunno|warning"
_HEADER = r"(?P<postfix.part>header|body|mime-header|nested-header|mime-error)"
_CHECKED = (
    rf"(?P<_text>.*) from (?:{_CLIENT}|local); (?:from=<(?P<email.from.address>[^<>\s]*)>)?"
    r"(?: to=<(?P<email.to.address>[^<>\s]*)>)?(?: proto=(?P<network.protocol>\w+))?"
    r"(?: helo=<(?P<smtp.helo>[^<>\s]*)>)?(?:: (?:(?P<smtp.enhanced_code>[245]\.\d{1,3}\.\d{1,3}) )?"
    r"(?P<event.reason>[^<\[]*))?$"
)
_DELIVERY: Fields = {**EMAIL, "event.action": "delivery"}
_TLS = (
    r"^(?P<postfix.tls_trust>Anonymous|Untrusted|Trusted|Verified) TLS connection (?P<event.action>established|reused)"
)
_TLS_TAIL = r": (?P<_tls>\S+) with cipher (?P<tls.cipher>\S+) \(.*$"
_SMTP: Fields = {"network.protocol": "smtp"}


def _checks(verdict: str, fields: Fields) -> Pattern:
    """Verdicts of header_checks and body_checks, whose matched text comes before the client's address."""
    return Pattern(rf"^{_ID}: (?P<event.action>{verdict}): {_HEADER} {_CHECKED}", fields)


_QUEUE = (
    Pattern(rf"^connect from {_CLIENT}\s*$", {**CONNECTED, **_SMTP}),
    Pattern(
        rf"^disconnect from {_CLIENT}(?: (?P<postfix.commands>[a-z]+=[\d/]+(?: [a-z]+=[\d/]+)*))?\s*$",
        {**CLOSED, **_SMTP},
    ),
    Pattern(
        rf"^{_ID}: client={_CLIENT}(?:, sasl_method=(?P<postfix.sasl_method>[^,\s]+))?"
        r"(?:, sasl_username=(?P<user.name>.*?))?(?:, sasl_sender=(?P<postfix.sasl_sender>\S*))?"
        r"(?:, orig_queue_id=(?P<postfix.orig_queue_id>\S+))?(?:, orig_client=(?P<postfix.orig_client>\S+))?\s*$",
        {**EMAIL, **_SMTP, "event.action": "received", "event.outcome": "success"},
    ),
    Pattern(rf"^{_ID}: (?:resent-)?message-id=<?(?P<email.message_id>.*?)>?\s*$", {**EMAIL, "event.action": "queued"}),
    Pattern(
        rf"^{_ID}: from=<(?P<email.from.address>.*)>, size=(?P<postfix.size>\d+), nrcpt=(?P<postfix.nrcpt>\d+)"
        r" \((?P<event.reason>queue active)\)\s*$",
        {**EMAIL, "event.action": "queued"},
    ),
    Pattern(rf"^{_ID}: removed\s*$", {**EMAIL, "event.action": "removed"}),
    Pattern(
        rf"^{_ID}: {_TO}, (?:orig_to=<(?P<postfix.orig_to>[^>]*)>, )?relay=(?:{_SERVER}|(?P<postfix.relay>[^,\s]+)),"
        r" (?:conn_use=(?P<postfix.conn_use>\d+), )?delay=(?P<postfix.delay>[\d.]+)"
        r"(?:, delays=(?P<postfix.delays>[\d./]+))?(?:, dsn=(?P<smtp.enhanced_code>[\d.]+))?"
        r", status=(?P<postfix.status>[\w-]+)(?: \((?P<event.reason>(?s:.*?))\)?)?\s*$",
        _DELIVERY,
    ),
    Pattern(
        rf"^{_ID}: from=<(?P<email.from.address>.*)>, status=(?P<postfix.status>expired|force-expired)"
        r", (?P<event.reason>returned to sender)\s*$",
        {**EMAIL, "event.action": "expired", "event.outcome": "failure"},
    ),
    Pattern(
        rf"^{_ID}: (?P<event.reason>(?:sender|postmaster) (?:non-delivery|delivery status|delay)"
        r" notification): (?P<postfix.notification_id>\w+)\s*$",
        {**EMAIL, "event.action": "notification"},
    ),
    Pattern(
        rf"^{_ID}: uid=(?P<user.id>\d+) from=<(?P<email.from.address>.*?)>(?: orig_id=\S+)?\s*$",
        {**EMAIL, "event.action": "received", "event.outcome": "success"},
    ),
)
_REFUSALS = (
    _checks("reject", REJECTED),
    _checks("warning|hold|discard|replace|redirect|filter|prepend|info|strip|ignore|bcc|delay|pass", EMAIL),
    Pattern(
        rf"^NOQUEUE: (?P<event.action>{_VERDICTS}): (?P<smtp.command>CONNECT) from {_CLIENT}: {_CODES}"
        rf"(?P<event.reason>.*?)(?:;{_ENVELOPE})?\s*$",
        {**DENIED, **_SMTP},
    ),
    Pattern(
        rf"^{_ANY_ID}: (?P<event.action>{_VERDICTS}): (?P<smtp.command>[A-Z-]+) from {_CLIENT}: {_CODES}"
        rf"(?P<event.reason>.*?)(?:;{_ENVELOPE})?\s*$",
        REJECTED,
    ),
    Pattern(
        rf"^{_ANY_ID}: (?P<event.action>{_MILD}): (?P<smtp.command>[A-Z-]+) from {_CLIENT}: {_CODES}"
        rf"(?P<event.reason>.*?)(?:;{_ENVELOPE})?\s*$",
        EMAIL,
    ),
    Pattern(
        rf"^{_LEVEL}{_CLIENT}: SASL (?P<postfix.sasl_method>\S+) authentication (?:failed|aborted)"
        r"(?:: ?(?P<event.reason>.*?)(?:, sasl_username=(?P<user.name>.*))?)?\s*$",
        {**LOGIN_FAILED, **_SMTP},
    ),
    Pattern(
        rf"^{_MAYBE_ID}(?P<event.reason>(?:lost connection|timeout|too many errors|improper command pipelining)"
        rf" after (?P<smtp.command>\S+)(?: \([^)]*\))?) from {_CLIENT}(?:: .*)?$",
        {**BROKEN, **_SMTP},
    ),
    Pattern(
        rf"^{_LEVEL}(?P<event.reason>non-SMTP command|Illegal address syntax|no VRFY, no EXPN) from {_CLIENT}"
        r"(?:: .*| in .*)?$",
        {**BROKEN, **_SMTP},
    ),
    Pattern(rf"^{_LEVEL}(?P<event.action>reject): (?P<smtp.command>[A-Z]+) \S+ from {_CLIENT}\s*$", REJECTED),
    Pattern(
        rf"^{_LEVEL}(?P<event.reason>[A-Z][A-Za-z ]* (?:rate|concurrency) limit exceeded): \d+ from"
        rf" {_CLIENT} for service (?P<service.name>\S+)\s*$",
        {**DENIED, **_SMTP},
    ),
    Pattern(
        rf"^{_LEVEL}hostname (?P<_name>\S+) (?P<event.reason>does not resolve to address)"
        r" (?P<source.address>[0-9A-Fa-f.:]+)(?:: .*)?$",
        NOTED,
    ),
    Pattern(
        rf"^{_LEVEL}(?P<source.address>[0-9A-Fa-f.:]+): (?P<event.reason>hostname (?P<_name>\S+)"
        r" verification failed.*|address not listed for hostname (?P<_listed>\S+))$",
        NOTED,
    ),
    Pattern(
        rf"^{_LEVEL}(?P<event.reason>SSL_accept error|network_biopair_interop.*?|connection rate.*?) from"
        rf" {_CLIENT}(?:: .*)?$",
        {**BROKEN, **_SMTP},
    ),
    Pattern(rf"^setting up TLS connection from {_CLIENT}\s*$", NOTED),
    Pattern(rf"^NOQUEUE: abort: (?P<event.reason>TLS) from {_CLIENT}: (?P<_text>.*)$", {**BROKEN, **_SMTP}),
    Pattern(
        rf"^{_CLIENT}: (?P<postfix.tls_trust>Untrusted|Trusted|Verified|Fingerprint match|Unverified|Matched):"
        r" subject_CN=(?P<tls.client.subject>.*), issuer=.*$",
        NOTED,
    ),
    Pattern(
        rf"^(?:NOQUEUE: |{_ID}: )?(?P<event.action>proxy-(?:reject|accept)): (?P<smtp.command>[A-Z-]+): {_CODES}"
        rf"(?P<event.reason>.*?)(?:;{_ENVELOPE})?\s*$",
        EMAIL,
    ),
    Pattern(rf"^{_LEVEL}SASL authentication (?:failure|problem): (?P<event.reason>.*)$", {**LOGIN_FAILED, **_SMTP}),
    Pattern(
        rf"^{_LEVEL}(?P<event.reason>numeric (?:hostname|domain name) in resource data.*|Illegal address syntax.*"
        rf"|valid_hostname: .*|malformed domain name.*)$",
        NOTED,
    ),
)
_TLS_LINES = (
    Pattern(rf"{_TLS} from {_CLIENT}{_TLS_TAIL}", NOTED),
    Pattern(rf"{_TLS} to {_SERVER}{_TLS_TAIL}", NOTED),
)
_POSTSCREEN = (
    Pattern(
        rf"^CONNECT from {_IP}(?: to \[(?P<destination.address>[^\]\s]*)\]:(?P<destination.port>\d{{1,5}}))?\s*$",
        {**CONNECTED, **_SMTP},
    ),
    Pattern(
        rf"^(?:(?P<event.reason>PASS NEW|PASS OLD|PASS|(?:WHITE|ALLOW)LISTED)) {_IP}\s*$",
        {"event.category": ["network"], "event.type": ["connection", "allowed"], "event.outcome": "success"},
    ),
    Pattern(rf"^(?P<event.reason>(?:BLACK|DENY)LISTED|(?:WHITE|ALLOW)LIST VETO) {_IP}\s*$", {**DENIED, **_SMTP}),
    Pattern(rf"^DISCONNECT {_IP}\s*$", {**CLOSED, **_SMTP}),
    Pattern(
        rf"^(?P<event.reason>PREGREET \d+|HANGUP|DNSBL rank \d+)(?: after [\d.]+)? (?:from|for) {_IP}(?:: .*| in .*)?$",
        {**DENIED, **_SMTP},
    ),
    Pattern(
        rf"^(?P<event.reason>COMMAND (?:TIME|COUNT|LENGTH) LIMIT|COMMAND PIPELINING|NON-SMTP COMMAND|BARE NEWLINE"
        rf"|COMMAND .*?) from {_IP} after (?P<smtp.command>\S+?)(?:: .*)?$",
        {**DENIED, **_SMTP},
    ),
    Pattern(
        r"^addr (?P<source.address>\S+) listed by domain (?P<rule.name>\S+) as (?P<event.reason>\S+)\s*$",
        {"event.category": ["network"], "event.type": ["info"], "event.action": "listed"},
    ),
    Pattern(
        r"^(?P<event.reason>statistics: max (?:connection|message|recipient|auth|newtls)[a-z ]*"
        r"(?:rate|count) \d+\S*) for \((?P<service.name>[^:()]+):(?P<source.address>[^()]+)\).*$",
        NOTED,
    ),
)
_CLIENT_SIDE = (
    Pattern(
        rf"^(?:{_ID}: )?(?:connect to|SSL_connect error to|lost connection with|conversation with) {_SERVER}(?:: | )"
        r"(?P<event.reason>.*)$",
        BROKEN,
    ),
    Pattern(
        rf"^{_ID}: host {_SERVER} (?P<event.reason>(?:said|refused to talk to me): .*)$",
        {**EMAIL, "event.action": "deferred", "event.outcome": "failure"},
    ),
    Pattern(
        rf"^{_ID}: (?P<event.reason>SASL authentication failed); server {_SERVER} said: (?P<_text>.*)$",
        {**LOGIN_FAILED, **_SMTP},
    ),
    Pattern(rf"^{_ID}: enabling PIX workarounds: (?P<event.reason>.*) for {_SERVER}\s*$", NOTED),
    Pattern(
        rf"^{_LEVEL}(?:host (?:greeting )?)?{_SERVER} (?P<event.reason>greeted me with my own hostname|replied to"
        r" HELO/EHLO with my own hostname) .*$",
        NOTED,
    ),
    Pattern(
        rf"^(?P<event.reason>(?:server )?certificate verification failed) for {_SERVER}: (?P<_text>.*)$",
        {**BROKEN, **_SMTP},
    ),
    Pattern(r"^Host offered STARTTLS: \[(?P<destination.address>\S+)\]\s*$", NOTED),
)
_SYSTEM = (
    Pattern(r"^(?P<event.reason>statistics: .*|cache .*)$"),
    Pattern(
        r"^(?:daemon started -- version (?P<service.version>[^\s,]+)(?:, configuration \S+)?"
        r"|starting the Postfix mail system)\s*$",
        STARTED,
    ),
    Pattern(r"^(?:terminating on signal \d+|stopping the Postfix mail system)\s*$", STOPPED),
    Pattern(
        r"^(?P<event.reason>reload -- version .*|refreshing the Postfix mail system)$",
        {"event.category": ["configuration"], "event.type": ["change"]},
    ),
    Pattern(
        r"^(?P<log.level>warning): (?P<_name>[^\s\[\],;]*)\[(?P<source.address>[0-9A-Fa-f.:]+)\](?::"
        r"(?P<source.port>\d{1,5}))?:?"
        r" (?P<event.reason>.*)$",
        NOTED,
    ),
    Pattern(rf"^(?P<log.level>fatal|error|panic|warning): (?:{_ID}: )?(?P<event.reason>.*)$"),
    Pattern(rf"^{_ID}: (?P<event.reason>[a-z].*)$", EMAIL),
)

_STARTS = (
    r"^(?:(?:NOQUEUE|[0-9A-Za-z]{5,30}): (?:(?:milter-)?(?:reject|warn|hold|discard|filter|redirect)"
    r"(?:_warning)?: [A-Z-]+ from "
    r"|client=[^\s\[]+\[|uid=\d+ from=<|message-id=<|from=<.*>, (?:size=\d+, nrcpt=|status=expired)"
    r"|to=<.*>, (?:orig_to=<.*>, )?relay=[^\s,]+, (?:conn_use=\d+, )?delay=)"
    r"|(?:dis)?connect from [^\s\[]+\[[0-9A-Fa-f.:]+\]|warning: [^\s\[]+\[[0-9A-Fa-f.:]+\](?::\d+)?: SASL "
    r"|(?:lost connection|timeout|too many errors|improper command pipelining) after \S+"
    r"(?: \([^)]*\))? from [^\s\[]+\[)"
)
"""What none but Postfix writes, for instances under names of their own (syslog_name)."""

PARSER = MessageParser(
    reference="https://www.postfix.org/postconf.5.html",
    starts=_STARTS,
    programs=PROGRAMS,
    patterns=(*_QUEUE, *_REFUSALS, *_TLS_LINES, *_POSTSCREEN, *_CLIENT_SIDE, *_SYSTEM),
    finish=finish,
)
