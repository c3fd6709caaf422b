"""`fields.yml` keeps to its own contract."""

from __future__ import annotations

from collections import Counter
from importlib import resources

from watchfloor.lake.names import Columns
from watchfloor.schema.fields import ARROW_TYPES, declared

ECS = {
    "agent", "client", "cloud", "container", "data_stream", "destination", "device", "dll", "dns", "ecs", "email",
    "error", "event", "faas", "file", "geo", "group", "hash", "host", "http", "interface", "labels", "log",
    "message", "network", "observer", "orchestrator", "organization", "os", "package", "process", "registry",
    "related", "rule", "server", "service", "source", "span", "tags", "threat", "tls", "trace", "transaction",
    "url", "user", "user_agent", "vlan", "vulnerability", "x509",
}  # fmt: skip
"""https://www.elastic.co/docs/reference/ecs/ecs-field-reference"""


def test_every_field_is_well_formed() -> None:
    for field in declared().values():
        assert field.type in ARROW_TYPES, field.name
        assert field.level in {"core", "extended", "vendor", "watchfloor"}, field.name
        assert field.meaning.endswith("."), field.name
        assert field.related in {"", "ip", "user", "hosts", "hash"}, field.name


def test_a_vendors_fields_stand_under_its_prefix() -> None:
    for field in declared().values():
        if field.level == "vendor":
            assert field.name.split(".")[0] not in ECS, field.name


def test_related_fields_have_their_target() -> None:
    for field in declared().values():
        if field.related:
            target = declared()[f"related.{field.related}"]
            assert target.array, field.name


def test_no_two_fields_share_a_column() -> None:
    columns = Columns({})
    names = [columns.physical(name).lower() for name in declared()]
    assert len(set(names)) == len(names)


def test_no_field_is_declared_twice() -> None:
    text = resources.files("watchfloor.schema").joinpath("fields.yml").read_text("utf-8")
    names = [line.split(":", 1)[0].strip('"') for line in text.splitlines() if line and line[0] not in "# "]
    assert [name for name, count in Counter(names).items() if count > 1] == []
