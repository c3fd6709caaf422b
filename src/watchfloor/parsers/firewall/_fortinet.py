"""Fortinet's names of values and what they fill; FortiOS, FortiManager, FortiMail, FortiWeb and others share many.

Names: https://docs.fortinet.com/document/fortigate/7.6.0/fortios-log-message-reference, FortiMail Log Reference,
FortiWeb Log Message Reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import epochs, moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.web._request import urls

FIELDS: dict[str, Target] = {
    "date": "@date", "time": "@time", "tz": "@zone", "timezone": "@zone", "eventtime": "@epoch", "timestamp": "@stamp",
    "type": "@type", "subtype": "@subtype", "action": "@action", "eventtype": "@eventtype", "status": "@status",
    "result": "@result", "utmaction": "@utmaction", "cfgpath": "@cfgpath", "ui": "@ui", "crlevel": "@crlevel",
    "logid": "event.code", "log_id": "event.code", "msg_id": "event.sequence",
    "level": "log.level", "pri": "log.level",
    "devname": "observer.name", "dname": "observer.name",
    "devid": "observer.serial_number", "device_id": "observer.serial_number",
    "srcip": "source.address", "src": "source.address", "sip": "source.address", "saddr": "source.address",
    "client_ip": "source.address",
    "srcport": "source.port", "src_port": "source.port", "sport": "source.port",
    "dstip": "destination.address", "dst": "destination.address", "dip": "destination.address",
    "daddr": "destination.address", "dst_ip": "destination.address",
    "dstport": "destination.port", "dst_port": "destination.port", "dport": "destination.port",
    "remip": "@remote", "locip": "@local_ip", "remport": "@remote_port", "locport": "@local_port",
    "srcintf": "observer.ingress.interface.name", "src_int": "observer.ingress.interface.name",
    "dstintf": "observer.egress.interface.name", "dst_int": "observer.egress.interface.name",
    "outintf": "observer.egress.interface.name", "interface": "@interface",
    "srcmac": "source.mac", "source_mac": "source.mac", "mac": "source.mac", "stamac": "source.mac",
    "mastersrcmac": "@mastersrcmac",
    "dstmac": "destination.mac",
    "srcname": "source.domain", "srcdomain": "source.domain", "client_name": "source.domain",
    "dstname": "destination.domain", "dst_host": "destination.domain",
    "srccountry": "source.geo.country_name", "dstcountry": "destination.geo.country_name",
    "srccity": "source.geo.city_name", "dstcity": "destination.geo.city_name",
    "srcregion": "source.geo.region_name", "dstregion": "destination.geo.region_name",
    "transip": "source.nat.ip", "transport": "source.nat.port",
    "tranip": "destination.nat.ip", "tranport": "destination.nat.port",  # codespell:ignore tranport
    "sentbyte": "source.bytes", "rcvdbyte": "destination.bytes",
    "sentpkt": "source.packets", "rcvdpkt": "destination.packets",
    "proto": "@proto", "service": "@service", "duration": "@seconds",
    "dir": "@direction", "direction": "@direction",
    "xauthuser": ("source.user.name", "@xauth"), "eapuser": ("source.user.name", "@xauth"), "user": "source.user.name",
    "user_name": "source.user.name", "unauthuser": "source.user.name", "dstunauthuser": "destination.user.name",
    "dstuser": "destination.user.name", "group": "source.user.group.name", "adminprof": "user.roles",
    "policyid": "rule.id", "policy_id": "rule.id", "policyname": "rule.name", "poluuid": "rule.uuid",
    "policytype": "rule.ruleset", "applist": "rule.ruleset", "profile": "rule.ruleset",
    "appcat": "@category", "catdesc": "@category",
    "logdesc": "rule.description", "comment": "rule.description",
    "app": "network.application", "appname": "network.application",
    "msg": "message", "reason": "event.reason", "eventsubtype": "event.reason", "ref": "event.reference",
    "attack": "threat.name", "virus": "threat.name", "main_type": "threat.name",
    "error_num": "error.code", "errorcode": "error.code",
    "hostname": "url.domain", "http_host": "url.domain", "url": "url.original", "http_url": "url.original",
    "httpmethod": "http.request.method", "http_method": "http.request.method",
    "httpcode": "http.response.status_code", "http_retcode": "http.response.status_code",
    "http_request_bytes": "http.request.bytes", "http_response_bytes": "http.response.bytes",
    "http_version": "http.version",
    "referralurl": "http.request.referrer", "http_refer": "http.request.referrer",
    "agent": "user_agent.original", "http_agent": "user_agent.original",
    "filename": "file.name", "infectedfilename": "file.name", "matchedfilename": "file.name", "file": "file.name",
    "filesize": "file.size", "infectedfilesize": "file.size",
    "filetype": "file.extension", "infectedfiletype": "file.extension", "matchedfiletype": "file.extension",
    "analyticscksum": "@checksum", "filehash": "@checksum",
    "qname": "dns.question.name", "qtype": "dns.question.type", "qclass": "dns.question.class", "xid": "dns.id",
    "ipaddr": "@answers", "rcode": "@rcode",
    "recipient": "@to", "to": "@to", "sender": "@sender", "from": "@from", "hfrom": "@hfrom", "cc": "email.cc.address",
    "subject": "email.subject",
    "scertissuer": "tls.server.issuer", "issuer": "tls.server.issuer", "ccertissuer": "tls.client.issuer",
    "scertcname": "tls.server.subject", "certhash": "tls.server.hash.sha1",
    "sni": "tls.client.server_name", "cipher": "tls.cipher", "kxcurve": "tls.curve", "tlsver": "@tls",
    "osname": "@osname", "host_name": "host.hostname", "log_time": "_yearless", "dhcp_msg": "@dhcp", "ip": "@ip",
    "lease": "@lease", "vlanid": "network.vlan.id",
}  # fmt: skip
_DIRECTIONS = {"outgoing": "outbound", "incoming": "inbound", "in": "inbound", "out": "outbound"} | {
    each: each for each in ("inbound", "outbound", "internal", "external", "ingress", "egress", "unknown")
}
_HASHES = ((32, "md5"), (40, "sha1"), (64, "sha256"))
_DATES = ("%Y-%m-%d %H:%M:%S%.f",)


def base(records: Sequence[dict[str, Any]], wanted: frozenset[str], product: str, kind: str) -> pl.DataFrame:
    """What is alike in the records of all products; columns with `@` hold what they may read differently."""
    frame = mapped(records, FIELDS, vendor="fortinet.firewall", wanted=wanted)
    frame = observer(frame, "Fortinet", product, kind)
    frame = frame.with_columns(*_moments(frame), pl.lit("event").alias("event.kind"))
    return _details(_bracketed(frame))


def finished(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with both sides of the connection, and the user of the event from the side that has one."""
    return acting(connection(urls(frame)))


def _moments(frame: pl.DataFrame) -> list[pl.Series]:
    """The moment by date, time and zone; the epoch counts where no zone is named."""
    text = pl.select(pl.concat_str([column(frame, "@date"), column(frame, "@time")], separator=" ")).to_series()
    utc, local = moments(text, _DATES, column(frame, "@zone"))
    epoch = epochs(column(frame, "@epoch"))
    moment = utc.fill_null(epoch).fill_null(epochs(column(frame, "@stamp")))
    zone = column(frame, "@zone").alias("event.timezone")
    found = [moment.alias("@timestamp"), local.alias("@local"), epoch.alias("event.start"), zone]
    return [each for each in found if each.null_count() < len(each)]


def _bracketed(frame: pl.DataFrame) -> pl.DataFrame:
    """Clients written as `name [address]` or `[address]`, and those in the user interface, as in `GUI(address)`."""
    address = column(frame, "source.address")
    inner = address.str.extract(r"^[^\[\]]*\[([0-9a-fA-F.:]+)\]$")
    name = address.str.extract(r"^([^\s\[\]]+)\s*\[[0-9a-fA-F.:]+\]$")
    interface = column(frame, "@ui").str.extract(r"\(([0-9a-fA-F.:]+)\)$")
    return frame.with_columns(
        inner.fill_null(address).fill_null(interface).alias("source.address"),
        first(frame, "source.domain").fill_null(name).alias("source.domain"),
    )


def _details(frame: pl.DataFrame) -> pl.DataFrame:
    added = [
        column(frame, "@service").str.to_lowercase().alias("network.protocol"),
        column(frame, "@category").str.replace_all(".", "-", literal=True).alias("rule.category"),
        column(frame, "@direction")
        .str.to_lowercase()
        .replace_strict(_DIRECTIONS, default=None)
        .alias("network.direction"),
        column(frame, "@answers").str.split(", ").alias("dns.resolved_ip"),
        column(frame, "@rcode").alias("dns.response_code"),
        column(frame, "@tls").str.extract(r"(?i)tlsv?(\d(?:\.\d)?)$").alias("tls.version"),
        column(frame, "@tls").str.extract(r"(?i)^(tls|ssl)").str.to_lowercase().alias("tls.version_protocol"),
        column(frame, "@osname").alias("host.os.name"),
    ]
    checksum = column(frame, "@checksum").str.to_lowercase()
    for size, name in _HASHES:
        digest = pl.select(pl.when(checksum.str.contains(rf"^[0-9a-f]{{{size}}}$")).then(checksum)).to_series()
        added.append(digest.alias(f"file.hash.{name}"))
    for name, target in (("@to", "email.to.address"), ("@from", "email.from.address")):
        added.append(_mail(column(frame, name)).str.split(",").alias(target))
    added.append(_mail(first(frame, "@sender", "@from")).alias("email.sender.address"))
    return frame.with_columns(each for each in added if each.null_count() < len(each))


def _mail(texts: pl.Series) -> pl.Series:
    """Without the addresses of telephony, which share the names."""
    return pl.select(pl.when(~texts.str.contains(r"^(?:sips?|tel):")).then(texts)).to_series()
