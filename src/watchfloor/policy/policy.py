"""The policy: what this company calls a violation. `policy.yml`, one frozen model."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from watchfloor.core.documents import Document, read_document
from watchfloor.core.errors import UsageError
from watchfloor.core.faults import FaultsError, faults_gathered
from watchfloor.policy.maintenance import Maintenance, Who
from watchfloor.policy.values import MAX_LIST, Account, Countries, FileNames, Networks, Sites, Systems, Texts

FILE_NAME = "policy.yml"
"""The policy of a home, in its folder."""
MAX_BYTES = 4 << 20
"""Largest policy that is read."""
MAX_WINDOWS = 1_000


class Said(NamedTuple):
    """What the reference says about a setting beside its sentence.

    Attributes:
        unit: of its values.
        blind: rules that read it say nothing while it is left out; else leaving it out means that nothing is on it.
        none: what an empty list means.
    """

    unit: str
    blind: bool
    none: str


class Policy(BaseModel):
    """What is allowed here. A setting that is left out says nothing; an empty list says that nothing is on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_countries: Annotated[
        Countries | None,
        Said("country codes of ISO 3166, two letters", blind=True, none="no country is allowed"),
        Field(description="Countries from which people log in."),
    ] = None
    resolvers: Annotated[
        Networks | None,
        Said("addresses and networks", blind=True, none="nobody may be asked"),
        Field(description="DNS servers that may be asked, and that may ask others outside."),
    ] = None
    mail_relays: Annotated[
        Networks | None,
        Said("addresses and networks", blind=True, none="nobody sends mail to the outside"),
        Field(description="Mail servers that may send mail to the outside."),
    ] = None
    dhcp_servers: Annotated[
        Networks | None,
        Said("addresses and networks", blind=True, none="nobody hands out addresses"),
        Field(description="DHCP servers that may hand out addresses."),
    ] = None
    remote_tools: Annotated[
        Texts | None,
        Said(
            "file names of programs, such as AnyDesk.exe, copies and set-ups included; `.exe` may be left out",
            blind=True,
            none="no tool is allowed",
        ),
        Field(description="Programs for remote control that may be used."),
    ] = None
    file_sharing_sites: Annotated[
        Sites | None,
        Said("domains; names below them count, too", blind=True, none="no site is allowed"),
        Field(description="Sites for sharing files to which files may be uploaded."),
    ] = None
    confidential_names: Annotated[
        FileNames | None,
        Said("file names without folders; `*` and `?` stand for any text", blind=True, none="no name is confidential"),
        Field(description="Names of files that must not leave."),
    ] = None
    service_accounts: Annotated[
        dict[Account, Texts] | None,
        Said("account, without its domain: hosts", blind=True, none="there are no service accounts"),
        Field(description="Accounts of programs, each with the hosts of its work.", max_length=MAX_LIST),
    ] = None
    vpn_networks: Annotated[
        Networks | None,
        Said("addresses and networks", blind=False, none="none is known"),
        Field(description="Addresses from which the company's own VPN comes out."),
    ] = None
    vpn_systems: Annotated[
        Systems | None,
        Said("numbers of autonomous systems", blind=False, none="none is known"),
        Field(description="Networks of VPN providers whose place says nothing about where a user is."),
    ] = None
    scanners: Annotated[
        Networks | None,
        Said("addresses and networks", blind=False, none="none is known"),
        Field(description="Machines that scan others because it is their work."),
    ] = None
    maintenance: Annotated[
        tuple[Maintenance, ...],
        Said("windows, see below", blind=False, none="no work is announced"),
        Field(description="Announced work: alerts about it are hidden.", max_length=MAX_WINDOWS),
    ] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """What is on a list, as rules and behaviours read it; empty also where nothing is said about it.

        Raises:
            KeyError: there is no list of that name.
        """
        return self.lists()[name]

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Every list by the name that rules give it, `%name%` with the modifier `expand`."""
        accounts = self.service_accounts or {}
        hosts = dict.fromkeys(itertools.chain.from_iterable(accounts.values()))
        named = {
            name: tuple(map(str, getattr(self, name) or ()))
            for name in type(self).model_fields
            if name not in {"maintenance", "service_accounts"}
        }
        return named | {"service_accounts": tuple(accounts), "service_account_hosts": tuple(hosts)}

    def unsaid(self) -> frozenset[str]:
        """Lists without which rules that read them are blind."""
        missing = {name for name, said in settings().items() if said.blind and getattr(self, name) is None}
        return frozenset(missing | ({"service_account_hosts"} if "service_accounts" in missing else set()))

    def in_maintenance(self, who: Iterable[Who], first: dt.datetime, last: dt.datetime) -> str | None:
        """The name of the first window that something about these, from `first` to `last`, is wholly inside of."""
        named = tuple(who)
        return next((each.name for each in self.maintenance if each.covers(named, first, last)), None)


def settings() -> dict[str, Said]:
    """Every setting of a policy with what the reference says about it.

    Raises:
        ValueError: of a setting nothing is said.
    """
    found = {}
    for name, field in Policy.model_fields.items():
        said = next((each for each in field.metadata if isinstance(each, Said)), None)
        if said is None or not field.description:
            raise ValueError(f"the setting {name} is not documented")
        found[name] = said
    return found


_REASONS = {
    "missing": "must be given",
    "dict_type": "a mapping is wanted, such as {svc_backup: [nas01]}",
    "tuple_type": "a list is wanted",
    "model_type": "a mapping is wanted, such as {name: patch night, hosts: [web1], start: 22:00, end: 23:00}",
    "too_short": "nothing is in it",
}
"""What the checker's own words mean."""


def read_policy(path: Path) -> Policy:
    """The policy in a YAML file.

    Raises:
        FaultsError: it cannot be read, or says something that is no policy; all that is wrong, each with its line.
    """
    with faults_gathered() as tell:
        document = read_document(path, MAX_BYTES, tell)
        try:
            return Policy.model_validate(_with_clocks(document))
        except ValidationError as error:
            by_line = sorted(_refused(path, document, error), key=itemgetter(0))
            raise FaultsError([fault for _, fault in by_line]) from None


def _with_clocks(document: Document) -> dict[Any, Any]:
    """The content, times of day as they are written: YAML makes numbers to the base of 60 of them."""
    windows = document.content.get("maintenance")
    if not isinstance(windows, list):
        return document.content
    told = []
    for at, window in enumerate(windows):
        texts = {name: document.written("maintenance", at, name) for name in ("start", "end")}
        clocks = {name: text for name, text in texts.items() if text is not None}
        told.append({**window, **clocks} if isinstance(window, dict) else window)
    return document.content | {"maintenance": told}


def _refused(path: Path, document: Document, error: ValidationError) -> Iterator[tuple[int, UsageError]]:
    """Every fault, with its line."""
    for fault in error.errors(include_url=False, include_input=False):
        where = [part for part in fault["loc"] if part != "[key]"]
        line = document.line_of(*where)
        name = ".".join(str(part)[:40] for part in where)
        if fault["type"] == "extra_forbidden":
            known = Policy.model_fields if len(where) == 1 else Maintenance.model_fields
            names = ", ".join(field.alias or each for each, field in known.items())
            thing, way_out = f"no setting {name!r}", f"There are {names}"
        else:
            reason = _REASONS.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
            thing, way_out = f"{name}: {reason}", "See docs/reference/policy.md"
        yield line, UsageError(thing, place=f"{path}:{line}", way_out=way_out)
