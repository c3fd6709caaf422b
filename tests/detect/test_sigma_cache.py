"""The cache of compiled rules: it saves parsing and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from rule_documents import GOOD, text

from watchfloor.detect.sigma import Context, RuleSet

# --- the cache


def folder_of(sigma: Any, *rules: Any) -> Path:
    return Path(sigma.load(*rules).rules[0].path.parent)


def test_a_warm_cache_gives_the_same_without_parsing(
    sigma: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cache = folder_of(sigma, GOOD, "title: ["), tmp_path / "home" / "cache"
    cold = RuleSet.load([folder], cache_dir=cache)

    def refuse(*_: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr("watchfloor.detect.sigma.parse.parse_file", refuse)
    warm = RuleSet.load([folder], cache_dir=cache)
    assert warm.problems == cold.problems
    assert warm.fields == cold.fields
    assert [(rule.id, rule.compiled, rule.tags) for rule in warm.rules] == [
        (rule.id, rule.compiled, rule.tags) for rule in cold.rules
    ]


def test_a_changed_file_is_compiled_anew(sigma: Any, tmp_path: Path) -> None:
    folder, cache = folder_of(sigma, GOOD), tmp_path / "cache"
    RuleSet.load([folder], cache_dir=cache)
    (folder / "0000.yml").write_text(text(title="Changed"), "utf-8")
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Changed"]


def test_placeholders_have_their_own_cache(sigma: Any, tmp_path: Path) -> None:
    rule = sigma.rule({"sel": {"User|expand": "%n%"}, "condition": "sel"})
    folder = Path(sigma.load(rule).problems[0].path.parent)
    for values in (["a"], ["b"]):
        rules = RuleSet.load([folder], cache_dir=tmp_path / "cache", context=Context({"n": values}))
        assert f'"{values[0]}"' in rules.rules[0].compiled


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "nonsense", "other version", "directory"])
def test_a_damaged_cache_is_rebuilt(sigma: Any, tmp_path: Path, damage: str) -> None:
    folder, cache = folder_of(sigma, GOOD), tmp_path / "cache"
    RuleSet.load([folder], cache_dir=cache)
    (store,) = cache.iterdir()
    data = store.read_bytes()
    changed = {
        "truncate": data[:-7],
        "flip": data.replace(b"Good", b"Evil"),
        "empty": b"",
        "nonsense": os.urandom(100),
        "other version": data.replace(b"cache ", b"cache 9", 1),
    }
    if damage == "directory":
        store.unlink()
        store.mkdir()
    else:
        store.write_bytes(changed[damage])
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Good"]
    if damage != "directory":
        assert store.read_bytes() == data


def test_the_cache_is_private_and_one_that_others_can_write_is_ignored(sigma: Any, tmp_path: Path) -> None:
    folder, cache = folder_of(sigma, GOOD), tmp_path / "cache"
    RuleSet.load([folder], cache_dir=cache)
    (store,) = cache.iterdir()
    assert store.stat().st_mode & 0o077 == 0
    assert cache.stat().st_mode & 0o077 == 0
    body = store.read_bytes().partition(b"\n")[2].replace(b"Good", b"Evil")
    from watchfloor.detect.sigma import cache as module  # noqa: PLC0415 - only this test reaches inside

    store.write_bytes(module._header(body) + b"\n" + body)
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Evil"]
    store.chmod(0o666)
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Good"]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(sigma: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    folder = folder_of(sigma, GOOD)
    assert len(RuleSet.load([folder], cache_dir=tmp_path / "file" / "cache").rules) == 1
