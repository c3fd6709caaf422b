"""The first look: right about what there is, quick, and quiet about what it cannot read."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest
from attack_day import ATTACK_DAY

from watchfloor.app import recognition
from watchfloor.app.analyze import Listener, Request, analyze
from watchfloor.app.recognition import Recognised, recognise
from watchfloor.app.rules import load_rules, rule_roots
from watchfloor.app.summary import UNPARSED
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import RuleSet
from watchfloor.sources.files import plan

LINE = "{stamp} web01 sshd[7]: Failed password for root from 203.0.113.9 port 4711 ssh2\n"
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return load_rules(rule_roots([], builtin=True), tmp_path_factory.mktemp("cache"))


def look(rules: RuleSet, *paths: Path, seconds: float = 60) -> Recognised:
    return recognise(plan([str(path) for path in paths]), rules, dt.UTC, None, "", seconds)


def log(path: Path, minutes: int) -> Path:
    stamps = (START + dt.timedelta(minutes=at) for at in range(minutes))
    path.write_text("".join(LINE.format(stamp=stamp.isoformat()) for stamp in stamps))
    return path


def test_the_end_of_a_long_file_is_seen_too(rules: RuleSet, tmp_path: Path) -> None:
    found = look(rules, log(tmp_path / "auth.log", 5_000))
    assert found.formats == {"linux.sshd": 1}
    assert (found.first, found.last) == (START, START + dt.timedelta(minutes=4_999))


def test_only_rules_over_what_was_seen_have_data(rules: RuleSet, tmp_path: Path) -> None:
    found = look(rules, log(tmp_path / "auth.log", 10))
    assert 0 < found.with_data < found.rules <= len(rules.every)
    everything = look(rules, ATTACK_DAY)
    assert everything.with_data > found.with_data
    assert set(everything.formats) >= {"web.nginx_access", "windows.evtx_json", "linux.sshd"}


def test_what_cannot_be_read_is_left_to_the_run(rules: RuleSet, tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 300)
    (tmp_path / "words.txt").write_text("these are words\n" * 50)
    (tmp_path / "empty.log").write_text("")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b\x08\x00nonsense")
    found = look(rules, tmp_path)
    assert set(found.formats) <= {UNPARSED}
    assert found.files == found.looked_at == 4
    assert found.with_data == 0
    gone = plan([str(log(tmp_path / "auth.log", 3))])
    (tmp_path / "auth.log").unlink()
    assert recognise(gone, rules, dt.UTC, None, "").formats == {}


def test_many_files_are_sampled_and_time_is_bounded(rules: RuleSet, tmp_path: Path) -> None:
    for number in range(90):
        log(tmp_path / f"{number:03}.log", 2)
    found = look(rules, tmp_path)
    assert found.files == 90
    assert found.looked_at == found.formats["linux.sshd"] == 40
    assert look(rules, tmp_path, seconds=-1).looked_at == 0


def test_nobody_looks_where_nobody_listens(tmp_path: Path) -> None:
    path = log(tmp_path / "auth.log", 3)
    heard: list[Recognised] = []
    settings = Settings(cache_dir=tmp_path / "cache")
    request = Request([str(path)], rule_roots([], builtin=True))
    assert "first look" not in analyze(request, settings).summary.stages
    assert "first look" in analyze(request, settings, Listener(recognised=heard.append)).summary.stages
    assert [found.looked_at for found in heard] == [1]


def test_a_large_file_is_looked_at_only_when_it_is_plain_text(
    rules: RuleSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "_LARGE", 10)
    text = log(tmp_path / "auth.log", 10)
    (tmp_path / "auth.log.gz").write_bytes(gzip.compress(text.read_bytes()))
    found = look(rules, tmp_path)
    assert found.looked_at == found.formats["linux.sshd"] == 1
