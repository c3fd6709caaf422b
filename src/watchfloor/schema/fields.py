"""The declared event fields, read once from `fields.yml`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

import pyarrow as pa
import yaml

from watchfloor.core.errors import SchemaError

REST = "watchfloor.rest"
"""Column of JSON object text: full dotted name -> value, for fields that have no column of their own."""

ARROW_TYPES: dict[str, pa.DataType] = {
    "keyword": pa.string(),
    "text": pa.string(),
    "ip": pa.string(),
    "long": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One declared event field.

    Attributes:
        name: flat dotted ECS or vendor name.
        type: a key of `ARROW_TYPES`.
        level: `core` or `extended` as in ECS, `vendor` for a vendor's own, `watchfloor` for ours.
        meaning: one sentence.
        array: the column is a list of that type.
        related: `ip`, `user`, `hosts` or `hash` when its values also belong to `related.<that>`.
    """

    name: str
    type: str
    level: str
    meaning: str
    array: bool = False
    related: str = ""

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column."""
        scalar = ARROW_TYPES[self.type]
        return pa.list_(scalar) if self.array else scalar


@functools.cache
def declared() -> dict[str, Field]:
    """Every declared field by name, in the file's order.

    Raises:
        SchemaError: `fields.yml` has an entry of the wrong form.
    """
    text = resources.files("watchfloor.schema").joinpath("fields.yml").read_text("utf-8")
    fields: dict[str, Field] = {}
    for name, entry in yaml.load(text, Loader=yaml.CSafeLoader).items():
        try:
            field = Field(name=name, **entry)
        except TypeError as error:
            raise SchemaError(str(error), place=f"fields.yml: {name}") from None
        if field.type not in ARROW_TYPES:
            raise SchemaError(f"unknown type {field.type!r}", place=f"fields.yml: {name}")
        fields[name] = field
    return fields


def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of a column: the declared one, or text for a field that is not declared."""
    field = declared().get(name)
    return field.arrow if field else pa.string()
