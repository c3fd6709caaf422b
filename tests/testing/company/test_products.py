"""The second company's products: each line is read by the parser meant for it, with its moment and who and whence."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watchfloor.app.parse import parse_paths
from watchfloor.testing.company.clock import DAY, MINUTE, SECOND, Clock
from watchfloor.testing.company.internet import NETWORKS, place
from watchfloor.testing.company.logs import Log, Trail
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products import iis, proxysg, windows_services
from watchfloor.testing.company.products.cisco import AnyConnect, Asa
from watchfloor.testing.company.products.exim import EximDovecot, Roundcube
from watchfloor.testing.company.products.haproxy import Haproxy
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.products.okta_google import OktaGoogle
from watchfloor.testing.company.products.rocky import RockyLinux
from watchfloor.testing.company.products.sysmon import Program, Sysmon
from watchfloor.testing.company.products.web import AccessLog
from watchfloor.testing.company.products.windows import Account, Windows
from watchfloor.testing.company.products.winlogbeat import Winlogbeat
from watchfloor.testing.company.products.zeek import Sensor, Watched

ZONE = "Pacific/Auckland"
AT = int(dt.datetime(2026, 9, 26, 11, 14, 7, 250_000, ZoneInfo(ZONE)).timestamp() * SECOND)
"""In the last hours before clocks go forward."""
STRANGER, NEAR, SITE = "41.58.3.9", "172.20.10.31", "151.101.65.140"
Event = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Logs to write into, and what is read from them."""

    folder: Path
    trail: Trail

    def log(self, path: str, zone: str = ZONE, header: tuple[str, ...] = ()) -> Log:
        return self.trail.log(path, Clock(zone), header=header)

    def read(self, path: str) -> list[Event]:
        """The events of a file: all lines but the header, each understood and of a moment near `AT`."""
        self.trail.write(self.folder, AT - DAY, AT + DAY)
        found = parse_paths([str(self.folder / path)], None, ZoneInfo(ZONE), _moment(AT + DAY), "", 1000)
        header = len(self.trail.logs[path].header)
        events = [event for event in found.events if int(event["log.line"]) >= header]
        assert not found.problems
        assert events
        for event in events:
            assert event["event.kind"] != "pipeline_error", event
            at = dt.datetime.fromisoformat(str(event["@timestamp"]))
            assert abs(at - _moment(AT)) <= dt.timedelta(minutes=40), event
        return events


def _moment(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / SECOND, dt.UTC)


def _seen(events: list[Event], *names: str) -> set[tuple[Any, ...]]:
    return {tuple(event.get(name) for name in names) for event in events}


def _read_by(events: list[Event]) -> set[Any]:
    return {event.get("event.dataset") for event in events}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, Trail())


def _mail(bench: Bench) -> EximDovecot:
    logs = bench.log("mainlog"), bench.log("dovecot.log")
    return EximDovecot(*logs, Random(1), host="mail", domain="firm.example", address="172.20.2.25")


def test_exim_and_dovecot_speak_of_the_same_mail(bench: Bench) -> None:
    mail = _mail(bench)
    mail.received(AT, "mx.partner.example", SITE, "a@partner.example", ["ann"])
    mail.forwarded(AT + SECOND, "ann", Delivery("x@far.example", relay="mx.far.example", address=STRANGER))
    exim, dovecot = bench.read("mainlog"), bench.read("dovecot.log")
    assert _read_by(exim) == {"mail.exim"}
    assert _read_by(dovecot) == {"mail.dovecot"}
    lines = [str(event["event.original"]) for event in exim]
    arrived = [line.split(" id=")[1].split()[0] for line in lines if " id=" in line]
    assert len(arrived) == 2
    said = [str(event["event.original"]) for event in dovecot]
    for number, line in zip(arrived, said, strict=True):
        assert f"<{number}>" in line


def test_a_deferred_mail_is_completed_only_when_it_was_taken(bench: Bench) -> None:
    to = Delivery("b@far.example", "deferred", "mx.far.example", SITE)
    _mail(bench).submitted(AT, "ann", NEAR, [to])
    events = bench.read("mainlog")
    texts = [str(event["event.original"]).split(" ", 3)[3] for event in events]
    assert [text[:2] for text in texts] == ["<=", "==", "=>", "Co"]
    first, again = (dt.datetime.fromisoformat(str(events[number]["@timestamp"])) for number in (1, 2))
    assert again - first >= dt.timedelta(minutes=30)


def test_mail_names_who_sends_from_where(bench: Bench) -> None:
    mail = _mail(bench)
    mail.submitted(AT, "ann", NEAR, [Delivery("b@far.example", "bounced", "mx.far.example", SITE)])
    mail.rejected(AT + SECOND, STRANGER, "x@bad.example", "nobody@firm.example", "bad.example")
    mail.rejected(AT + SECOND, STRANGER, "x@bad.example", "who@else.example", "bad.example", relay=True)
    mail.probed(AT + SECOND, STRANGER)
    mail.smtp_refused(AT + SECOND, "ann", STRANGER)
    mail.imap(AT, "ann", NEAR, seconds=9)
    mail.imap(AT, "ann", NEAR, service="managesieve")
    mail.imap_refused(AT + MINUTE, "ann", STRANGER, tries=3, known=False)
    exim, dovecot = bench.read("mainlog"), bench.read("dovecot.log")
    assert _read_by(exim) == {"mail.exim"}
    sent = next(event for event in exim if event.get("source.ip") == NEAR)
    assert (sent["user.name"], sent["email.from.address"]) == ("ann", ["ann@firm.example"])
    refused = [event for event in exim if event.get("source.ip") == STRANGER]
    assert len(refused) == 4
    assert len([event for event in refused if event.get("event.outcome") == "failure"]) >= 3
    assert _read_by(dovecot) == {"mail.dovecot"}
    assert {NEAR, STRANGER} <= {event.get("source.ip") for event in dovecot}
    assert _outcomes(dovecot, STRANGER) == {"failure"}


def _outcomes(events: list[Event], address: str) -> set[Any]:
    return {event.get("event.outcome") for event in events if event.get("source.ip") == address}


def test_webmail_is_a_client_of_the_mail_server(bench: Bench) -> None:
    mail = _mail(bench)
    logs = bench.log("userlogins.log"), bench.log("sendmail.log")
    web = AccessLog(bench.log("access.log"), "mail", "apache2")
    webmail = Roundcube(*logs, web, mail, Random(2), "firm.example")
    webmail.refused(AT - MINUTE, "ann", STRANGER)
    webmail.read(AT, "ann", STRANGER, seconds=60, mails=2)
    webmail.filtered(AT + 2 * MINUTE, "ann", STRANGER)
    queued = webmail.sent(AT + 4 * MINUTE, "ann", STRANGER, [Delivery("bob@firm.example")])
    logins = bench.read("userlogins.log")
    assert _read_by(logins) == {"mail.roundcube"}
    assert _seen(logins, "source.ip", "event.outcome") == {(STRANGER, "failure"), (STRANGER, "success")}
    sendings = bench.read("sendmail.log")
    assert _read_by(sendings) == {"mail.roundcube"}
    assert queued in str(sendings[0]["event.original"])
    submitted = next(event for event in bench.read("mainlog") if event.get("email.local_id") == queued)
    assert f"<{submitted['email.message_id']}>" in str(sendings[0]["event.original"])
    session = str(logins[1]["event.original"]).split("in session ")[1]
    for event in (logins[1], sendings[0]):
        assert f"<{session[:8]}>" in str(event["event.original"])
    assert _seen(bench.read("access.log"), "event.dataset", "source.ip") == {("web.apache_access", STRANGER)}
    assert {event.get("source.ip") for event in bench.read("dovecot.log")} - {None} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("dataset", "header", "made"),
    [
        (
            "web.haproxy",
            (),
            lambda log: Haproxy(log, Random(1), host="lb", site="www.firm.example", backend="app", server="app1"),
        ),
        ("web.iis", iis.HEADER, lambda log: iis.Iis(log, Random(1), address="172.20.2.11")),
    ],
)
def test_web_servers(bench: Bench, dataset: str, header: tuple[str, ...], made: Callable[[Log], Any]) -> None:
    server = made(bench.log("web.log", "UTC" if header else ZONE, header))
    server.request(AT, STRANGER, "/a%20b/c.aspx?q=%27%20or%201", method="POST", status=404, agent="Some Browser/1.0")
    server.request(AT, STRANGER, "/x%0A2026-09-26%20forged", status=404)
    events = bench.read("web.log")
    assert len(events) == 2
    assert _read_by(events) == {dataset}
    assert _seen(events, "source.ip", "http.response.status_code") == {(STRANGER, 404)}
    assert events[0]["http.request.method"] == "POST"
    assert str(events[0]["url.query"]).endswith(" or 1")


def test_haproxy_accepts_before_it_writes(bench: Bench) -> None:
    log = bench.log("web.log")
    balancer = Haproxy(log, Random(1), host="lb", site="www.firm.example", backend="app", server="app1")
    balancer.request(AT, STRANGER, "/")
    (_, line, _), shown = log.lines[0], log.clock.millis
    begun, lasted = line.split("[")[1].split("]")[0], int(line.split("app1 ")[1].split(" ")[0].split("/")[-1])
    assert begun.endswith(shown(AT - lasted * 1000)[-9:])


def test_iis_writes_the_path_decoded_in_one_field(bench: Bench) -> None:
    log = bench.log("web.log", "UTC", iis.HEADER)
    iis.Iis(log, Random(1), address="172.20.2.11").request(AT, STRANGER, "/a%20b%0Ac/?q=%20", status=404)
    fields = log.lines[0][1].split(" ")
    assert fields[4:6] == ["/a+b+c/", "q=%20"]
    assert len(fields) == len(iis.HEADER[-1].split(" ")) - 1
    assert fields[11:14] == ["404", "0", "2"]


def test_the_proxy_says_who_asked_for_what(bench: Bench) -> None:
    proxy = proxysg.ProxySg(bench.log("main.log", "UTC", proxysg.HEADER), address="172.20.1.40", domain="FIRM")
    proxy.request(AT, NEAR, "ann", "CONNECT", "www.site.example:443", size=900)
    proxy.request(AT, NEAR, "ann", "GET", "http://www.site.example/a/b.iso?c=d", size=900, mime="text/html")
    proxy.request(AT, NEAR, "-", "GET", "http://www.bad.example/", denied=True)
    events = bench.read("main.log")
    assert _read_by(events) == {"proxy.bluecoat"}
    assert _seen(events, "source.ip", "user.name") == {(NEAR, "ann"), (NEAR, None)}
    assert {str(event["url.domain"]) for event in events} == {"www.site.example", "www.bad.example"}
    assert {event["http.response.status_code"] for event in events} == {200, 403}


def test_windows_dns_and_dhcp(bench: Bench) -> None:
    dns, notebook = bench.log("dns.log"), Machine("mf-nb1", NEAR, "00:50:56:aa:bb:cc", "windows")
    resolver = windows_services.WindowsDns(lambda _: dns, Random(1))
    resolver.query(AT, NEAR, "www.site.example", "AAAA")
    resolver.query(AT, NEAR, "no.such.example", code="NXDOMAIN", millis=20)
    asked = bench.read("dns.log")
    assert _read_by(asked) == {"dns.windows_debug"}
    assert len(asked) == 4
    assert {event["dns.question.name"] for event in asked} == {"www.site.example", "no.such.example"}
    assert {"NOERROR", "NXDOMAIN"} <= {event.get("dns.response_code") for event in asked}
    assert all(NEAR in {event.get("source.ip"), event.get("destination.ip")} for event in asked)
    lender = windows_services.WindowsDhcp(
        bench.log("dhcp.log", header=windows_services.DHCP_HEADER), Random(1), domain="firm.example"
    )
    lender.leased(AT, notebook, 3600, offered=True)
    lender.leased(AT + MINUTE, notebook, 3600)
    lender.released(AT + 2 * MINUTE, notebook)
    lent = bench.read("dhcp.log")
    assert _read_by(lent) == {"dhcp.windows_audit"}
    leases = [event for event in lent if NEAR in str(event["event.original"])]
    assert len(leases) == 3
    assert len(lent) == 5
    assert {str(event.get("source.mac") or event.get("client.mac")) for event in leases} == {"00-50-56-AA-BB-CC"}


def test_the_firewall_and_who_comes_in_by_it(bench: Bench) -> None:
    log, nat = bench.log("asa.log"), "198.51.100.18"
    zones = {"172.20.2.": "dmz", "172.20.": "inside"}
    wall = Asa(log, Random(1), host="asa", nat=nat, zones=zones, published={"198.51.100.20": "172.20.2.10"})
    wall.session(AT, NEAR, SITE, 443, sent=700, received=9_000, seconds=3700)
    wall.session(AT, STRANGER, "198.51.100.20", 443, sent=700, received=9_000, seconds=4)
    wall.session(AT, STRANGER, "198.51.100.20", 23, denied=True)
    wall.session(AT, NEAR, SITE, 123, udp=True)
    gate = AnyConnect(log, Random(2), host="asa", group="GP-STAFF", server="172.20.1.10")
    peer = gate.connected(AT, "ann", STRANGER, "172.20.60.9")
    gate.left(AT + 20 * MINUTE, "ann", peer)
    gate.refused(AT, STRANGER)
    assert "duration 1:01:40 bytes 9700 TCP FINs" in log.lines[1][1]
    # The connection of an hour began outside of the span that `read` holds events to.
    log.lines = [line for line in log.lines if line[0] > AT - 40 * MINUTE]
    events = bench.read("asa.log")
    assert _read_by(events) == {"firewall.cisco_asa"}
    assert (STRANGER, "ann") in _seen(events, "source.ip", "user.name")
    denied = [event for event in events if "106023" in str(event["event.original"])]
    assert _seen(denied, "source.ip", "destination.ip", "destination.port") == {(STRANGER, "198.51.100.20", 23)}
    assert {
        event.get("observer.name") or event.get("observer.hostname") or event.get("host.name") for event in events
    } == {"asa"}


def _sensor(bench: Bench) -> Sensor:
    logs = {stream: bench.log(f"{stream}.log", "UTC") for stream in ("conn", "ssl", "http", "files")}
    return Sensor(logs, bench.log("alert_fast.txt"), Random(1), "172.20.")


class _Silent:
    """A firewall that writes nothing."""

    def session(self, *_: Any, **__: Any) -> None:
        """Nothing."""


def test_zeek_gives_one_id_to_what_it_sees_of_a_connection(bench: Bench) -> None:
    sensor = _sensor(bench)
    wall = Watched(_Silent(), sensor, {"198.51.100.20": "172.20.2.10"})
    wall.session(AT, NEAR, SITE, 443, sent=1, received=2, seconds=30, sport=50_001)
    sensor.tls(AT - 29 * SECOND, NEAR, SITE, "www.site.example")
    sensor.tls(AT + MINUTE, NEAR, SITE, "www.site.example")
    wall.session(AT + 2 * MINUTE, NEAR, SITE, 443, seconds=80)
    wall.session(AT, STRANGER, "198.51.100.20", 80, denied=True)
    wall.session(AT, NEAR, "172.20.2.10", 80)
    sessions, tls = bench.read("conn.log"), bench.read("ssl.log")
    assert _read_by([*sessions, *tls]) == {"zeek.conn", "zeek.ssl"}
    named = [
        [json.loads(line)["uid"] for _, line, _ in bench.trail.logs[each].lines] for each in ("conn.log", "ssl.log")
    ]
    assert named[0] == named[1]
    assert len(set(named[0])) == 2
    assert {event["source.ip"] for event in sessions} == {NEAR}
    assert {event["tls.client.server_name"] for event in tls} == {"www.site.example"}


def test_zeek_ties_a_file_to_its_request_and_snort_alerts(bench: Bench) -> None:
    sensor = _sensor(bench)
    sensor.file(
        AT, NEAR, SITE, "www.site.example", "/a.iso", name="a.iso", magic="PE32", size=9, sha256="ab" * 32
    )  # fmt: skip
    sensor.alert(
        AT, STRANGER, "172.20.2.10", 443, number=1_000_001, signature="LOCAL probe of the portal",
        category="Attempted Information Leak", severity=2, blocked=True,
    )  # fmt: skip
    request, file = (json.loads(bench.trail.logs[name].lines[0][1]) for name in ("http.log", "files.log"))
    assert request["resp_fuids"] == [file["fuid"]]
    assert request["uid"] == file["uid"]
    assert bench.read("http.log")[0]["url.domain"] == "www.site.example"
    assert bench.read("files.log")[0]["file.hash.sha256"] == "ab" * 32
    alert = bench.read("alert_fast.txt")[0]
    assert alert["event.dataset"] == "ids.snort_fast"
    said = (alert["source.ip"], alert["destination.port"], alert["rule.name"])
    assert said == (STRANGER, 443, "LOCAL probe of the portal")


def test_winlogbeat_carries_each_channel(bench: Bench) -> None:
    log = bench.log("windows.json", "UTC")
    beat = Winlogbeat(lambda _: log, domain="firm.example")
    windows, sysmon = Windows(beat, Random(1), netbios="FIRM", sid="S-1-5-21-1-2-3"), Sysmon(beat, Random(2))
    ann = Account("ann", 1107)
    logon = windows.logged_on(AT, "dc1", ann, address=STRANGER, privileged=True, seconds=60)
    windows.logon_failed(AT, "dc1", "bob", address=STRANGER)
    windows.service_installed(AT, "dc1", ann, logon, "Agent", "C:\\a.exe")
    windows.service_state(AT, "dc1", "Agent", "running")
    windows.script_block(AT, "dc1", ann, "Get-Process")
    shell = sysmon.running(Program("C:\\Windows\\System32\\cmd.exe"), "FIRM\\ann")
    sysmon.started(AT, "nb1", shell, Program("C:\\Windows\\System32\\whoami.exe"), "whoami /all", user="FIRM\\ann")
    sysmon.connected(AT, "nb1", shell, NEAR, SITE, 443)
    events = bench.read("windows.json")
    assert _read_by(events) == {"windows.winlogbeat"}
    by_number = {str(event["event.code"]): event for event in events}
    assert {"4624", "4672", "4634", "4625", "4697", "7045", "7036", "4104", "1", "3"} == set(by_number)
    assert (by_number["4624"]["source.ip"], by_number["4624"]["user.name"]) == (STRANGER, "ann")
    assert (by_number["4625"]["user.name"], by_number["4625"]["event.outcome"]) == ("bob", "failure")
    assert by_number["1"]["process.command_line"] == "whoami /all"
    assert by_number["3"]["destination.ip"] == SITE
    written = {each["event"]["code"]: each["winlog"] for each in (json.loads(line) for _, line, _ in log.lines)}
    sid = "S-1-5-21-1-2-3-1107"
    assert written["4104"]["user"] == {"identifier": sid, "name": "ann", "domain": "FIRM", "type": "User"}
    assert "AccountName" not in written["4104"]["event_data"]
    assert written["7045"]["event_data"]["AccountName"] == "LocalSystem"
    assert written["7045"]["user"] == {"identifier": sid}


def test_rocky_linux_sends_by_rfc_5424(bench: Bench) -> None:
    secure, messages, audit = (bench.log(name) for name in ("secure", "messages", "audit.log"))
    rocky = RockyLinux(secure, messages, audit, Random(1), "trk1")
    rocky.ssh(AT, "ann", 1001, NEAR)
    rocky.ssh_refused(AT, "root", STRANGER, known=True)
    rocky.sudo(AT, "ann", 1001, "/usr/bin/systemctl restart tracking")
    rocky.cron(AT, "root", 0, "/usr/local/bin/rotate")
    rocky.unit(AT, "dnf-makecache.service", "dnf makecache")
    rocky.executed(AT, "/usr/bin/id -u", uid=1001, user="ann", exe="/usr/bin/id")
    entered, said, ran = bench.read("secure"), bench.read("messages"), bench.read("audit.log")
    assert {"linux.sshd", "linux.pam", "linux.sudo"} == _read_by(entered)
    assert {"linux.cron", "linux.systemd", "linux.logind"} == _read_by(said)
    assert _read_by(ran) == {"linux.auditd"}
    assert {(NEAR, "ann", "success"), (STRANGER, "root", "failure")} <= _seen(
        entered, "source.ip", "user.name", "event.outcome"
    )
    assert {event["host.name"] for event in [*entered, *said]} == {"trk1"}
    assert all(line.startswith(("<86>1 ",)) for _, line, _ in secure.lines)


def test_okta_and_google_name_who_and_whence(bench: Bench) -> None:
    cloud = OktaGoogle(bench.log("okta.json", "UTC"), bench.log("drive.json", "UTC"), Random(1), domain="firm.example")
    at_home = place(0, 77)
    cloud.signed_in(AT, "ann", "Ann Other", at_home)
    cloud.signed_in(
        AT, "ann", "Ann Other", at_home, interactive=False, system="Android 14", browser="Chrome Mobile 139"
    )
    for refused in ("password", "locked", "factor"):
        cloud.signed_in(AT + MINUTE, "ann", "Ann Other", at_home, refused=refused)
    for operation in ("read", "changed", "fetched"):
        cloud.file(AT, "ann", NEAR, operation, "Ops", "rates.xlsx")
    entered, files = bench.read("okta.json"), bench.read("drive.json")
    assert _read_by(entered) == {"cloud.okta"}
    assert _seen(entered, "source.ip") == {(at_home.address,)}
    assert all("ann" in str(event.get("user.name") or event.get("user.email")) for event in entered)
    assert [event["event.outcome"] for event in entered].count("failure") == 4
    said = {event["event.action"] for event in entered}
    assert {"user.mfa.okta_verify.deny_push", "user.authentication.auth_via_mfa"} <= said
    phone = json.loads(bench.trail.logs["okta.json"].lines[1][1])["client"]
    assert phone["device"] == "Mobile"
    assert phone["userAgent"]["rawUserAgent"] == "Mozilla/5.0 (Linux; Android 14; K) ChromeMobile/139"
    assert _read_by(files) == {"cloud.google_workspace"}
    assert _seen(files, "source.ip") == {(NEAR,)}
    assert len({event["event.action"] for event in files}) == 3


@pytest.mark.parametrize("number", range(len(NETWORKS)))
def test_okta_knows_every_country_that_somebody_may_come_from(bench: Bench, number: int) -> None:
    cloud = OktaGoogle(bench.log("okta.json", "UTC"), bench.log("drive.json", "UTC"), Random(1), domain="firm.example")
    cloud.signed_in(AT, "ann", "Ann Other", place(number, 5))
    assert bench.trail.logs["okta.json"].lines
