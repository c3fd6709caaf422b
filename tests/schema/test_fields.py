"""`fields.yml` keeps to its own contract."""

from __future__ import annotations

from watchfloor.lake.names import Columns
from watchfloor.schema.fields import ARROW_TYPES, declared

OWN = {
    "winlog",
    "watchfloor",
    "nginx",
    "apache",
    "login",
    "logind",
    "pam",
    "shadow",
    "sshd",
    "su",
    "sudo",
    "syslog",
    "gcp",
    "okta",
    "snort",
    "zeek",
}


def test_every_field_is_well_formed() -> None:
    for field in declared().values():
        assert field.type in ARROW_TYPES, field.name
        assert field.level in {"core", "extended", "vendor", "watchfloor"}, field.name
        assert field.meaning.endswith("."), field.name
        assert field.meaning[0].isupper() or field.meaning.split()[0] in {
            "success,",
            "event,",
            "ipv4",
            "uid",
            "ingress,",
        }
        assert field.related in {"", "ip", "user", "hosts", "hash"}, field.name


def test_a_vendors_fields_stand_under_its_prefix() -> None:
    for field in declared().values():
        if field.level == "vendor":
            assert field.name.split(".")[0] in OWN, field.name


def test_related_fields_have_their_target() -> None:
    for field in declared().values():
        if field.related:
            target = declared()[f"related.{field.related}"]
            assert target.array, field.name


def test_no_two_fields_share_a_column() -> None:
    columns = Columns({})
    names = [columns.physical(name).lower() for name in declared()]
    assert len(set(names)) == len(names)
