"""Messages of OpenLDAP's server: connections and the operations on them, at the log level `stats`.

Address, account and result of a log-in stand in different lines, which share `slapd.connection` and `slapd.operation`.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import BROKEN, CLOSED, ENDED, NETWORK, OPENED, STARTED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_OP = r"conn=(?P<slapd.connection>\d+) op=(?P<slapd.operation>\d+) "
_FD = r"conn=(?P<slapd.connection>\d+) fd=(?P<slapd.descriptor>\d+) "
_TIMES = r"(?: qtime=(?P<slapd.queue_seconds>[\d.]+))?(?: etime=(?P<slapd.elapsed_seconds>[\d.]+))?"
_BIND: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.action": "bind"}
_READ: Fields = {"event.category": ["database"], "event.type": ["access"]}
_CHANGE: Fields = {"event.category": ["database"], "event.type": ["change"]}


def _read(action: str) -> Fields:
    return {**_READ, "event.action": action}


def _change(action: str) -> Fields:
    return {**_CHANGE, "event.action": action}


PATTERNS = (
    Pattern(
        rf"^{_FD}ACCEPT from IP=\[?(?P<source.address>[0-9A-Fa-f.:%]+)\]?:(?P<source.port>\d+)"
        r" \(IP=\[?(?P<destination.address>[0-9A-Fa-f.:%]+)\]?:(?P<destination.port>\d+)\)",
        {**OPENED, "event.action": "accept"},
    ),
    Pattern(rf"^{_FD}ACCEPT from PATH=(?P<_path>.*)$", {**OPENED, "event.action": "accept"}),
    Pattern(
        rf"^{_FD}TLS established tls_ssf=(?P<slapd.tls_ssf>\d+) ssf=\d+"
        r"(?: tls_proto=(?:TLSv(?P<tls.version>\d\.\d)|\S+))?"
        r"(?: tls_cipher=(?P<tls.cipher>\S+))?\s*$",
        {**NETWORK, "event.action": "tls-established"},
    ),
    Pattern(rf"^{_FD}closed(?: \((?P<event.reason>.*)\))?\s*$", {**CLOSED, "event.action": "closed"}),
    Pattern(
        rf'^{_OP}BIND (?:anonymous )?(?:dn="(?P<slapd.dn>.*)"|authcid="(?P<_authcid>.*)" authzid="(?P<_authzid>.*)")'
        r"(?: method=(?P<slapd.method>\d+))?(?: mech=(?P<slapd.mechanism>\S+))?(?: bind_ssf=\d+)?(?: ssf=\d+)?\s*$",
        _BIND,
    ),
    Pattern(rf"^{_OP}BIND (?P<event.reason>anonymous .*)$", _BIND),
    Pattern(
        rf"^{_OP}RESULT tag=97 err=(?P<slapd.result>\d+){_TIMES} text=(?P<event.reason>.*?)\s*$",
        {**_BIND, "event.action": "bind-result"},
    ),
    Pattern(
        rf"^{_OP}(?P<_search>SEARCH )?RESULT (?:tag=(?P<slapd.tag>\d+)|oid=(?P<slapd.oid>\S*))"
        rf" err=(?P<slapd.result>\d+)"
        rf"{_TIMES}(?: nentries=(?P<slapd.entries>\d+))? text=(?P<event.reason>.*?)\s*$",
        _read("result"),
    ),
    Pattern(
        rf'^{_OP}SRCH base="(?P<slapd.dn>.*)" scope=(?P<slapd.scope>\d) deref=\d filter="(?P<slapd.filter>.*)"\s*$',
        _read("search"),
    ),
    Pattern(rf"^{_OP}SRCH attr=(?P<slapd.attributes>.*?)\s*$", _read("search-attributes")),
    Pattern(rf'^{_OP}CMP dn="(?P<slapd.dn>.*)" attr="(?P<slapd.attributes>[^"]*)"\s*$', _read("compare")),
    Pattern(rf'^{_OP}MOD dn="(?P<slapd.dn>.*)"\s*$', _change("modify")),
    Pattern(rf"^{_OP}MOD attr=(?P<slapd.attributes>.*?)\s*$", _change("modify-attributes")),
    Pattern(rf'^{_OP}ADD dn="(?P<slapd.dn>.*)"\s*$', _change("add")),
    Pattern(rf'^{_OP}DEL dn="(?P<slapd.dn>.*)"\s*$', _change("delete")),
    Pattern(rf'^{_OP}MODRDN dn="(?P<slapd.dn>.*)"\s*$', _change("rename")),
    Pattern(rf"^{_OP}EXT oid=(?P<slapd.oid>\S+)\s*$", _read("extended")),
    Pattern(
        rf'^{_OP}PASSMOD(?: id="(?P<slapd.dn>.*?)")?(?: (?:old|new))*\s*$',
        {"event.category": ["iam"], "event.type": ["user", "change"], "event.action": "password-change"},
    ),
    Pattern(rf"^{_OP}STARTTLS\s*$", {**NETWORK, "event.action": "starttls"}),
    Pattern(rf"^{_OP}WHOAMI\s*$", _read("whoami")),
    Pattern(rf"^{_OP}UNBIND\s*$", {"event.category": ["session"], "event.type": ["end"], "event.action": "unbind"}),
    Pattern(rf"^{_OP}(?:ABANDON|CANCEL) msg=\d+\s*$", _read("abandon")),
    Pattern(rf"^{_OP}(?P<event.reason>.*)$", {"event.category": ["database"], "event.type": ["info"]}),
    Pattern(r"^conn=(?P<slapd.connection>-?\d+) (?P<event.reason>.*)$", NETWORK),
    Pattern(r"^connection_read\(\d+\): (?P<event.reason>.*?)\s*$", BROKEN),
    Pattern(r"^slapd starting\s*$", STARTED),
    Pattern(r"^(?:slapd (?:stopped|shutdown).*|daemon: shutdown requested.*)$", ENDED),
)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Outcome by the result, the user's name out of the distinguished name of a log-in."""
    if "slapd.result" in frame.columns:
        code = pl.col("slapd.result")
        none_is_wrong = code.is_in([0, 5, 6, 14])  # success, compareFalse, compareTrue, saslBindInProgress
        known = pl.col("event.outcome") if "event.outcome" in frame.columns else pl.lit(None, dtype=pl.String)
        frame = frame.with_columns(
            pl.when(code.is_null()).then(known).when(none_is_wrong).then(pl.lit("success"))
            .otherwise(pl.lit("failure")).alias("event.outcome"),
            pl.when(~none_is_wrong).then(code.cast(pl.String)).alias("error.code"),
        )  # fmt: skip
    if "slapd.dn" in frame.columns:
        name = pl.col("slapd.dn").str.extract(r"^(?i:uid|cn|samaccountname|userprincipalname)=((?:[^,+\\]|\\.)+)")
        names = [pl.col("_authcid")] if "_authcid" in frame.columns else []
        bind = pl.col("event.action") == "bind"
        frame = frame.with_columns(pl.when(bind).then(pl.coalesce(name, *names)).alias("user.name"))
    return split_address(split_address(frame, "source"), "destination")


PARSER = MessageParser(
    reference="https://www.openldap.org/doc/admin26/appendix-common-errors.html",
    programs=frozenset({"slapd"}),
    patterns=PATTERNS,
    finish=finish,
)
