"""What a command's events are enriched by: the inventory and the databases that the user has."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfloor.app.home import Home
from watchfloor.assets.holders import Terms
from watchfloor.assets.inventory import Inventory
from watchfloor.assets.inventory_file import FILE_NAME, read_inventory
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.enrich import asn, city
from watchfloor.enrich.databases import check
from watchfloor.enrich.plugin import Knowledge
from watchfloor.policy import policy as policies

_OTHER_FORM = "inventory.csv"
"""Where a home has its inventory in the other form that an inventory may have."""


def load_knowledge(settings: Settings, inventory: Path | None, home: Path | None) -> Knowledge:
    """What the settings name, looked at so that a wrong file is told before the work begins.

    Raises:
        UsageError: a file cannot be read or is something else.
    """
    if settings.city_database is not None:
        check(settings.city_database, city.part, "cities or countries")
    if settings.asn_database is not None:
        check(settings.asn_database, asn.part, "autonomous systems")
    return Knowledge(load_inventory(settings, inventory, home), settings.city_database, settings.asn_database)


def load_inventory(settings: Settings, given: Path | None, home: Path | None) -> Inventory:
    """The inventory that is given, set or in the home; an empty one where there is none.

    Raises:
        UsageError: it cannot be read or is something else.
    """
    path = inventory_path(settings, given, home)
    return read_inventory(path) if path else Inventory.empty()


def home_inventory(home: Home) -> Inventory:
    """The inventory of an open home; see `load_inventory`."""
    return load_inventory(Settings.from_environment(), None, home.path)


def home_terms(home: Home) -> Terms:
    """What the settings and the inventory of an open home say of the devices of addresses."""
    return Terms.of(Settings.from_environment(), home_inventory(home))


def inventory_path(settings: Settings, given: Path | None, home: Path | None) -> Path | None:
    """The file given, else the one of the settings, else the one in the home if there is one."""
    named = given or settings.inventory
    if named is not None or home is None:
        return named
    return _own(home, (FILE_NAME, _OTHER_FORM))


def keep(home: Path, inventory: Path | None, policy: Path | None) -> Iterator[str]:
    """Copy what a run was given into a home that has none of its own, so that later commands there go by the same.

    Without it, a merge of two incidents would judge all anew as if nobody knew a server or a maintenance window.

    Args:
        home: that was filled.
        inventory: the file that the run was given; None where it was given none.
        policy: the same of the policy.

    Returns:
        A sentence for each file of the home that says something else than the given one.

    Raises:
        UsageError: a file cannot be read or written.
    """
    csv = inventory is not None and inventory.suffix.lower() == ".csv"
    names = (_OTHER_FORM, FILE_NAME) if csv else (FILE_NAME, _OTHER_FORM)
    for given, here in ((inventory, names), (policy, (policies.FILE_NAME,))):
        if given is None:
            continue
        own = _own(home, here)
        try:
            content = given.read_bytes()
            if own is None:
                _write(home / here[0], content)
            elif own.read_bytes() != content:
                yield f"{given} was for this run only: later commands go by {own}, which differs"
        except OSError as error:
            raise UsageError(f"cannot be kept: {error.strerror}", place=str(given)) from error


def _own(home: Path, names: Sequence[str]) -> Path | None:
    return next((own for name in names if (own := home / name).exists()), None)


def _write(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.stem}-", suffix=".tmp", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
