"""Citrix NetScaler (ADC) and its Gateway: log-ins, sessions, connections and commands, in `ns.log` or by syslog.

User names of failed log-ins and user agents are the client's text, and nothing marks where they end: a failed log-in
whose line tells an address twice is taken to tell none.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from watchfloor.parsers._address import endpoints, ip_of
from watchfloor.parsers._columns import column
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._forged import TOLD_TWICE
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers._times import YEARLESS, moments, parse_times, spans
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_IP = r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+"
# Relays that part a program's name from the message take the date for one.
_DAY, _CLOCK = r"(?:\d\d/\d\d/\d{4}|\d{4}/\d\d/\d\d)", r"\d\d:\d\d:\d\d"
_DATE = rf"(?:{_DAY}:)?{_CLOCK}"
_HEAD = (
    rf"^(?:<(?P<log.syslog.priority>\d{{1,3}})> ?)?"
    rf"(?:(?:(?P<{YEARLESS}>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d)|(?P<_outer>\d{{4}}-\d\d-\d\d)T\S+) +"
    r"(?:<[a-z0-9]+\.(?P<log.level>[a-z]+)> ?)?(?P<_relay>[\w.:-]+) +)?"
    rf"(?P<_moment>{_DATE}) +(?:(?P<_zone>GMT) +)?(?:(?P<_host>[\w.-]*?[^\s:-]) +)??(?:(?:\d+-)?PPE-\d+ +)?: +"
    r"(?:(?P<netscaler.partition>[\w.-]+) )?"
)
_NUMBER = r" (?P<event.sequence>\d+) (?:\d+ )?: *"
_NAT = rf'(?: ?-? Nat_ip (?:"[^"]*"|(?P<source.nat.ip>{_IP})))?'
_CONTEXT = r"Context (?P<_context>\S.*?) ?(?:- )?[Ss]essionId: ?(?P<session.id>\d+) ?- "
_GATEWAY = (
    rf"{_CONTEXT}User (?P<user.name>.*?) - Client_ip (?P<source.address>{_IP}){_NAT}"
    r"(?: - Vserver (?P<_destination>\S+))?"
)
_INSIDE = (
    rf"{_CONTEXT}User (?P<user.name>.*?) - Client_ip (?P<client.address>{_IP}){_NAT}(?: - Vserver "
    r"(?P<netscaler.vserver>\S+))? - Source (?P<_source>\S+) - Destination (?P<_destination>\S+)"
)
_SPAN = (
    r' - Start_time "(?P<_start>[^"]*)" - End_time "(?P<_end>[^"]*)" - Duration (?P<_span>[\d:]+)'
    r"(?:.*? - Total_bytes_send (?P<source.bytes>\d+) - Total_bytes_recv (?P<destination.bytes>\d+))?"
)
# The appliance's own stands last, behind what the client says of itself.
_GROUPS = r'(?:.* - Group\(s\) "(?P<user.group.name>[^"]*)")?.*$'
_COMMAND = rf"User (?P<user.name>.*?)(?: - ADM_User \S+)? - Remote_ip (?P<source.address>{_IP}) - Command "
_DONE = r'.*)" - Status "Success"\s*$'
_REFUSED = r'.*)" - Status "(?P<event.reason>[^"]*)"\s*$'
_TEXT = r'"(?P<process.command_line>'

_VPN = "SSLVPN|AAATM|AAA"
_MANAGEMENT = "CLI|GUI|API|UI|SHELL|NITRO"
_CONNECTION: Fields = {"event.category": ["network"], "event.type": ["connection", "info"]}
_ENDED: Fields = {"event.category": ["network"], "event.type": ["connection", "end"], "event.outcome": "success"}
_TCP: Fields = {**_ENDED, "network.transport": "tcp"}
_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["start"], "event.action": "logged-in"}
_FAILED: Fields = {**_LOGIN, "event.outcome": "failure"}
_TWICE: Fields = {**_FAILED, "event.action": TOLD_TWICE}
_STARTED: Fields = {
    "event.category": ["authentication", "session"],
    "event.type": ["start"],
    "event.action": "vpn-session-started",
    "event.outcome": "success",
}
_OUT: Fields = {"event.category": ["session"], "event.type": ["end"], "event.action": "logged-out"}
_READ: Fields = {"event.category": ["configuration"], "event.type": ["access"]}
_CHANGE: Fields = {"event.category": ["configuration"], "event.type": ["change"]}
_OK: Fields = {"event.outcome": "success"}
_NO: Fields = {"event.outcome": "failure"}

_SHAPES: tuple[tuple[str, str, str, Fields], ...] = (
    (
        _VPN,
        "LOGIN",
        (
            rf'{_GATEWAY} - Browser_type "+(?P<user_agent.original>(?:.*[^"])?)"+'
            rf" - SSLVPN_client_type (?P<netscaler.client_type>\S+){_GROUPS}"
        ),
        _STARTED,
    ),
    (
        _VPN,
        "LOGIN",
        rf'{_GATEWAY}(?: - Browser_type "+(?P<user_agent.original>.*?)"+)?{_GROUPS}',
        _STARTED,
    ),
    (_VPN, "LOGIN_FAILED", r".* - Client_ip .* - Client_ip .*$", _TWICE),
    (
        _VPN,
        "LOGIN_FAILED",
        (
            rf"User (?P<user.name>.*?) - Client_ip (?P<source.address>{_IP})(?: - Failure_reason "
            r'"(?P<event.reason>[^"]*)")?(?: - Browser (?P<user_agent.original>.*?))?\s*$'
        ),
        _FAILED,
    ),
    (_VPN, "LOGIN_FAILED", r".*$", _FAILED),
    (
        _VPN,
        "LOGOUT",
        rf'{_GATEWAY}{_SPAN}(?:.*? - LogoutMethod "(?P<event.reason>[^"]*)")?{_GROUPS}',
        _OUT,
    ),
    (
        _VPN,
        "EXTRACTED_GROUPS",
        r'Extracted_groups "(?P<user.group.name>[^"]*)".*$',
        {"event.category": ["session"], "event.type": ["info"]},
    ),
    ("SSLVPN", "TCPCONNSTAT", rf"{_INSIDE}{_SPAN}(?:.*? - Access (?P<_access>\w+))?{_GROUPS}", _TCP),
    (
        "SSLVPN",
        "UDPFLOWSTAT",
        rf"{_INSIDE}{_SPAN}(?:.*? - Access (?P<_access>\w+))?{_GROUPS}",
        {**_ENDED, "network.transport": "udp"},
    ),
    ("SSLVPN", "TCPCONN_TIMEDOUT", rf"{_GATEWAY}.*$", {**_TCP, "event.reason": "timed out"}),
    (
        "SSLVPN",
        "HTTPREQUEST",
        (
            rf"Context (?P<_context>.*?)@(?P<source.address>{_IP}) - SessionId: ?(?P<session.id>\d+) ?- "
            r"(?P<url.domain>\S+) User (?P<user.name>.*?) : Group\(s\) (?P<user.group.name>.*?) : Vserver "
            r"(?P<_destination>\S+) - \S+(?: GMT)? +(?P<http.request.method>[A-Z]+) ?(?P<url.original>/\S*).*$"
        ),
        {"event.category": ["network", "web"], "event.type": ["access"]},
    ),
    (
        "SSLVPN",
        "ICASTART|ICAEND_CONNSTAT",
        (
            r"Source (?P<_source>\S+) - Destination (?P<_destination>\S+) - customername .*?- username:domainname "
            r"(?P<user.name>[^:]*):(?P<user.domain>\S*) - applicationName (?P<network.application>.*?) - .*$"
        ),
        _CONNECTION,
    ),
    (
        "SSLVPN",
        r"[A-Z_]+_DENIED",
        rf"{_INSIDE}.*$",
        {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "success"},
    ),
    (_VPN, r"[A-Z_]+", rf"{_GATEWAY}.*$", _CONNECTION),
    (
        _MANAGEMENT,
        "CMD_EXECUTED",
        r'.* - Remote_ip .* - Remote_ip .* - Command "login .*" - Status "(?P<event.reason>ERROR[^"]*)"\s*$',
        _TWICE,
    ),
    (_MANAGEMENT, "CMD_EXECUTED", r".* - Remote_ip .* - Remote_ip .*$", _CHANGE),
    (_MANAGEMENT, "CMD_EXECUTED", rf'{_COMMAND}"login (?:{_DONE}', {**_LOGIN, **_OK}),
    (_MANAGEMENT, "CMD_EXECUTED", rf'{_COMMAND}"login (?:{_REFUSED}', _FAILED),
    (_MANAGEMENT, "CMD_EXECUTED", rf'{_COMMAND}"(?:logout|exit|quit)" - Status .*$', _OUT),
    (_MANAGEMENT, "CMD_EXECUTED", rf"{_COMMAND}{_TEXT}(?:show|stat|sh) {_DONE}", {**_READ, **_OK}),
    (_MANAGEMENT, "CMD_EXECUTED", rf"{_COMMAND}{_TEXT}(?:show|stat|sh) {_REFUSED}", {**_READ, **_NO}),
    (_MANAGEMENT, "CMD_EXECUTED", rf"{_COMMAND}{_TEXT}{_DONE}", {**_CHANGE, **_OK}),
    (_MANAGEMENT, "CMD_EXECUTED", rf"{_COMMAND}{_TEXT}{_REFUSED}", {**_CHANGE, **_NO}),
    (
        "TCP",
        r"[A-Z_]+",
        (
            r"Source (?P<_source>\S+)(?: - Vserver (?P<netscaler.vserver>\S+))?(?: - NatIP (?P<_nat>\S+))?"
            r" - Destination (?P<_destination>\S+)(?:.*? - Total_bytes_send (?P<source.bytes>\d+)"
            r" - Total_bytes_recv (?P<destination.bytes>\d+))?.*$"
        ),
        _TCP,
    ),
    (
        "SSLLOG",
        r"SSL_HANDSHAKE_[A-Z]+",
        (
            rf"SPCBId \d+ - ClientIP (?P<source.address>{_IP}) - ClientPort (?P<source.port>\d+) - VserverServiceIP "
            rf"(?P<destination.address>{_IP}) - VserverServicePort (?P<destination.port>\d+)"
            r'(?: - ClientVersion \S+)?(?: - CipherSuite "(?P<tls.cipher>[^"]*)")?.*$'
        ),
        _CONNECTION,
    ),
    (
        "APPFW",
        r"[A-Z_]+",
        (
            rf"(?P<source.address>{_IP}) \S+ \S+ (?P<rule.ruleset>\S+) (?P<event.reason>.*?)"
            r"(?: <(?P<_verdict>blocked|not blocked|transformed)>)?\s*$"
        ),
        {"event.category": ["intrusion_detection", "network"]},
    ),
)
_VERDICTS = {"blocked": "denied", "not blocked": "allowed", "transformed": "allowed", "Denied": "denied"}


def _patterns() -> Iterator[Pattern]:
    for feature, code, text, fields in _SHAPES:
        yield Pattern(
            rf"{_HEAD}(?P<event.provider>{feature}) (?P<event.code>{code}){_NUMBER}(?P<message>{text})", fields
        )
    yield Pattern(rf"{_HEAD}(?P<event.provider>[A-Z][A-Z0-9_]*) (?P<event.code>[A-Za-z]\w*){_NUMBER}{REMAINDER}")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Times, both sides, what was refused, who observed."""
    columns = [*_times(frame), spans(column(frame, "_span")).alias("event.duration")]
    for side in ("source", "destination"):
        address, port = endpoints(column(frame, f"_{side}"), ported=True)
        columns += [
            column(frame, f"{side}.address").fill_null(address).alias(f"{side}.address"),
            column(frame, f"{side}.port").cast(pl.String).fill_null(port).alias(f"{side}.port"),
        ]
    nat, nat_port = endpoints(column(frame, "_nat"), ported=True)
    columns += [
        column(frame, "source.nat.ip").fill_null(nat).alias("source.nat.ip"),
        nat_port.alias("source.nat.port"),
        ip_of(column(frame, "client.address")).alias("client.ip"),
        column(frame, "_host").fill_null(column(frame, "_relay")).alias("host.hostname"),
    ]
    verdict = column(frame, "_verdict").fill_null(column(frame, "_access"))
    denied = verdict.replace_strict(_VERDICTS, default=None, return_dtype=pl.String)
    frame = frame.with_columns(
        *columns,
        pl.when(column(frame, "event.provider") == "APPFW")
        .then(pl.concat_list(denied.fill_null("info")))
        .when(denied == "denied")
        .then(pl.lit(["connection", "denied"]))
        .otherwise(frame["event.type"])
        .alias("event.type"),
        column(frame, "user.group.name").replace("N/A", None).alias("user.group.name"),
    )
    frame = connection(frame.with_columns(pl.col("source.port", "destination.port").cast(pl.Int64, strict=False)))
    return observer(frame, "Citrix", "NetScaler", "gateway")


def _times(frame: pl.DataFrame) -> tuple[pl.Series, ...]:
    """Time of the record, begin and end of what it tells; the appliance is set to write days before months or not.

    What stands around the record tells which, as far as it says a day; else the month is first where it can be.
    """
    given, zone = column(frame, "_moment"), column(frame, "_zone")
    _, american = parse_times(given, ("%m/%d/%Y:%H:%M:%S",))
    _, european = parse_times(given, ("%d/%m/%Y:%H:%M:%S",))
    _, dated = parse_times(column(frame, "_outer") + " 00:00", ("%Y-%m-%d %H:%M",))
    outer = column(frame, YEARLESS).str.slice(0, 6).fill_null(dated.dt.strftime("%b %e"))
    days_first = (_days(european, outer) < _days(american, outer)) | american.is_null()
    days_first = days_first.fill_null(value=False)
    found = []
    for name in ("_moment", "_start", "_end"):
        texts = column(frame, name).str.strip_chars().str.strip_suffix(" GMT")
        swapped = pl.select(
            pl.when(days_first).then(texts.str.replace(r"^(\d\d)/(\d\d)/", "$2/$1/")).otherwise(texts)
        ).to_series()
        found.append(moments(swapped, ("%m/%d/%Y:%H:%M:%S", "%Y/%m/%d:%H:%M:%S"), zone))
    (utc, local), (start, _), (end, _) = found
    return utc, local, start.alias("event.start"), end.alias("event.end")


def _days(moment: pl.Series, day: pl.Series) -> pl.Series:
    """How many days each moment is away from a day `Mon DD` of its year."""
    dated = moment.dt.year().cast(pl.String) + " " + day
    return (moment.dt.date() - dated.str.to_date("%Y %b %e", strict=False)).dt.total_days().abs()


PARSER = LineParser(
    reference="https://support.citrix.com/s/article/CTX464125-how-to-recognize-netscaler-gateway-user-login-and-logout-entries-in-nslog",
    patterns=tuple(_patterns()),
    times=(),
    sieve=(
        r"^(?:<\d{1,3}> ?)?(?:(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) +(?:<[a-z0-9]+\.[a-z]+> ?)?"
        rf"[\w.:-]+ +)?(?:{_DAY}:{_CLOCK} +|{_CLOCK} +[^:]*(?:GMT|PPE-\d+) )[^:]*: +"
        r"(?:\S+ )?[A-Z][A-Z0-9_]* [A-Za-z]\w* \d+ (?:\d+ )?:"
    ),
    sources=("netscaler",),
    finish=_finish,
)
