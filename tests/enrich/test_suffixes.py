"""The parts of names against the library that reads the list, asked for each whole name."""

import random
from pathlib import Path

import numpy as np
import publicsuffixlist
import pyarrow as pa
import pytest

from watchfloor.enrich import domain
from watchfloor.enrich.plugin import Knowledge, Questions

LIST = publicsuffixlist.PublicSuffixList()
RULES = sorted(
    {
        line.partition(" ")[0].strip().lower().lstrip("!")
        for line in Path(publicsuffixlist.PSLFILE).read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("//")
    }
)


def encoded(rule: str) -> str | None:
    try:
        return rule.encode("idna").decode()
    except UnicodeError:
        return None


def expected(name: str) -> str | None:
    return LIST.publicsuffix(name)


def of_labels(count: int, longest: int) -> list[str]:
    """Names of labels from the list."""
    chosen = random.Random(5)
    labels = [*sorted({label for rule in RULES for label in rule.split(".")} - {"*"}), "example", "www", "a1"]
    return [".".join(chosen.choice(labels) for _ in range(chosen.randrange(2, longest + 1))) for _ in range(count)]


def test_many_names_at_once_have_the_parts_that_each_has() -> None:
    names = [
        name.replace("*", "any") for rule in RULES for name in (rule, f"www.{rule}", f"a.b.{rule}", f"a.b.c.{rule}")
    ]
    names += of_labels(20_000, 9)
    names += [
        "",
        ".",
        "localhost",
        "a.b.",
        "a.b..",
        "WWW.EXAMPLE.COM",
        "\u212a.com",
        "\u0130.com",
        "a.com\n",
        "a b.com",
    ]
    names += ["192.0.2.1", "a.1", "xn--a.com", "_x._tcp.example.co.uk", "-.-", "a..b", "*.ck", f"{'a' * 64}.com"]
    names += [".".join("a" * labels) for labels in (5, 126, 127, 128)]
    names = list(dict.fromkeys(names))
    found = domain.ENRICHMENT.answer(Questions((pa.array(names),), np.zeros(len(names), np.int64), Knowledge()))
    columns = (found[part].to_pylist() for part in ("registered_domain", "subdomain", "top_level_domain"))
    for name, *parts in zip(names, *columns, strict=True):
        assert tuple(parts) == domain.parts(name), name


def test_every_rule_of_the_list_holds() -> None:
    assert len(RULES) > 5_000
    for rule in RULES:
        for form in (each for each in {rule, encoded(rule)} if each is not None):
            for name in (form.replace("*", "any"), f"www.{form}".replace("*", "any"), f"a.b.{form}".replace("*", "x")):
                if "." in name:
                    assert domain.parts(name)[2] == expected(name), name


def test_names_of_labels_from_the_list() -> None:
    for name in of_labels(20_000, 5):
        if name.rpartition(".")[2].isdigit():  # an address, not a name
            continue
        assert domain.parts(name)[2] == expected(name), name


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("mail.example.co.uk", "co.uk"),
        ("www.ck", "ck"),
        ("x.other.ck", "other.ck"),
        ("a.github.io", "github.io"),
        ("host.unknown-suffix", "unknown-suffix"),
        ("x.公司.cn", "公司.cn"),
        ("x.xn--55qx5d.cn", "xn--55qx5d.cn"),
        (f"{'a.' * 30}example.com", "com"),
    ],
)
def test_names(name: str, suffix: str) -> None:
    assert domain.parts(name)[2] == suffix
