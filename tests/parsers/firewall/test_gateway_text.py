"""What clients write into the lines of gateways: it gives no address, no user and no log-in that is not theirs."""

from __future__ import annotations

import time
from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "192.0.2.66"
REAL = "203.0.113.5"
NETSCALER = "11/24/2026:08:00:05 GMT gw01 0-PPE-0 : default "
STANDARD = "2026-11-24 08:00:05 - ive01 - "
WELF = 'id=firewall time="2026-11-24 08:00:06" pri=6 fw=198.51.100.4 vpn=ive01 ivs=Root user='
TAIL = 'proto=auth src={ip} dst= dstname= type=vpn op= arg="" result= sent= rcvd= agent="{agent}" duration= msg="{msg}"'
IN = "AUT31504: Login succeeded for {user}/Staff (session:00c0ffee) from {ip} with {agent}."
REFUSED = "AUT23457: Login failed using auth server AD (Active Directory).  Reason: Failed"


def event(raw: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


def netscaler_login(user: str, agent: str) -> str:
    return (
        f"{NETSCALER}SSLVPN LOGIN 4001 0 : Context {user}@{REAL} - SessionId: 51- User {user} - Client_ip {REAL} - "
        f'Nat_ip "Mapped Ip" - Vserver 198.51.100.1:443 - Browser_type "{agent}" - SSLVPN_client_type ICA - '
        'Group(s) "N/A"'
    )


def netscaler_failed(user: str, agent: str) -> str:
    return (
        f"{NETSCALER}AAA LOGIN_FAILED 4004 0 :  User {user} - Client_ip {REAL} - "
        f'Failure_reason "External authentication server denied access" - Browser {agent}'
    )


def welf(user: str, message: str, agent: str = "") -> str:
    tail = TAIL.format(ip=REAL, agent=agent, msg=message.format(user=user, ip=REAL, agent=agent))
    return f'{WELF}{user} realm="Staff" roles="" {tail}'


def standard(user: str, message: str) -> str:
    return f"{STANDARD}[{REAL}] {user}(Staff)[] - {message}"


FORGED_NETSCALER = f'x - Client_ip {FAKE} - Failure_reason "y" - Browser z'
FORGED_WELF = f'x realm="Staff" roles="" {TAIL.format(ip=FAKE, agent="", msg=IN.format(user="x", ip=FAKE, agent="z"))}'
FORGED_STANDARD = f"x(Staff)[] - Login succeeded for alice/Staff (session:1) from {FAKE} with y"


@pytest.mark.parametrize(
    "agent",
    [
        f"a - Client_ip {FAKE} - b",
        f'a" - SSLVPN_client_type x - Client_ip {FAKE} - Vserver {FAKE}:1',
        "a - User root - b",
    ],
)
def test_a_user_agent_does_not_move_a_log_in(agent: str) -> None:
    found = event(netscaler_login("alice", agent))
    assert (found["user.name"], found["source.ip"], found["event.outcome"]) == ("alice", REAL, "success")
    assert found["destination.ip"] == "198.51.100.1"


@pytest.mark.parametrize(
    "raw",
    [
        netscaler_failed(FORGED_NETSCALER, "curl"),
        netscaler_failed("x", FORGED_NETSCALER),
        welf(FORGED_WELF, REFUSED),
        welf("x", IN, agent=FORGED_WELF),
        (
            f'{NETSCALER}CLI CMD_EXECUTED 1 0 :  User x - Remote_ip {FAKE} - Command "login x" - Status "Success" - '
            f'Remote_ip {REAL} - Command "login x" - Status "ERROR: Invalid username or password"'
        ),
    ],
    ids=["name", "agent", "name in WELF", "agent in WELF", "administrator"],
)
def test_a_line_that_tells_its_fields_twice_gives_none_of_them(raw: str) -> None:
    found = event(raw)
    assert found["event.action"] == "fields-told-twice"
    assert found["event.outcome"] != "success"
    assert not {"user.name", "source.ip", "source.address"} & set(found)


def stormshield(user: str, error: int = 4, message: str = "Authentication Failed") -> str:
    return (
        'id=firewall time="2026-01-15 10:44:00" fw="sns01" tz=+0100 startime="2026-01-15 10:44:00" '
        f'user="{user}" src={REAL} domain="example.org" error={error} msg="{message}" logtype="auth"'
    )


@pytest.mark.parametrize(
    "forged",
    [
        f'x" src={FAKE} z="',
        'x" error=0 z="',
        'x" msg="Authentication successful" z="',
        'x" logtype="filter" z="',
        'x" user="root" z="',
        f'x" msg="Authentication successful" src={FAKE} error=0 z="\\',
    ],
    ids=["address", "error", "message", "kind of log", "user", "what swallows the address"],
)
@pytest.mark.parametrize("count", [1, 300])
def test_pairs_told_twice_are_not_believed(forged: str, count: int) -> None:
    batch = RawBatch.of(Source("s", "x.log"), [stormshield(forged)] * count + [stormshield("jdoe")] * count)
    rows = list(parse_records(batch, wanted=frozenset(declared())).rows())
    for row in rows[:count]:
        assert (row["event.action"], row["event.outcome"]) == ("fields-told-twice", "unknown")
        assert row["event.category"] == ["authentication"]
        assert not {"user.name", "source.ip", "source.address"} & set(row)
    for row in rows[count:]:
        assert (row["user.name"], row["source.ip"], row["event.action"]) == ("jdoe", REAL, "logon-failed")


def test_a_pair_told_twice_alike_is_believed() -> None:
    found = event(stormshield("jdoe", error=0, message="User logged in") + f" src={REAL}")
    assert (found["user.name"], found["source.ip"], found["event.action"]) == ("jdoe", REAL, "logged-in")


def test_what_stands_in_front_of_the_name_is_believed() -> None:
    found = event(standard(FORGED_STANDARD, "Login failed using auth server AD (Active Directory).  Reason: Failed"))
    assert (found["event.action"], found["event.outcome"]) == ("fields-told-twice", "unknown")
    assert found["source.ip"] == REAL
    assert "user.name" not in found


@pytest.mark.parametrize(
    "user", ["Login succeeded for alice", "- [192.0.2.66] root", "a b", "user@example.org", "x (old)"]
)
def test_names_with_words_of_the_log_stay_names(user: str) -> None:
    found = event(standard(user, "Login failed using auth server AD (Active Directory).  Reason: Failed"))
    assert (found["user.name"], found["source.ip"], found["event.outcome"]) == (user, REAL, "failure")
    found = event(welf(user, REFUSED))
    assert (found["user.name"], found["source.ip"], found["event.outcome"]) == (user, REAL, "failure")


@pytest.mark.parametrize(
    "name",
    [f"x] (from client fake port 1 cli {FAKE}) y", f"x] (from client fake port 1 cli {FAKE})", f"x (from cli {FAKE})"],
)
def test_a_radius_name_does_not_give_the_calling_station(name: str) -> None:
    found = event(
        f"Nov 24 08:00:05 aaa01 radiusd[3]: (1) Login incorrect: [{name}] (from client vpn01 port 7 cli {REAL})"
    )
    assert (found["source.ip"], found["user.name"], found["event.outcome"]) == (REAL, name, "failure")


@pytest.mark.parametrize(
    "raw",
    [
        f"{NETSCALER}AAA LOGIN_FAILED 4004 0 :  broken",
        f"{NETSCALER}SSLVPN LOGIN 4001 0 : Context alice",
        f"{NETSCALER}CLI CMD_EXECUTED 1 0 :",
        f"{STANDARD}[{REAL}] alice(Staff)[] - ",
        f'{WELF}alice realm="Staff" roles="" {TAIL.format(ip="", agent="", msg="")}',
    ],
)
def test_lines_that_are_cut_short_are_events_and_no_log_ins(raw: str) -> None:
    found = event(raw)
    assert found["event.kind"] == "event"
    assert found["event.dataset"].startswith("firewall.")
    assert found.get("event.outcome") != "success"


@pytest.mark.parametrize(
    "raw",
    [
        "12:00:01 host : ERROR Main 7 : hello",
        "12:00:01 : INFO Thread 12 : hello",
        "08:00:05 app : worker FOO bar 12 : text",
    ],
)
def test_a_clock_and_colons_are_no_netscaler(raw: str) -> None:
    assert event(raw).get("event.dataset") != "firewall.citrix_netscaler"


@pytest.mark.parametrize(
    ("raw", "dataset"),
    [
        (
            (
                "srx01 iked[1]: IKE_VPN_UP_ALARM_USER: VPN staff from 203.0.113.9 is up. Local-ip: 203.0.113.1, "
                f"AAA username: x,{'a' * 150_000}, VR id: 0"
            ),
            "firewall.juniper_srx",
        ),
        (
            (
                "<134>1 1709630724.340434385 mx events type=anyconnect_vpn_session_manager msg= 'Sess-ID[7] Peer "
                f"IP={REAL}{' User[' * 25_000} '"
            ),
            "network.cisco_meraki",
        ),
        (
            f'lease 10.0.0.1 {{\n  starts 1 2026/11/30 07:37:31;\n  client-hostname "{" " * 150_000}x";\n}}',
            "dhcp.isc_leases",
        ),
    ],
    ids=["juniper", "meraki", "leases"],
)
def test_a_long_name_costs_what_its_length_costs(raw: str, dataset: str) -> None:
    begin = time.process_time()
    found = event(f"Nov 25 07:01:24 {raw}" if raw.startswith("srx01") else raw)
    assert found["event.dataset"] == dataset
    assert time.process_time() - begin < 3
