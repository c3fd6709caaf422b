"""Links: values in an alert's events by which it may belong together with other alerts."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from watchfloor.core.addresses import NOWHERE, local_ranges, packed

MAX_LINKS = 24
"""Links that an alert keeps of one event; a mail to thousands names only some of its recipients."""
MANY = 32
"""Values of one kind and side beyond which they say nothing of an alert: it is about too many of them."""
MAX_TEXT = 256
"""Longest value that is kept; nothing longer is a name or an address."""

_ACTOR, _TARGET = "actor", "target"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    r"""A value of an alert's events.

    Attributes:
        kind: host, user, ip, mac, domain, mail, hash, session or process.
        value: in lower case; of a user `domain\name` where the record tells the domain: two domains may have one name.
        side: `actor` for who did it, `target` for whom it was done to.
    """

    kind: str
    value: str
    side: str


_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("source.ip", "ip", _ACTOR),
    ("client.ip", "ip", _ACTOR),
    ("destination.ip", "ip", _TARGET),
    ("server.ip", "ip", _TARGET),
    ("source.mac", "mac", _ACTOR),
    ("client.mac", "mac", _ACTOR),
    ("user.name", "user", _ACTOR),
    ("source.user.name", "user", _ACTOR),
    ("user.email", "mail", _ACTOR),
    ("user.effective.name", "user", _TARGET),
    ("user.target.name", "user", _TARGET),
    ("destination.user.name", "user", _TARGET),
    ("email.from.address", "mail", _ACTOR),
    ("email.to.address", "mail", _TARGET),
    ("file.hash.sha256", "hash", _TARGET),
    ("file.hash.md5", "hash", _TARGET),
    ("file.hash.sha1", "hash", _TARGET),
    ("process.entity_id", "process", _ACTOR),
    ("process.parent.entity_id", "process", _ACTOR),
)
"""Field, kind of link, side. Hashes of running programs are left out: those of the system are everywhere."""
_USER_DOMAINS = {name: name.removesuffix("name") + "domain" for name, kind, _ in _FIELDS if kind == "user"}
_DOMAINS = (
    ("dns.question.registered_domain", "dns.question.name"),
    ("url.registered_domain", "url.domain"),
    ("destination.domain",),
    ("tls.client.server_name",),
)
"""Fields of names on the internet, of each the first that an event has."""
HOST_FIELDS = ("host.name", "host.hostname", "winlog.computer_name")
"""The machine that the record is about; the first that an event has wins."""
_SINGLE = {
    **dict.fromkeys(HOST_FIELDS, ("host", _ACTOR)),
    **{name: (kind, side) for name, kind, side in _FIELDS},
    **{name: ("domain", _TARGET) for names in _DOMAINS for name in names},
}
_OUTCOME = ("event.category", "event.outcome")
_LOGON_ID = "winlog.logon.id"
"""Of the session in which somebody logged on, or of which a process or an access to a share was."""
_NOBODY = frozenset({"", "-", "n/a", "unknown", "localhost", "::", "0.0.0.0", "::1", "127.0.0.1"})  # noqa: S104
_NO_SESSION = frozenset({"0x0", "0x3e7", "0x3e4", "0x3e5"})
"""Of the machine itself and its services: https://learn.microsoft.com/windows/win32/services/localsystem-account."""
_EMPTY_HASH = re.compile(r"(0+|d41d8cd98f00b204e9800998ecf8427e|da39a3ee5e6b4b0d3255bfef95601890afd80709|e3b0c442\w+)$")
"""Hashes of nothing, which every log is full of."""


def columns() -> tuple[str, ...]:
    """Every field that may give a link."""
    return tuple(
        dict.fromkeys(
            (
                *HOST_FIELDS,
                *(name for name, _, _ in _FIELDS),
                *_USER_DOMAINS.values(),
                *(name for names in _DOMAINS for name in names),
                *_OUTCOME,
                _LOGON_ID,
            )
        )
    )


def links_of(event: Mapping[str, Any]) -> tuple[Link, ...]:
    """The event's links, at most `MAX_LINKS`, in the order of the fields.

    What comes over the network is done to its host; what a process does, its host does. Where a log-in failed, the
    account is tried and has done nothing: one address that tries many accounts is not one that many people use.
    """
    tried = "authentication" in _texts(event, _OUTCOME[:1]) and "failure" in _texts(event, _OUTCOME[1:])
    found: dict[Link, None] = {}
    host = next(iter(_texts(event, HOST_FIELDS)), "")
    clients = _texts(event, ("source.ip", "client.ip"))
    if host:
        found[Link("host", host, _TARGET if clients else _ACTOR)] = None
    for name, kind, side in _FIELDS:
        for text in _texts(event, (name,)):
            if kind == "hash" and _EMPTY_HASH.match(text):
                continue
            if kind == "user":
                found[Link(kind, _account(event, name, text), _TARGET if tried else side)] = None
            else:
                found[Link(kind, text, side)] = None
    if not any(is_public(client) for client in clients):  # to those from outside the names are our own sites
        for names in _DOMAINS:
            found.update((Link("domain", text, _TARGET), None) for text in _texts(event, names)[:1])
    if host:
        found.update(
            (Link("session", f"{host}/{text}", _ACTOR), None)
            for text in _texts(event, (_LOGON_ID,))
            if text not in _NO_SESSION
        )
    return tuple(found)[:MAX_LINKS]


def _account(event: Mapping[str, Any], field: str, name: str) -> str:
    """The name with its domain, where that is told and not in the name already."""
    domain = next(iter(_texts(event, (_USER_DOMAINS[field],))), ".")
    whole = f"{domain}\\{name}"
    return name if domain == "." or {"@", "\\"} & set(name) or len(whole) > MAX_TEXT else whole


def link_of(field: str, value: str) -> Link | None:
    """The link that one field of an event is; None for a field, or a value, that connects nothing."""
    kind, side = _SINGLE.get(field, ("", ""))
    texts = _texts({field: value}, (field,)) if kind else []
    return Link(kind, texts[0], side) if texts else None


@functools.lru_cache(maxsize=65_536)
def is_public(value: str) -> bool:
    """Whether a text is an address of the internet; those kept for documentation count, since examples use them."""
    return packed(value) is not None and local_ranges().find_one(value) == NOWHERE


def _texts(event: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        value = event.get(name)
        for each in value if isinstance(value, list) else (value,):
            text = str(each or "").replace("\0", "\ufffd").strip().lower().rstrip(".")  # PostgreSQL takes no NUL
            if text not in _NOBODY and len(text) <= MAX_TEXT:
                found.append(text)
    return found
