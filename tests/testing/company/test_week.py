"""The bundled weeks: the same bytes again, nothing but attacks differs, every line is read, every step has evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.records import RawBatch, Source
from watchfloor.testing.company.companies.bundled import COMPANIES
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.generate import ATTACKS, LOGS, Written, generate
from watchfloor.testing.company.products import iis, proxysg
from watchfloor.testing.company.products.windows_services import DHCP_HEADER
from watchfloor.testing.company.score import numbers

READ_BY = {
    "audit.log": {"linux.auditd"},
    "auth.log": {"linux.sshd", "linux.pam", "linux.sudo", "linux.logind"},
    "syslog": {"linux.cron", "linux.systemd", "linux.syslog"},
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
    "asa.log": {"firewall.cisco_asa"},
    "secure": {"linux.sshd", "linux.pam", "linux.sudo", "linux.logind"},
    "messages": {"linux.cron", "linux.systemd", "linux.logind", "linux.syslog"},
    "dns.log": {"dns.windows_debug"},
    "DhcpSrvLog.log": {"dhcp.windows_audit"},
    "u_ex.log": {"web.iis"},
    "haproxy.log": {"web.haproxy"},
    "httpd-access.log": {"web.apache_access"},
    "exim-mainlog": {"mail.exim"},
    "dovecot.log": {"mail.dovecot"},
    "roundcube-sendmail.log": {"mail.roundcube"},
    "roundcube-userlogins.log": {"mail.roundcube"},
    "alert_fast.txt": {"ids.snort_fast"},
    "conn.log": {"zeek.conn"},
    "ssl.log": {"zeek.ssl"},
    "http.log": {"zeek.http"},
    "files.log": {"zeek.files"},
    "main.log": {"proxy.bluecoat"},
    "google-drive.json": {"cloud.google_workspace"},
    "okta-system.json": {"cloud.okta"},
}
HEADERS = {"DhcpSrvLog.log": DHCP_HEADER, "u_ex.log": iis.HEADER, "main.log": proxysg.HEADER}
EXITS = {
    "brunnhof": ("fw01/traffic.log", r'trandisp="snat" transip=(\S+)', "shop", "workstation", "203.0.113.2"),
    "marlowe": (
        "akl-asa01/asa.log", r"Built outbound \w+ connection \d+ for outside:.*\((\S+)/\d+\)$",
        "tracking", "laptop", "198.51.100.18",
    ),
}  # fmt: skip
"""The firewall's log, the address that stands outside for others, two attacks, and the address."""
NIGHTS = {
    "brunnhof": ("web01/nginx-access.log", "25/Oct/2026", ["+0200", "+0100"]),
    "marlowe": ("akl-trk01/httpd-access.log", "27/Sep/2026", []),
}
"""A log that says how far it is from UTC, a date, and how far it is then between two and three, in order."""
GAPS = {
    "brunnhof": ("windows/fs01.json", r'"EventTime":"([^"+]+)', "2026-10-24 11:20", "2026-10-24 17:45"),
    "marlowe": ("windows/chc-fs02.json", r'"@timestamp":"([^"]+)', "2026-09-25T20:00", "2026-09-26T00:40"),
}
"""A log, its moments, and from when to when there are none: nothing arrived, or there was no power."""
WINDOWS = {"brunnhof": {"windows.nxlog"}, "marlowe": {"windows.winlogbeat"}}


@pytest.fixture(scope="module", params=sorted(COMPANIES))
def company(request: pytest.FixtureRequest) -> Company:
    return COMPANIES[request.param]


@pytest.fixture(scope="module")
def week(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return generate(company, tmp_path_factory.mktemp("with"), seed=1)


@pytest.fixture(scope="module")
def planted(week: Written) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((week.folder / ATTACKS).read_text("utf-8"), yaml.CSafeLoader)
    return found


def lines_of(path: Path) -> list[str]:
    """Without what str.splitlines takes for an end of line: auditd separates by such a character."""
    return path.read_text("utf-8").removesuffix("\n").split("\n")


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def evidence(planted: dict[str, Any]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for attack in planted["attacks"]:
        for step in attack["steps"]:
            for path, lines in step["evidence"].items():
                found.setdefault(path, set()).update(numbers(lines))
    return found


def test_a_seed_gives_the_same_bytes_and_another_seed_others(company: Company, tmp_path: Path) -> None:
    """Of attacks; that benign lines are the same again is what the next test sees."""
    alone = replace(company, life=lambda _: None)
    once, again, other = (
        digests(generate(alone, tmp_path / name, seed=seed).folder) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert once == again
    assert once != other


def test_without_attacks_exactly_their_evidence_is_missing(
    company: Company, week: Written, planted: dict[str, Any], tmp_path: Path
) -> None:
    benign = generate(company, tmp_path / "benign", seed=1, attacks=False)
    lines = evidence(planted)
    assert week.lines >= 400_000
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


def test_two_attacks_go_on_at_the_same_time_behind_one_address(
    company: Company, week: Written, planted: dict[str, Any]
) -> None:
    path, translated, one, two, outside = EXITS[company.name]
    spans, exits = {}, {}
    lines = lines_of(week.folder / LOGS / path)
    for attack in planted["attacks"]:
        at = [number for step in attack["steps"] for number in numbers(step["evidence"].get(path, ()))]
        found = [re.search(translated, lines[number]) for number in at]
        spans[attack["id"]] = (min(at, default=-1), max(at, default=-1))
        exits[attack["id"]] = {each[1] for each in found if each}
    assert exits[one] == exits[two] == {outside}
    (begins, ends), (other_begins, other_ends) = spans[one], spans[two]
    assert begins < other_ends
    assert other_begins < ends


def test_every_kind_of_line_is_read_by_the_parser_of_its_product(
    company: Company, week: Written, planted: dict[str, Any]
) -> None:
    told = evidence(planted)
    for path in sorted((week.folder / LOGS).rglob("*")):
        if not path.is_file() or not path.stat().st_size:
            continue
        name = str(path.relative_to(week.folder / LOGS))
        lines = lines_of(path)
        first = len(HEADERS.get(path.name, ()))
        chosen = sorted({*range(first, len(lines), max(len(lines) // 400, 1)), *sorted(told.get(name, ()))[:300]})
        source = Source(name, name, reference=week.end, reference_kind="now")
        table = parse_records(RawBatch.of(source, [lines[at] for at in chosen]), wanted=frozenset()).table
        assert "pipeline_error" not in table["event.kind"].to_pylist(), name
        wanted = READ_BY.get(path.name, WINDOWS[company.name])
        assert set(table["event.dataset"].to_pylist()) <= wanted, name


def test_the_night_in_which_clocks_are_changed_has_an_hour_more_or_less(company: Company, week: Written) -> None:
    path, date, twice = NIGHTS[company.name]
    lines = lines_of(week.folder / LOGS / path)
    moment = re.compile(rf"\[{date}:(\d\d):\d\d:\d\d ([+-]\d{{4}})\]")
    shown = [found for line in lines if (found := moment.search(line))]
    assert list(dict.fromkeys(each[2] for each in shown if each[1] == "02")) == twice
    assert len(dict.fromkeys(each[2] for each in shown)) == 2
    assert [each[2] for each in shown] == sorted((each[2] for each in shown), reverse=twice != [])


def test_a_log_has_a_gap_where_nothing_arrived_or_nothing_ran(company: Company, week: Written) -> None:
    path, moment, start, end = GAPS[company.name]
    found = [re.findall(moment, line)[0] for line in lines_of(week.folder / LOGS / path)]
    assert any(start[:10] <= each < start for each in found)
    assert not [each for each in found if start <= each < end]
    assert any(end <= each for each in found)
