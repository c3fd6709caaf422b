"""One entry of an inventory as its file has it: texts by key, with its line."""

from __future__ import annotations

from dataclasses import dataclass, field

SECTIONS = {"hosts": "host", "networks": "network", "people": "person"}
"""Key of the YAML file -> `kind` in a CSV file."""


@dataclass(slots=True)
class Entry:
    """One host, network or person.

    Attributes:
        kind: `host`, `network` or `person`.
        place: `file:line`.
        values: key -> its texts, none of them empty; no texts for a key whose values are none, which has been told.
        sound: whether nothing was told of it.
    """

    kind: str
    place: str
    values: dict[str, list[str]] = field(default_factory=dict)
    sound: bool = True
