"""Log-ons: each attempt once, of every kind of source."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchfloor.app.analyze import Listener, Request
from watchfloor.app.statistics import of_files
from watchfloor.core.clock import moment
from watchfloor.core.settings import Settings
from watchfloor.hunting.activity import activity
from watchfloor.hunting.logons import Logons, logons
from watchfloor.hunting.span import ALWAYS, Span

GOLDEN = Path(__file__).parents[1] / "golden/parsers"
SSHD = """\
Mar  1 10:00:00 web01 sshd[11]: Invalid user oracle from 203.0.113.9 port 4000
Mar  1 10:00:01 web01 sshd[11]: pam_unix(sshd:auth): check pass; user unknown
Mar  1 10:00:01 web01 sshd[11]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9
Mar  1 10:00:03 web01 sshd[11]: Failed password for invalid user oracle from 203.0.113.9 port 4000 ssh2
Mar  1 10:00:06 web01 sshd[11]: Failed password for invalid user oracle from 203.0.113.9 port 4000 ssh2
Mar  1 10:00:07 web01 sshd[11]: Connection closed by invalid user oracle 203.0.113.9 port 4000 [preauth]
Mar  1 10:01:00 key01 sshd[12]: Invalid user admin from 203.0.113.9 port 4001
Mar  1 10:02:00 key01 sshd[13]: Invalid user admin from 203.0.113.9 port 4002
Mar  1 10:02:30 key01 sshd[13]: Connection closed by invalid user admin 203.0.113.9 port 4002 [preauth]
Mar  1 11:00:00 web01 sshd[14]: Accepted publickey for anna from 192.0.2.4 port 4003 ssh2: ED25519 SHA256:abc
Mar  1 11:00:00 web01 sshd[14]: pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)
Mar  1 12:00:00 web01 sshd[14]: pam_unix(sshd:session): session closed for user anna
"""  # noqa: E501 records as they are written
DOVECOT = """\
Mar  1 10:00:00 mail dovecot: imap-login: Login: user=<ben>, method=PLAIN, rip=192.0.2.7, lip=198.51.100.2, mpid=77, TLS, session=<aaaa>
Mar  1 10:04:58 mail dovecot: auth: passwd-file(ben,203.0.113.8,<bbbb>): Password mismatch
Mar  1 10:05:00 mail dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<ben>, method=PLAIN, rip=203.0.113.8, lip=198.51.100.2, TLS, session=<bbbb>
Mar  1 10:06:00 mail dovecot: imap(ben)<77><aaaa>: Logged out in=50 out=900
"""  # noqa: E501 as above


def found_in(folder: Path, *paths: Path, span: Span = ALWAYS) -> list[Logons]:
    request = Request([str(path) for path in paths], (), now=moment("2026-03-02T00:00:00Z"))
    settings = Settings(cache_dir=folder / "cache")
    return of_files(request, settings, Listener(), lambda home: logons(home.lake, span))[0]


def brief(found: list[Logons]) -> set[tuple[str, str, str, str, int, int]]:
    return {(each.user, each.source, each.host, each.type, each.successes, each.failures) for each in found}


def test_an_attempt_over_ssh_counts_once(tmp_path: Path) -> None:
    (tmp_path / "auth.log").write_text(SSHD)
    found = found_in(tmp_path, tmp_path / "auth.log")
    assert brief(found) == {
        ("oracle", "203.0.113.9", "web01", "ssh", 0, 2),
        ("admin", "203.0.113.9", "key01", "ssh", 0, 2),
        ("anna", "192.0.2.4", "web01", "ssh", 1, 0),
    }
    assert [each.failures for each in found] == [2, 2, 0]
    oracle = next(each for each in found if each.user == "oracle")
    assert (f"{oracle.first:%H:%M:%S}", f"{oracle.last:%H:%M:%S}") == ("10:00:00", "10:00:06")


def test_mail_counts_by_its_protocol_and_logging_out_is_no_log_on(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text(DOVECOT)
    assert brief(found_in(tmp_path, tmp_path / "mail.log")) == {
        ("ben", "192.0.2.7", "mail", "imap", 1, 0),
        ("ben", "203.0.113.8", "mail", "imap", 0, 1),
    }


def test_windows_says_how_and_what_a_controller_checks_is_a_type_of_its_own(tmp_path: Path) -> None:
    found = found_in(tmp_path, GOLDEN / "windows.evtx_json/security_logon.json")
    assert {"Kerberos", "NTLM"} <= {each.type for each in found}
    others = [each for each in found if each.type not in {"Kerberos", "NTLM"}]
    assert sum(each.successes for each in others) == 1  # 4624; not 4648, 4634, 4769
    assert sum(each.failures for each in others) == 1  # 4625
    assert sum(each.failures for each in found if each.type == "Kerberos") == 2  # 4768 and 4771
    assert all(each.user and each.user == each.user.lower() for each in found)


def test_clouds_tell_their_log_ons_too(tmp_path: Path) -> None:
    found = found_in(tmp_path, GOLDEN / "cloud.okta/records.json", GOLDEN / "cloud.entra_signin/records.json")
    assert {each.dataset for each in found} == {"cloud.okta", "cloud.entra_signin"}
    assert all(each.source for each in found)
    assert sum(each.failures for each in found) == 3


def test_a_span_cuts_and_nothing_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "auth.log").write_text(SSHD)
    late = Span(moment("2026-03-01T11:00:00Z"), moment("2026-03-01T12:00:00Z"))
    assert {each.user for each in found_in(tmp_path, tmp_path / "auth.log", span=late)} == {"anna"}
    never = Span(moment("2027-01-01T00:00:00Z"))
    assert found_in(tmp_path, tmp_path / "auth.log", span=never) == []


@pytest.mark.parametrize("hostile", ["a'; DROP VIEW events; --", "=cmd|' /C calc'!A0", "x" * 5_000])
def test_names_from_logs_are_values(tmp_path: Path, hostile: str) -> None:
    line = f"Mar  1 10:00:03 web01 sshd[11]: Failed password for {hostile} from 203.0.113.9 port 4000 ssh2\n"
    (tmp_path / "auth.log").write_text(line)
    assert {each.user for each in found_in(tmp_path, tmp_path / "auth.log")} == {hostile.lower()}


def test_every_event_is_of_one_kind(tmp_path: Path) -> None:
    (tmp_path / "auth.log").write_text(SSHD + "Mar  1 12:00:00 web01 nobody knows this\n")
    request = Request([str(tmp_path / "auth.log")], (), now=moment("2026-03-02T00:00:00Z"))
    settings = Settings(cache_dir=tmp_path / "cache")
    found, result = of_files(request, settings, Listener(), lambda home: activity(home.lake))
    assert sum(each.events for each in found) == result.summary.records + result.summary.joined
    assert sum(each.share for each in found) == pytest.approx(1)
    assert [each.events for each in found] == sorted((each.events for each in found), reverse=True)
    failed = next(each for each in found if each.meaning == "ssh login" and each.events == 6)
    assert failed.dataset == "linux.sshd"
    assert failed.first < failed.last


def test_a_channel_is_the_same_in_any_case(tmp_path: Path) -> None:
    text = (GOLDEN / "windows.evtx_json/security_logon.json").read_text()
    (tmp_path / "a.json").write_text(text)
    (tmp_path / "b.json").write_text(text.replace('"Channel":"Security"', '"Channel":"SECURITY"'))
    request = Request([str(tmp_path / name) for name in ("a.json", "b.json")], ())
    settings = Settings(cache_dir=tmp_path / "cache")
    found, _ = of_files(request, settings, Listener(), lambda home: activity(home.lake))
    (failed,) = (each for each in found if each.code == "4625")
    assert (failed.events, failed.channel.lower(), failed.meaning) == (2, "security", "logon failed")
