"""What stands in quotes, in another field or behind a quote that does not end is no value of its own."""

from __future__ import annotations

from typing import Any

import pytest
from polars.testing import assert_frame_equal

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import all_pairs, pairs
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import REST, declared
from watchfloor.schema.records import RawBatch, Source

REAL, FAKE = "198.51.100.44", "203.0.113.66"
SOPHOS = (
    'device="SFW" date=2026-05-18 time=14:38:45 timezone="CEST" device_name="XG230" device_id=C2 log_id=010101600001'
)
FORTIGATE = 'date=2026-05-10 time=11:37:47 devname="fw" devid="FG" logid="0000000013" type="traffic" subtype="forward"'


def event(raw: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    "raw",
    [
        f'{FORTIGATE} user="x\\" srcip={FAKE} y" srcip={REAL} dstip=192.0.2.1 action="deny"',
        f'{FORTIGATE} srcip={REAL} dstip=192.0.2.1 url="/?a= srcip={FAKE}" srcip={FAKE} action="deny"',
        f'{FORTIGATE} srcip={REAL} dstip=192.0.2.1 action="deny" msg="cut off srcip={FAKE} dstip={FAKE}',
        f'{SOPHOS} log_type="Firewall" log_subtype="Denied" src_ip={REAL} user_agent="x src_ip={FAKE}"',
        f'id=firewall sn=00 time="2026-03-14 16:37:21" fw=192.0.2.1 m=36 msg="a src={FAKE}:1:X0" src={REAL}:4507:X1',
        f'msg_id="1AFF-0024" Allow 1-T 0-E tcp {REAL} 192.0.2.1 40001 80 msg="x" arg="/" src_ip="{FAKE}"  (P-00)',
        f"CEF:0|V|P|1|1|name|5|src={REAL} request=http://h/?q\\=1 src\\={FAKE} dst=192.0.2.1",
        f'id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="x srcip={FAKE}" srcip="{REAL}"',
        f'1,2026/07/15 11:58:58,1,THREAT,url,1,2026/07/15 11:58:59,{REAL},192.0.2.1,,,"r,{FAKE}",,,a,v,t,u,e,f',
    ],
)
def test_no_address_of_the_attacker_s_choice(raw: str) -> None:
    assert event(raw)["source.ip"] == REAL


def test_a_user_cannot_name_another_address_to_pan_os() -> None:
    name = f"x'. Reason: y. From: {FAKE}"
    text = f"failed authentication for user '{name}'. Reason: Invalid. From: {REAL}."
    found = event(
        f'1,2026/07/15 11:59:06,1,SYSTEM,auth,0,2026/07/15 11:59:06,,auth-fail,,0,0,general,medium,"{text}",1,0x0'
    )
    assert (found["source.ip"], found["user.name"]) == (REAL, name)


def test_lines_of_one_shape_are_read_as_any_line_is() -> None:
    lines = [f'a={at} b="{at} x" c=' for at in range(400)] + [f"a={at} a=2 d=x:y=z " for at in range(300)]
    lines += ['a=1 b="x" c= d', 'a=1 b="x c=2', "a=1 b=x c=2", 'a=1 b="y\\"z" c=3', 'a=1 b="x" c=4 a=5', ""]
    found = all_pairs(lines)
    assert [list(each.items()) for each in found] == [list(pairs(line).items()) for line in lines]
    assert len(found.tables) == 2
    assert len(found.others) < 10


def test_tables_of_pairs_fill_the_same_columns_as_single_records() -> None:
    lines = [f'one={"-" if at % 3 else at} two="é{at}" odd="\\"{at}" none=N/A to=x{at}' for at in range(400)]
    lines += [f"two={at} three={'null' if at % 5 else at} odd=1" for at in range(300)]
    lines += ["one=1 two=2 new='x y'", "x=1", "", "one=7"]
    fields: dict[str, Target] = {
        "one": "source.ip",
        "two": ("source.ip", "user.name"),
        "three": "url.path",
        "to": "email.to.address",
    }
    found = all_pairs(lines)
    tables = mapped(found, fields, vendor="v", wanted=frozenset({"v.two"}))
    records = mapped(list(found), fields, vendor="v", wanted=frozenset({"v.two"}))
    assert len(found.tables) == 2
    assert_frame_equal(tables, records, check_column_order=False)
    assert tables[REST][0] == '{"v.one":"0","v.odd":"\\"0","v.to":"x0"}'


def test_thousands_of_names_make_no_columns() -> None:
    line = " ".join(f"k{at}=v" for at in range(5000))
    events = parse_records(RawBatch.of(Source("s", "x.log"), [f"{FORTIGATE} {line}"]), wanted=frozenset())
    assert len(events.table.column_names) < 100
