"""What a company knows of its own: the inventory that it would have written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from watchfloor.testing.company.products.windows import Account
from watchfloor.testing.company.world import World

Zone = tuple[str, str, str]
"""Network, name, and role; empty where it has none."""


def inventory(
    there: World,
    *,
    gateways: Sequence[dict[str, Any]],
    zones: Sequence[Zone],
    copies: Account,
    programs: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The content of inventory.yml: every machine that is the company's own, its networks, and all accounts by person.

    Args:
        there: the company.
        gateways: entries of machines that stand for others.
        zones: its networks.
        copies: the account that copies the directory by right.
        programs: entries of accounts of programs that are not of the domain.
    """
    hosts = [*_servers(there), *gateways, *_fixed(there), *_workstations(there)]
    networks = [{"cidr": cidr, "zone": zone} | ({"roles": [role]} if role else {}) for cidr, zone, role in zones]
    return {"hosts": hosts, "networks": networks, "people": [*_people(there), *_accounts(there, copies), *programs]}


def _servers(there: World) -> Iterator[dict[str, Any]]:
    for machine in dict.fromkeys(there.names.servers.values()):
        entry: dict[str, Any] = {
            "name": f"{machine.name}.{there.names.domain}",
            "addresses": [machine.address],
            "macs": [machine.mac],
            "roles": list(machine.roles),
        }
        yield entry | ({"criticality": machine.criticality} if machine.criticality else {})


def _fixed(there: World) -> Iterator[dict[str, Any]]:
    for each in there.machines:
        if each.kind in {"printer", "telephone"}:
            name = f"{each.name}.{there.names.domain}"
            yield {"name": name, "addresses": [each.address], "macs": [each.mac]}


def _workstations(there: World) -> Iterator[dict[str, Any]]:
    for each in there.machines:
        if "workstation" in each.roles:
            yield {"name": f"{each.name}.{there.names.domain}", "macs": [each.mac], "roles": ["workstation"]}


def _people(there: World) -> Iterator[dict[str, Any]]:
    for each in there.staff:
        accounts = _forms(there, there.account(each))
        if each.admin:
            accounts += _forms(there, there.account(each, admin=True))
        yield {"name": each.name, "accounts": accounts}


def _accounts(there: World, copies: Account) -> Iterator[dict[str, Any]]:
    for program in dict.fromkeys((*there.names.services.values(), *there.names.roastable)):
        roles = ["service_account"] + ["directory_sync"] * (program == copies)
        yield {"name": program.name, "accounts": _forms(there, program), "roles": roles}


def _forms(there: World, account: Account) -> list[str]:
    """An account as logs write it: alone, with the Windows domain, as a mail address, and as a SID."""
    names = there.names
    sid = there.products.windows.sid(account)
    return [account.name, f"{names.netbios}\\{account.name}", f"{account.name}@{names.domain}", sid]
