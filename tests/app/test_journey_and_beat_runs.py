"""Impossible travel and beacons from end to end: one result, however the records are cut or come."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import pytest
from kept_alerts import kept, placeless

from watchfloor.app.analyze import Request, analyze
from watchfloor.core.settings import Settings

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
START = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
RULES = """
title: Travel
level: high
logsource: {product: linux, service: sshd}
detection: {sel: {event.action: ssh_login, event.outcome: success}, condition: sel}
behavior: {kind: impossible_travel}
---
title: Sign-in
level: high
logsource: {category: authentication}
detection: {sel: {event.outcome: success, user_agent.os.name|exists: true}, condition: sel}
behavior: {kind: impossible_travel}
---
title: Beacon
level: medium
logsource: {category: proxy}
detection: {sel: {url.domain|exists: true}, condition: sel}
behavior: {kind: periodicity, client: [source.ip], destination: [url.domain], size: http.response.bytes}
"""
# Addresses of the registries' own networks, whose countries will not change: NL, AU, ZA, UY.
PLACES = ("193.0.6.139", "203.119.101.61", "196.216.2.6", "200.3.14.10")


def login(when: dt.datetime, user: str, address: str) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}+00:00 gate sshd[7]: Accepted password for {user} from {address} port 4711 ssh2"


def request(when: dt.datetime, host: str, site: str, size: int) -> str:
    return f"{when.timestamp():.3f}     83 {host} TCP_MISS/200 {size} GET http://{site}/p - HIER_DIRECT/- text/html"


def days() -> tuple[list[str], list[str]]:
    """Log-ins and requests of twelve days.

    People at home, some who are suddenly elsewhere; two beacons among pages; one to a site that everybody asks like
    clockwork, and one to a site that somebody has always known. Tom's telephone has another address each time, and is
    let out at home while he is abroad.
    """
    chance = random.Random(3)
    logins: list[str] = []
    requests: list[str] = []
    for day in range(12):
        morning = START + dt.timedelta(days=day)
        for number, user in enumerate(("ann", "bob", "eve")):
            home = PLACES[number % 2]
            seconds = [chance.randrange(30_000) for _ in range(3)]
            logins.extend(login(morning + dt.timedelta(seconds=each), user, home) for each in seconds)
            if chance.random() < 0.3:
                elsewhere = morning + dt.timedelta(seconds=chance.randrange(30_000))
                logins.append(login(elsewhere, user, chance.choice(PLACES)))
        logins.extend(
            login(morning + dt.timedelta(hours=3 * each), "tom", f"193.0.6.{4 * day + each}") for each in range(3)
        )
        if day > 8:
            logins.append(login(morning + dt.timedelta(hours=4), "tom", PLACES[1]))
        time = morning
        for _ in range(80):
            time += dt.timedelta(seconds=chance.lognormvariate(3.5, 1.2))
            requests.append(request(time, "10.0.0.5", "news.example.org", chance.randrange(9_000)))
        for host, site, period in (("10.0.0.6", "c2.example.net", 120), ("10.0.0.7", "other.example.net", 3600)):
            time = morning
            for _ in range(30 if day > 8 else 0):
                time += dt.timedelta(seconds=period * chance.uniform(0.75, 1.25))
                requests.append(request(time, host, site, 640))
        for number in range(9):
            for call in range(25):
                time = morning + dt.timedelta(seconds=90 * call + number)
                requests.append(request(time, f"10.0.1.{number}", "updates.example.com", 512))
        requests.append(request(morning, "10.0.0.9", "old.example.net", 100))
        beats = [morning + dt.timedelta(seconds=each) for each in range(0, 6000 if day > 8 else 0, 120)]
        requests.extend(request(beat, "10.0.0.8", "old.example.net", 100) for beat in beats)
    return logins, requests


def analyzed(
    place: Path, paths: list[Path], home: Path | None = None, batch_size: int = 50_000, jobs: int = 1
) -> list[dict[str, Any]]:
    settings = Settings(cache_dir=place / "cache", batch_size=batch_size)
    return analyze(
        Request([str(path) for path in paths], [place / "rules"], home=home, jobs=jobs, now=NOW), settings
    ).alerts


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("behaviours")
    (folder / "rules").mkdir()
    (folder / "rules" / "rules.yml").write_text(RULES, "utf-8")
    for name, lines in zip(("auth.log", "access.log"), days(), strict=True):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def once(place: Path) -> list[dict[str, Any]]:
    return analyzed(place, [place / "auth.log", place / "access.log"])


def test_what_is_found(once: list[dict[str, Any]]) -> None:
    told = {(each["rule"]["title"], each["entities"][0]["value"], each["timestamp"][:10]) for each in once}
    assert ("Beacon", "10.0.0.6", "2026-11-11") in told
    assert ("Beacon", "10.0.0.7", "2026-11-11") in told
    assert not [each for each in told if each[1] == "10.0.0.5"], "pages are no beacon"
    assert not [each for each in told if each[1].startswith("10.0.1.")], "everybody asks the site"
    assert ("Beacon", "10.0.0.8", "2026-11-11") not in told, "somebody has known the site for a week"
    travel = [each for each in once if each["rule"]["title"] == "Travel"]
    assert travel
    for each in travel:
        early = each["timestamp"] < "2026-11-09T08"
        if not early:
            assert each["rule"]["level"] == "high", each
        if each["rule"]["level"] != "high":
            assert each["rule"]["level"] == "low"
            assert "without history" in str(each["why"])
    assert {each["rule"]["level"] for each in travel} == {"low", "high"}
    assert not [each for each in told if each[1] == "tom"], "the own telephone"


@pytest.mark.parametrize(("batch_size", "jobs"), [(1_000, 1), (1_000, 2), (61, 1)])
def test_nothing_depends_on_batch_size_or_jobs(
    place: Path, once: list[dict[str, Any]], batch_size: int, jobs: int
) -> None:
    assert analyzed(place, [place / "auth.log", place / "access.log"], batch_size=batch_size, jobs=jobs) == once


def test_mixed_records_in_runs_one_after_the_other(place: Path, once: list[dict[str, Any]], tmp_path: Path) -> None:
    """Records in no order, spread over files that are analysed one by one into one home, and the first one again."""
    home = tmp_path / "home"
    chance = random.Random(4)
    pieces: list[Path] = []
    for name, lines in zip(("auth", "access"), days(), strict=True):
        chance.shuffle(lines)
        for number in range(2):
            pieces.append(tmp_path / f"{name}{number}.log")
            pieces[-1].write_text("".join(f"{line}\n" for line in lines[number::2]), "utf-8")
    chance.shuffle(pieces)
    for piece in (*pieces, pieces[0]):
        analyzed(place, [piece], home, batch_size=300)
    assert placeless(kept(home)) == placeless(once)


def sign_in(when: dt.datetime, user: str, address: str, device: str, browser: str) -> str:
    record = {
        "id": f"{user} {when}",
        "createdDateTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "ipAddress": address,
        "userPrincipalName": f"{user}@example.org",
        "appDisplayName": "Portal",
        "status": {"errorCode": 0},
        "userId": user,
        "appId": "a1",
        "clientAppUsed": "Browser",
        "isInteractive": True,
        "riskState": "none",
        "deviceDetail": {"deviceId": device, "operatingSystem": "Windows10", "browser": browser},
    }
    return json.dumps(record)


@pytest.mark.parametrize(("batch_size", "jobs"), [(50_000, 1), (7, 1), (7, 2)])
def test_sign_ins_of_one_device_are_one_person(place: Path, tmp_path: Path, batch_size: int, jobs: int) -> None:
    """Una's laptop comes out of two countries in turn; Vic's program does, from a device without a name."""
    lines = [
        sign_in(START + dt.timedelta(days=day, hours=hour), user, PLACES[hour], device, f"Edge {140 + day}.0.{hour}")
        for day in range(10)
        for hour in range(2)
        for user, device in (("una", "laptop-1"), ("vic", "laptop-2" if hour == 0 else ""))
    ]
    random.Random(5).shuffle(lines)
    (tmp_path / "signins.json").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    alerts = analyzed(place, [tmp_path / "signins.json"], batch_size=batch_size, jobs=jobs)
    assert {(each["rule"]["title"], each["entities"][0]["value"]) for each in alerts} == {("Sign-in", "vic")}
