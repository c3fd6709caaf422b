r"""The inventory's person, service or computer behind an account at the time of the event: its name and purpose.

People are listed as `DOMAIN\user`, `user@domain`, mail address, SID or name alone, while records tell the parts in
fields of their own. The identifier is the surest: it is given once only.
"""

from __future__ import annotations

from watchfloor.assets.inventory import Inventory
from watchfloor.enrich._accounts import Claims, accounts, identified, numbered, pairs, places
from watchfloor.enrich.plugin import Answers, Distinct, Enrichment, Knowledge, Questions

_NAME, _DOMAIN, _ID, _MAIL = range(4)


def _has_accounts(knowledge: Knowledge) -> bool:
    return bool(knowledge.inventory.people or knowledge.inventory.hosts)


def _accounts(asked: Questions) -> Answers:
    inventory = asked.knowledge.inventory

    def listed(distinct: Distinct) -> Claims:
        return inventory.claimed_accounts(distinct.values.to_pylist())

    named, picked = pairs(numbered(asked, _NAME), numbered(asked, _DOMAIN))
    forms = (
        inventory.claimed_accounts([f"{domain}\\{name}" if domain else "" for name, domain in named])[picked],
        inventory.claimed_accounts([f"{name}@{domain}" if domain else "" for name, domain in named])[picked],
    )
    people = (identified(asked, _ID), *forms, asked.each(listed, _MAIL), asked.each(listed, _NAME))
    computers = asked.each(lambda distinct: _computers(inventory, distinct), _NAME)
    ways = [(claims, inventory.account_holder) for claims in people]
    return accounts(asked, [*ways, (computers, lambda claim, at: inventory.holder("host", claim, at))])


def _computers(inventory: Inventory, distinct: Distinct) -> Claims:
    """The account of a Windows computer is the computer's name and a dollar sign."""
    names = distinct.values.to_pylist()
    return inventory.claimed("host", [name.removesuffix("$") if name.endswith("$") else "" for name in names])


ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=places("user.name", "user.domain", "user.id", "user.email"),
    answer=_accounts,
    needed=_has_accounts,
    dated=True,
)
