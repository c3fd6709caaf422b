"""The parts of an EVE record that belong to one protocol, where ECS wants more than the value as it stands."""

from __future__ import annotations

import re
from typing import Any

from watchfloor.parsers._address import mac_of
from watchfloor.parsers.cloud._layout import at, dicts

Record = dict[str, Any]
_FLAGS = ((0x0400, "aa", "AA"), (0x0200, "tc", "TC"), (0x0100, "rd", "RD"), (0x0080, "ra", "RA"))
_MORE_FLAGS = ((0x0020, "ad", "AD"), (0x0010, "cd", "CD"))
_DNS_TYPES = {"request": "query", "response": "answer"}
_OPCODES = {0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE"}
_TLS = re.compile(r"^(TLS|SSL) ?v?(\d(?:\.\d)?)$", re.IGNORECASE)
_MAILBOX = re.compile(r"<([^<>]*)>\s*$")
_AUTHORITY = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")
_UNSET = "0.0.0.0"  # noqa: S104  # DHCP's way to say none


def http(part: Record) -> Record:
    """Version, path and query, outcome."""
    found: Record = {}
    protocol, version = part.get("protocol"), part.get("version")
    if type(protocol) is str and protocol.upper().startswith("HTTP/"):
        found["http.version"] = protocol[5:]
    elif type(version) is str:
        found["http.version"] = version.removeprefix("HTTP/")
    url = part.get("url")
    if type(url) is str:
        found |= path_and_query(url)
    status = part.get("status")
    if type(status) is int:
        found["event.outcome"] = "success" if status < 400 else "failure"
    for header in dicts(part.get("response_headers")):
        if str(header.get("name")).lower() == "content-type":
            found.setdefault("http.response.mime_type", header.get("value"))
    return found


def path_and_query(url: str) -> Record:
    """The path and the query of a request's target, which may be a whole URL."""
    rest = _AUTHORITY.sub("", url).split("#", 1)
    path, mark, query = rest[0].partition("?")
    found: Record = {"url.path": path or None, "url.query": query if mark and query else None}
    if len(rest) > 1:
        found["url.fragment"] = rest[1] or None
    leaf = path.rpartition("/")[2]
    ending = leaf.rpartition(".")[2]
    if "." in leaf and ending.isalnum() and len(ending) <= 16:
        found["url.extension"] = ending
    return found


def dns(part: Record) -> Record:
    """Question, answers, flags: of all versions of the record, also the form beside alerts."""
    question = _question(part)
    answer = part.get("answer")
    answers = dicts(part.get("answers"))
    if type(answer) is dict and not answers:
        answers = dicts(answer.get("answers"))
        part = {**answer, **{name: value for name, value in part.items() if value is not None}}
    if not answers and part.get("rdata") is not None:
        answers, question = [part], {}  # version 1 has a record per answer, and the question in a record of its own
    kind = part.get("type")
    found: Record = {
        "dns.type": _DNS_TYPES.get(kind, kind) if type(kind) is str else None,
        "dns.question.name": question.get("rrname"),
        "dns.question.type": question.get("rrtype"),
        "dns.header_flags": _flags(part),
        "dns.op_code": _OPCODES.get(part.get("opcode", -1)) if type(part.get("opcode")) is int else None,
        "dns.id": part.get("id", question.get("id")),
        "dns.response_code": part.get("rcode"),
    }
    if answers:
        for name, own in (("name", "rrname"), ("type", "rrtype"), ("data", "rdata"), ("ttl", "ttl")):
            found[f"dns.answers.{name}"] = [_flat(each.get(own)) for each in answers if each.get(own) is not None]
    found["dns.resolved_ip"] = _resolved(part, answers)
    return found


def _flat(value: Any) -> Any:
    return value if type(value) in {str, int} else None


def _question(part: Record) -> Record:
    queries = dicts(part.get("queries")) or dicts(part.get("query"))
    return queries[0] if queries else part


def _resolved(part: Record, answers: list[Record]) -> list[str] | None:
    grouped = part.get("grouped")
    found = [
        each["rdata"] for each in answers if each.get("rrtype") in ("A", "AAAA") and type(each.get("rdata")) is str
    ]
    if type(grouped) is dict:
        for name in ("A", "AAAA"):
            members = grouped.get(name)
            found += [each for each in members if type(each) is str] if type(members) is list else []
    return list(dict.fromkeys(found)) or None


def _flags(part: Record) -> list[str] | None:
    text = part.get("flags")
    try:
        bits = int(text, 16) if type(text) is str and len(text) <= 6 else 0
    except ValueError:
        bits = 0
    held = [name for bit, own, name in (*_FLAGS, *_MORE_FLAGS) if bits & bit or part.get(own) is True]
    return held or None


def tls(part: Record) -> Record:
    """Version, and certificates' hashes and dates."""
    found: Record = {}
    match = _TLS.match(str(part.get("version") or "").strip())
    if match:
        version = match[2] if "." in match[2] or match[1].upper() == "SSL" else f"{match[2]}.0"
        found |= {"tls.version": version, "tls.version_protocol": match[1].lower()}
    alpn = part.get("server_alpn")
    if type(alpn) is list:
        found["tls.next_protocol"] = at(alpn, 0)
    for side, own in (("server", part), ("client", part.get("client"))):
        if type(own) is not dict:
            continue
        print_ = own.get("fingerprint")
        if type(print_) is str:
            found[f"tls.{side}.hash.sha1"] = print_.replace(":", "").upper()
        for name, field in (("notbefore", "not_before"), ("notafter", "not_after")):
            if type(own.get(name)) is str:
                found[f"tls.{side}.{field}"] = own[name]
    return found


def smtp(part: Record) -> Record:
    """Sender and recipients of the envelope."""
    sender, recipients = part.get("mail_from"), part.get("rcpt_to")
    return {
        "email.sender.address": mailbox(sender),
        "email.to.address": _mailboxes(recipients),
    }


def email(part: Record) -> Record:
    """Addresses in the header."""
    return {
        "email.from.address": _mailboxes(part.get("from")),
        **({"email.to.address": _mailboxes(part["to"])} if part.get("to") else {}),
        **({"email.cc.address": _mailboxes(part["cc"])} if part.get("cc") else {}),
    }


def mailbox(value: Any) -> str | None:
    """The address out of `Name <address>` or `<address>`."""
    if type(value) is not str:
        return None
    match = _MAILBOX.search(value)
    return (match[1] if match else value).strip() or None


def _mailboxes(value: Any) -> list[str] | None:
    members = value if type(value) is list else [value]
    return [each for each in map(mailbox, members) if each] or None


def krb5(part: Record) -> Record:
    """Whether the KDC gave what was asked for."""
    kind = part.get("msg_type")
    failed = kind == "KRB_ERROR"
    outcome = "failure" if failed else "success" if type(kind) is str and kind.endswith("_REP") else None
    return {
        "event.category": ["network", "authentication"],
        "event.type": ["protocol", "start"],
        "event.outcome": outcome,
    }


def dhcp(part: Record) -> Record:
    """The client and the transaction."""
    number = part.get("id")
    mac = part.get("client_mac")
    unset = {f"dhcp.{name}": "" for name in ("assigned_ip", "requested_ip", "relay_ip") if part.get(name) == _UNSET}
    return {
        **unset,
        "dhcp.transaction_id": f"{number:08x}" if type(number) is int else None,
        "client.mac": mac_of(mac),
        **({"source.mac": mac_of(mac)} if part.get("type") == "request" else {}),
        **({"destination.mac": mac_of(mac)} if part.get("type") == "reply" else {}),
    }


def ftp(part: Record) -> Record:
    """The user of a log-in and the answer's outcome."""
    code = at(part, "completion_code", 0)
    found: Record = {}
    if part.get("command") == "USER":
        found["user.name"] = part.get("command_data")
    if type(code) is str and code[:1] in "2345" and code[:1]:
        found["event.outcome"] = "success" if code[0] in "23" else "failure"
    return found


def sip(part: Record) -> Record:
    """The answer's outcome."""
    code = part.get("code")
    if not (type(code) is str and code[:1].isdigit()):
        return {}
    return {"event.outcome": "success" if code[0] in "123" else "failure"}


def smb(part: Record) -> Record:
    """Outcome by the NT status, and the name of the share."""
    status = part.get("status")
    ok = status in ("STATUS_SUCCESS", "STATUS_PENDING", "STATUS_MORE_PROCESSING_REQUIRED")
    name = part.get("filename")
    leaf = name.replace("\\", "/").rpartition("/")[2] if type(name) is str else None
    outcome = ("success" if ok else "failure") if type(status) is str else None
    return {"event.outcome": outcome, "file.name": leaf or None}


def rfb(part: Record) -> Record:
    """Whether the log-in succeeded."""
    result = at(part, "authentication", "security_result")
    return {"event.outcome": {"OK": "success", "FAIL": "failure"}.get(result) if type(result) is str else None}


def ldap(part: Record) -> Record:
    """Who binds, and whether the server's last answer was good."""
    name = at(part, "request", "bind_request", "name")
    last = dicts(part.get("responses"))[-1:]
    codes = [value.get("result_code") for each in last for value in each.values() if type(value) is dict]
    code = next((each for each in codes if each is not None), None)
    outcome = None if code is None else "success" if str(code).lower() == "success" else "failure"
    return {"user.name": name or None, "event.outcome": outcome}


def ether(part: Record) -> Record:
    """Hardware addresses of both sides; of a flow with several, the first."""
    found: Record = {}
    for side, one, several in (("source", "src_mac", "src_macs"), ("destination", "dest_mac", "dest_macs")):
        found[f"{side}.mac"] = mac_of(part.get(one) or at(part.get(several), 0))
    return {name: value for name, value in found.items() if value}
