"""What a command's events are enriched by: the inventory and the databases that the user has."""

from __future__ import annotations

from pathlib import Path

from watchfloor.app.home import Home
from watchfloor.assets.holders import Terms
from watchfloor.assets.inventory import Inventory
from watchfloor.assets.inventory_file import FILE_NAME, read_inventory
from watchfloor.core.settings import Settings
from watchfloor.enrich import asn, city
from watchfloor.enrich.databases import check
from watchfloor.enrich.plugin import Knowledge


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
    own = home / FILE_NAME
    return own if own.exists() else None
