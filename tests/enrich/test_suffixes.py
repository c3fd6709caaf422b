"""The parts of names against the library that reads the list, asked for each whole name."""

import random
from pathlib import Path

import publicsuffixlist
import pytest

from watchfloor.enrich import domain

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


def test_every_rule_of_the_list_holds() -> None:
    assert len(RULES) > 5_000
    for rule in RULES:
        for form in (each for each in {rule, encoded(rule)} if each is not None):
            for name in (form.replace("*", "any"), f"www.{form}".replace("*", "any"), f"a.b.{form}".replace("*", "x")):
                if "." in name:
                    assert domain.parts(name)[2] == expected(name), name


def test_names_of_labels_from_the_list() -> None:
    chosen = random.Random(5)
    labels = [*sorted({label for rule in RULES for label in rule.split(".")} - {"*"}), "example", "www", "a1"]
    for _ in range(20_000):
        name = ".".join(chosen.choice(labels) for _ in range(chosen.randrange(2, 6)))
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
