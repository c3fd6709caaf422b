"""Failed and successful log-ins that web applications log in one line, with the client's address.

Names are the clients' own text, so the address is taken from the side that the application writes.
"""

from __future__ import annotations

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_BASE: Fields = {"event.category": ["authentication", "web"], "event.type": ["info"], "event.action": "login"}
_IP = r"(?P<source.address>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_PORT = r"(?::(?P<source.port>\d{1,5}))?"
_USER = r"(?P<user.name>.*?)"
_GREEDY = r"(?P<user.name>.*)"
_SLASHED = r"(?P<_time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) "
_ISO = r"\[?(?P<_time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]? ?"
_GITEA = rf"{_SLASHED}(?:\S+ )?(?:\[[A-Z]\] )?(?:\[[0-9a-f-]+\] )?(?P<event.reason>Failed authentication attempt)"
_KV = r'[^\s"=]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)'
_THREAD = r"(?:\d\d:\d\d:\d\d\.\d+ \[[^\]]*\] )?"


def _failed(application: str, regex: str) -> Pattern:
    return Pattern(f"^{regex}$", {**_BASE, "event.outcome": "failure", "event.provider": application})


def _accepted(application: str, regex: str) -> Pattern:
    return Pattern(f"^{regex}$", {**_BASE, "event.outcome": "success", "event.provider": application})


_PATTERNS = (
    _failed(
        "wordpress",
        (
            rf"(?:XML-RPC )?(?P<event.reason>[Aa]uthentication (?:failure|attempt)) for (?:unknown user )?{_GREEDY} "
            rf"from {_IP}\s*"
        ),
    ),
    _failed(
        "wordpress", rf"(?P<event.reason>XML-RPC (?:multicall )?authentication failure)(?: for {_USER})? from {_IP}\s*"
    ),
    _failed(
        "wordpress",
        (
            rf"(?P<event.reason>Blocked (?:user enumeration attempt|authentication attempt(?: for {_USER})?)|"
            rf"Pingback (?:error .*? generated|requested)|Spammed comment|REST authentication failure) from {_IP}\s*"
        ),
    ),
    _accepted("wordpress", rf"Accepted password for {_GREEDY} from {_IP}\s*"),
    _failed(
        "phpmyadmin", rf"(?:phpMyAdmin\[\d+\]: )?user denied: {_GREEDY} \((?P<event.reason>[a-z-]+)\) from {_IP}\s*"
    ),
    _accepted("phpmyadmin", rf"(?:phpMyAdmin\[\d+\]: )?user authenticated: {_GREEDY} from {_IP}\s*"),
    _failed(
        "gitea",
        (
            rf"{_GITEA} for (?P<user.name>\S+) from \[?{_IP}\]?{_PORT}(?:: [^\[:]*(?:\[uid: \d+, name: [^\s,]*, "
            rf"keyid: \d+\])?)?\s*"
        ),
    ),
    _failed(
        "gitea", rf"{_GITEA} for .*"
    ),  # the name is written twice, so that any address in it is as good as the real one
    _failed("gitlab", rf"(?:{_ISO})?(?:: )?(?P<event.reason>Failed Login): username={_GREEDY} ip={_IP}\s*"),
    _accepted("gitlab", rf"(?:{_ISO})?(?:: )?Successful Login: username={_GREEDY} ip={_IP}\s*"),
    _failed(
        "vaultwarden",
        (
            rf"{_ISO}?\[vaultwarden::api::[a-z:]+\]\[ERROR\] (?P<event.reason>Username or password is incorrect\. "
            rf"Try again)\. IP: {_IP}\. Username: {_GREEDY}\.\s*"
        ),
    ),
    _failed(
        "vaultwarden",
        (
            rf"{_ISO}?\[vaultwarden::api::[a-z:]+\]\[ERROR\] (?P<event.reason>Invalid admin token|Unauthorized "
            rf"Error: Invalid admin token|Invalid TOTP code.*?)\. ?IP: {_IP}\s*"
        ),
    ),
    _failed(
        "guacamole",
        (
            rf"{_THREAD}(?:WARN|INFO) +\S+ - (?P<event.reason>Authentication attempt) from \[?{_IP}[^\]]*\]? for "
            rf"user \"{_GREEDY}\" failed\.\s*"
        ),
    ),
    _accepted(
        "guacamole", rf"{_THREAD}INFO +\S+ - User \"{_GREEDY}\" successfully authenticated from \[?{_IP}[^\]]*\]?\.\s*"
    ),
    _failed(
        "drupal",
        (
            rf"https?://[^\s|]+\|\d{{10}}\|user\|{_IP}\|[^|]*\|[^|]*\|\d+\|[^|]*\|(?P<event.reason>Login attempt "
            rf"failed)(?: for {_USER}| from \S+)?\.?\s*"
        ),
    ),
    _accepted(
        "drupal", rf"https?://[^\s|]+\|\d{{10}}\|user\|{_IP}\|[^|]*\|[^|]*\|\d+\|[^|]*\|Session opened for {_USER}\.\s*"
    ),
    _failed(
        "webmin", rf"(?P<event.reason>Invalid login|Non-existent login|Security alert: .*?) as {_GREEDY} from {_IP}\s*"
    ),
    _accepted("webmin", rf"Successful login as {_GREEDY} from {_IP}\s*"),
    _failed("proxmox", rf"authentication (?P<event.reason>failure); rhost={_IP} user={_GREEDY} msg=.*"),
    _failed(
        "bitwarden",
        (
            rf"(?:{_ISO})?(?:\[[^\]]*\] ?|\S*Bit\.\S* )?(?P<event.reason>Failed login attempt(?:, 2FA invalid)?)"
            rf"\. {_IP}\s*"
        ),
    ),
    _failed(
        "grafana",
        (
            rf"(?:{_KV} )*(?:error|msg)=\"(?P<event.reason>[Ii]nvalid username or password)\"(?: {_KV})*?"
            rf" remote_addr=\[?{_IP}\]?(?: .*)?"
        ),
    ),
)

PARSER = LineParser(
    reference="https://github.com/fail2ban/fail2ban/wiki",
    patterns=_PATTERNS,
    times=("%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"),
    sieve=(
        r"^(?:(?:XML-RPC )?[Aa]uthentication |XML-RPC |Blocked |Pingback |Spammed |REST auth"
        r"|Accepted password for .* from \S+\s*$|(?:phpMyAdmin\[\d+\]: )?user (?:denied|authenticated): "
        r"|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d .*Failed authentication attempt "
        r"|[\[\]\d:.,TZ+ -]{0,40}(?:Failed Login: username=|Successful Login: username=|\[vaultwarden::)"
        r"|https?://[^\s|]+\|\d{10}\|user\||(?:\d\d:\d\d:\d\d\.\d+ \[[^\]]*\] )?(?:WARN|INFO) +\S+ - "
        r"|(?:Invalid|Non-existent|Successful) login as |Security alert: |authentication failure; rhost="
        r"|[\[\]\d:.,TZ+ -]{0,40}(?:\[[^\]]*\] ?|\S*Bit\.\S* )?Failed login attempt"
        r"|(?:t=|ts=|logger=).*nvalid username or password)"
    ),
    finish=lambda frame: split_address(frame, "source"),
)
