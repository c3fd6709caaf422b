"""One person behind several account names: what the inventory says of people, and what events tell of accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import pyarrow as pa

from watchfloor.assets.accounts import Form, form_of
from watchfloor.assets.inventory import Inventory, Person

PERSON, SERVICE, MACHINE = "person", "service", "machine"
"""What an account is for. Everybody who is not known to be something else counts as a person."""
SCHEMA = pa.schema({"person": pa.string(), "kind": pa.string()})
_OF_WINDOWS = frozenset(
    {"nt authority", "nt service", "builtin", "font driver host", "window manager", "iis apppool", "nt virtual machine"}
)
"""Domains of accounts that every Windows has."""
_SERVICE_SIDS = ("s-1-5-6", "s-1-5-7", "s-1-5-18", "s-1-5-19", "s-1-5-20")
_SERVICE_STARTS = ("s-1-5-80-", "s-1-5-82-", "s-1-5-83-", "s-1-5-90-", "s-1-5-96-")
"""Well-known identifiers of services, application pools, virtual machines and desktop services:
https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers"""
_KRBTGT = "-502"
_PEOPLE_FROM, _NOBODY = 1000, 65534
"""User ids of Linux: https://www.freedesktop.org/software/systemd/man/latest/systemd-sysusers.html"""
_EVERYWHERE = frozenset(
    {
        "admin", "administrator", "ansible", "apache", "backup", "bin", "daemon", "debian", "ec2-user", "ftp", "games",
        "git", "guest", "krbtgt", "lp", "mail", "mysql", "news", "nginx", "nobody", "oracle", "postgres", "proxy",
        "root", "sshd", "support", "sync", "sys", "system", "test", "ubuntu", "user", "uucp", "vagrant", "www-data",
    }
)  # fmt: skip
"""Names that many hosts and domains have: alone they say nothing of who it is."""
_OF_LINUX = frozenset(
    {
        "apache", "backup", "bin", "daemon", "games", "lp", "mail", "mysql", "news", "nginx", "nobody", "postgres",
        "proxy", "root", "sshd", "sync", "sys", "system", "uucp", "www-data",
    }
)  # fmt: skip
"""Names of accounts of the system: https://salsa.debian.org/debian/base-passwd"""


@dataclass(frozen=True, slots=True)
class Identities:
    """Who is who.

    Attributes:
        inventory: what the user says of people.
        roots: form of an account -> the form that stands for all forms of the same one.
        aliases: domain -> the identifier of the domain that it is a name of.
        short: account name -> the only domain's account of that name; a name that several have is not in it.
        services: accounts that were seen to be services.
        people: root -> the person of the inventory who has that account under one of its forms.
        shown: root -> how the account is called.
        ambiguous: account names that several accounts have.
    """

    inventory: Inventory
    roots: Mapping[Form, Form]
    aliases: Mapping[str, str]
    short: Mapping[str, Form]
    services: frozenset[Form]
    people: Mapping[Form, Person]
    shown: Mapping[Form, str]
    ambiguous: frozenset[str]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Form, Form]], inventory: Inventory) -> Identities:
        """From pairs of forms that events told together, in any order, and the inventory."""
        known = sorted(set(pairs))
        accounts = [(sid, account) for sid, account in known if (sid.kind, account.kind) == ("sid", "account")]
        aliases = _aliases(accounts)
        roots = _roots(accounts, aliases)
        mails = [(mail, _known_as(form, aliases)) for form, mail in known if mail.kind == "mail"]
        roots |= _single((mail, roots.get(form, form)) for mail, form in mails)
        locals_ = {local: local for _, local in known if local.kind == "local"}
        locals_ |= _single((uid, local) for uid, local in known if uid.kind == "uid")
        alone = _single((account.name, roots[sid]) for sid, account in accounts)
        ambiguous = frozenset(account.name for _, account in accounts) - alone.keys()
        taken = {local.name for local in locals_.values()} | _EVERYWHERE
        short = {name: root for name, root in alone.items() if name not in taken}
        services = frozenset(_known_as(account, aliases) for kind, account in known if kind.kind == "service")
        shown = _shown(accounts, roots, aliases)
        found = cls(inventory, {**roots, **locals_}, aliases, short, services, {}, shown, ambiguous)
        people = _single((found.root(form), person) for person in inventory.people for form in _forms(person))
        return replace(found, people=people)

    def who(self, text: str, host: str | None = None) -> tuple[str | None, str | None]:
        """Person and kind of one account, as `person_of` gives them."""
        form = form_of(text, host)
        if form is None:
            return None, None
        root = self.root(form, host)
        person = self.inventory.person(text) or self.people.get(root)
        kind = self.kind(form, root)
        if person is not None:
            return person.name, SERVICE if "service_account" in person.roles else kind
        return self.shown.get(root) or _named(root, self.aliases), kind

    def told(self, text: str, host: str | None = None) -> tuple[str | None, str | None]:
        r"""As `who`, of an account as one log among many tells it.

        A domain that nothing is known of may be another log's word for one that is known. So an account that is not
        known in its domain counts by its name alone, unless several accounts have that name.
        """
        form = form_of(text, host)
        is_known = form is None or self.inventory.person(text) is not None or self._is_known(form)
        if form is None or is_known or form.kind != "account" or form.name in self.ambiguous:
            return self.who(text, host)
        return self.who(form.name, host)

    def _is_known(self, form: Form) -> bool:
        root = self.root(form)
        return root in self.shown or root in self.people

    def root(self, form: Form, host: str | None = None) -> Form:
        """The form that stands for all forms of the account.

        Args:
            form: as a log writes it.
            host: where it was used.
        """
        plain = _known_as(form, self.aliases)
        if plain.kind == "mail" and plain not in self.roots and plain.place in self.aliases:
            plain = _known_as(Form("account", f"{plain.place}\\{plain.name}"), self.aliases)
        if plain.kind == "name":
            local = Form("local", f"{(host or '').lower()}\\{plain.name}")
            if local in self.roots:
                return local
            if plain.name in self.short:
                return self.short[plain.name]
            # A system's own account is another one on each host.
            return local if host and plain.name in _EVERYWHERE else plain
        return self.roots.get(plain, plain)

    def kind(self, form: Form, root: Form) -> str:
        """Whether the account is a person's, a service's or a machine's."""
        both = (form, root)
        if any(each in self.services or _known_as(each, self.aliases) in self.services for each in both):
            return SERVICE
        if any(_is_service(each) for each in both):
            return SERVICE
        is_machine = form.name.endswith("$") or self.shown.get(root, "").endswith("$")
        return MACHINE if is_machine else PERSON


def person_of(identities: Identities, accounts: pa.Array, hosts: pa.Array | None = None) -> pa.Table:
    r"""Who is behind each account, under one name for all its forms.

    Args:
        identities: who is who.
        accounts: text of any form: `DOMAIN\user`, `user@domain`, SID, uid, name.
        hosts: the host on which it was used, for the accounts that are one host's own.

    Returns:
        One row per account. `person` is the name in the inventory, else what the account is called in its domain
        (`domain\name`) or on its host (`host\name`), else the text in lower case; null for nobody. `kind` is one of
        person, service and machine.
    """
    size = len(accounts)
    places = pa.nulls(size, pa.string()) if hosts is None else hosts
    rows = list(zip(accounts.to_pylist(), places.to_pylist(), strict=True))
    known = {(text, host): identities.who(text or "", host) for text, host in dict.fromkeys(rows)}
    people, kinds = ([known[row][at] for row in rows] for at in range(2))
    return pa.table([pa.array(people, pa.string()), pa.array(kinds, pa.string())], SCHEMA)


def _named(root: Form, aliases: Mapping[str, str]) -> str:
    """An account whose identifier is not known, under its domain's shortest name."""
    names = [name for name, domain in aliases.items() if root.kind == "account" and domain == root.place]
    return f"{min(names, key=lambda name: ('.' in name, name))}\\{root.name}" if names else root.value


def _forms(person: Person) -> list[Form]:
    return [form for form in map(form_of, person.accounts) if form is not None]


def _is_service(form: Form) -> bool:
    if form.kind == "sid":
        is_known = form.value in _SERVICE_SIDS or form.value.startswith(_SERVICE_STARTS)
        return is_known or (form.value.startswith("s-1-5-21-") and form.value.endswith(_KRBTGT))
    if form.kind == "uid":
        return int(form.name) < _PEOPLE_FROM or int(form.name) == _NOBODY
    if form.kind in {"name", "local"}:
        return form.name in _OF_LINUX
    return form.place in _OF_WINDOWS or form.name == "krbtgt"


def _domain(sid: Form) -> str:
    return sid.value.rpartition("-")[0]


def _aliases(accounts: Iterable[tuple[Form, Form]]) -> dict[str, str]:
    """Domain -> its identifier, where it has only one: two networks may have domains of one name."""
    return _single((account.place, _domain(sid)) for sid, account in accounts)


def _known_as(form: Form, aliases: Mapping[str, str]) -> Form:
    """An account under its domain's identifier, so that all names of the domain give the same."""
    if form.kind != "account" or form.place not in aliases:
        return form
    return Form("account", f"{aliases[form.place]}\\{form.name}")


def _roots(accounts: Iterable[tuple[Form, Form]], aliases: Mapping[str, str]) -> dict[Form, Form]:
    """Account -> its identifier, where it has only one: a name that was given again is two people's."""
    sids = {sid: sid for sid, _ in accounts}
    return {**sids, **_single((_known_as(account, aliases), sid) for sid, account in accounts)}


def _shown(
    accounts: Iterable[tuple[Form, Form]], roots: Mapping[Form, Form], aliases: Mapping[str, str]
) -> dict[Form, str]:
    """What to call an account: as its domain does in its shortest name."""
    shown: dict[Form, str] = {}
    for sid, account in sorted(accounts, key=lambda pair: ("." in pair[1].place, pair[1].value)):
        plain = _known_as(account, aliases)
        if roots.get(plain, plain) in {sid, plain}:
            shown.setdefault(roots.get(plain, plain), account.value)
    return shown


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _single(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, _Value]:
    """Key -> its value, where it has only one."""
    found: dict[_Key, set[_Value]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return {key: next(iter(values)) for key, values in found.items() if len(values) == 1}
