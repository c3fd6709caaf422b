"""The bundled week: the same bytes again, nothing but attacks differs, every line is read, every step has evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.records import RawBatch, Source
from watchfloor.testing.company.companies.brunnhof import COMPANY
from watchfloor.testing.company.generate import ATTACKS, LOGS, Written, generate
from watchfloor.testing.company.score import numbers

READ_BY = {
    "audit.log": {"linux.auditd"},
    "auth.log": {"linux.sshd", "linux.pam", "linux.sudo", "linux.logind"},
    "syslog": {"linux.cron", "linux.systemd"},
    "entra-signins.json": {"cloud.entra_signin"},
    "m365-audit.json": {"cloud.m365_audit"},
    "traffic.log": {"firewall.fortigate"},
    "eve.json": {"ids.suricata_eve"},
    "mail.log": {"mail.postfix", "mail.dovecot"},
    "dhcpd.log": {"dhcp.isc"},
    "unbound.log": {"dns.unbound"},
    "squid-access.log": {"proxy.squid"},
    "openvpn.log": {"linux.openvpn"},
    "nginx-access.log": {"web.nginx_access"},
    "apache-access.log": {"web.apache_access"},
}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return generate(COMPANY, tmp_path_factory.mktemp("with"), seed=1)


@pytest.fixture(scope="module")
def planted(week: Written) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((week.folder / ATTACKS).read_text("utf-8"), yaml.CSafeLoader)
    return found


def lines_of(path: Path) -> list[str]:
    """Without what str.splitlines takes for an end of line: auditd separates by such a character."""
    return path.read_text("utf-8").removesuffix("\n").split("\n")


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def evidence(planted: dict[str, Any]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for attack in planted["attacks"]:
        for step in attack["steps"]:
            for path, lines in step["evidence"].items():
                found.setdefault(path, set()).update(numbers(lines))
    return found


def test_a_seed_gives_the_same_bytes_and_another_seed_others(week: Written, tmp_path: Path) -> None:
    assert week.lines >= 400_000
    again = generate(COMPANY, tmp_path / "again", seed=1)
    assert digests(again.folder) == digests(week.folder)
    other = generate(COMPANY, tmp_path / "other", seed=2)
    assert not set(digests(other.folder / LOGS).values()) & set(digests(week.folder / LOGS).values())


def test_without_attacks_exactly_their_evidence_is_missing(
    week: Written, planted: dict[str, Any], tmp_path: Path
) -> None:
    benign = generate(COMPANY, tmp_path / "benign", seed=1, attacks=False)
    lines = evidence(planted)
    assert benign.lines == week.lines - sum(len(each) for each in lines.values())
    for path in sorted((week.folder / LOGS).rglob("*")):
        if path.is_file():
            name = str(path.relative_to(week.folder / LOGS))
            kept = [line for at, line in enumerate(lines_of(path)) if at not in lines.get(name, ())]
            assert kept == lines_of(benign.folder / LOGS / name), name


def test_each_step_has_evidence_and_begins_after_the_one_before(planted: dict[str, Any]) -> None:
    assert {attack["expected"] for attack in planted["attacks"]} == {"incident", "low"}
    for attack in planted["attacks"]:
        steps = attack["steps"]
        assert all(step["evidence"] and step["entities"] for step in steps)
        moments = [dt.datetime.fromisoformat(step["at"]) for step in steps]
        assert moments == sorted(moments)


def test_two_attacks_go_on_at_the_same_time_behind_one_address(week: Written, planted: dict[str, Any]) -> None:
    spans, exits = {}, {}
    lines = lines_of(week.folder / LOGS / "fw01/traffic.log")
    for attack in planted["attacks"]:
        at = [number for step in attack["steps"] for number in numbers(step["evidence"].get("fw01/traffic.log", ()))]
        own = [lines[number] for number in at if 'trandisp="snat"' in lines[number]]
        spans[attack["id"]] = (at[0], at[-1]) if at else None
        exits[attack["id"]] = {line.partition("transip=")[2].partition(" ")[0] for line in own}
    assert exits["shop"] == exits["workstation"] == {"203.0.113.2"}
    assert spans["shop"]
    assert spans["workstation"]
    assert spans["shop"][0] < spans["workstation"][1]
    assert spans["workstation"][0] < spans["shop"][1]


def test_every_kind_of_line_is_read_by_the_parser_of_its_product(week: Written, planted: dict[str, Any]) -> None:
    told = evidence(planted)
    for path in sorted((week.folder / LOGS).rglob("*")):
        if not path.is_file():
            continue
        name = str(path.relative_to(week.folder / LOGS))
        lines = lines_of(path)
        chosen = sorted({*range(0, len(lines), max(len(lines) // 400, 1)), *sorted(told.get(name, ()))[:300]})
        source = Source(name, name, reference=week.end, reference_kind="now")
        table = parse_records(RawBatch.of(source, [lines[at] for at in chosen]), wanted=frozenset()).table
        assert "pipeline_error" not in table["event.kind"].to_pylist(), name
        wanted = READ_BY.get(path.name, {"windows.nxlog"})
        assert set(table["event.dataset"].to_pylist()) <= wanted, name


def test_the_night_in_which_clocks_go_back_has_an_hour_more(week: Written) -> None:
    lines = lines_of(week.folder / LOGS / "web01/nginx-access.log")
    night = [line.partition("[")[2].partition("]")[0] for line in lines if "[25/Oct/2026:02:" in line]
    assert {moment[-5:] for moment in night} == {"+0200", "+0100"}
    assert [moment[-5:] for moment in night] == sorted((moment[-5:] for moment in night), reverse=True)
