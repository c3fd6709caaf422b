"""All rules look at every look-alike, and no field of a rule may be empty in all of its samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.app.rule_samples import read_sample
from watchfloor.app.rule_tests import RuleTest, run_rule_tests
from watchfloor.detect.sigma import RuleSet
from watchfloor.enrich.plugin import Knowledge

ACCEPTED = "2026-01-20T02:14:00Z web1 sshd[812]: Accepted password for {} from {} port 40111 ssh2\n"
FAILED = "2026-01-20T02:14:0{}Z web1 sshd[813]: Failed password for {} from 203.0.113.9 port 40111 ssh2\n"
COMMAND = (
    "type=SYSCALL msg=audit(1768875240.123:{0}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 "
    'items=2 ppid=700 pid=701 auid=1000 uid=0 gid=0 euid=0 comm="{1}" exe="/usr/bin/{1}" key="exec"\n'
    'type=EXECVE msg=audit(1768875240.123:{0}): argc=2 a0="{1}" a1="-x"\n'
)


def rule(number: int, detection: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": f"Rule {number}",
        "name": f"rule_{number}",
        "id": f"00000000-0000-4000-8000-00000000000{number}",
        "level": "low",
        "logsource": {"product": "linux", "service": "sshd"},
        "detection": {**detection, "condition": "all of selection*"},
        **more,
    }


ROOT = rule(1, {"selection": {"user.name": "root", "event.outcome": "success"}})
OUTSIDE = rule(2, {"selection": {"source.ip": "203.0.113.9", "event.outcome": "success"}})


def write(folder: Path, name: str, *documents: dict[str, Any], **samples: str) -> Path:
    (folder / f"{name}.yml").write_text(yaml.safe_dump_all(documents), "utf-8")
    own = folder / f"{name}.samples"
    own.mkdir()
    for sample, text in samples.items():
        (own / sample.replace("__", ".")).write_text(text, "utf-8")
    return own


def faults(folder: Path) -> dict[str, list[str]]:
    rules = RuleSet.load([folder])
    assert rules.problems == ()
    return {test.rule.path.stem: test.faults for test in run_rule_tests(rules)}


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A look-alike of the first rule that the second one fires on."""
    holds = ACCEPTED.format("ann", "10.0.0.7") + ACCEPTED.format("ben", "203.0.113.9")
    write(tmp_path, "root", ROOT, fires__log=ACCEPTED.format("root", "203.0.113.9"), holds__log=holds)
    outside = ACCEPTED.format("ann", "10.0.0.7")
    write(tmp_path, "outside", OUTSIDE, fires__log=ACCEPTED.format("ben", "203.0.113.9"), holds__log=outside)
    return tmp_path


def test_another_rule_on_a_look_alike_is_a_fault_unless_it_may_fire(two: Path) -> None:
    found = faults(two)
    assert found["outside"] == []
    assert found["root"] == [
        "holds.log record 1 (linux.sshd) fires outside (Rule 2) and may_fire.yml does not allow it"
    ]
    allowed = two / "root.samples" / "may_fire.yml"
    for name, left in (("outside", 0), (f"{two.name}/outside", 0), ("elsewhere/outside", 1)):
        allowed.write_text(f"holds.log: [{name}]\n", "utf-8")
        assert len(faults(two)["root"]) == left


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("holds.gone.log: [outside]\n", "no such look-alike: holds.gone.log"),
        ("[outside]\n", "no names of rules by file"),
        ("holds.log: outside\n", "no names of rules by file"),
        ("holds.log: [\n", "no names of rules by file"),
    ],
)
def test_a_wrong_list_of_what_may_fire_is_a_fault(two: Path, text: str, said: str) -> None:
    (two / "root.samples" / "may_fire.yml").write_text(text, "utf-8")
    (fault,) = faults(two)["root"]
    assert said in fault


def test_correlations_and_behaviours_look_at_look_alikes_too(tmp_path: Path) -> None:
    failed = "".join(FAILED.format(at, "ann") for at in range(6))
    write(tmp_path, "root", ROOT, fires__log=ACCEPTED.format("root", "203.0.113.9"), holds__log=failed)
    many = {
        "title": "Many",
        "id": "00000000-0000-4000-8000-000000000008",
        "level": "low",
        "correlation": {
            "type": "event_count",
            "rules": ["rule_3"],
            "group-by": ["source.ip"],
            "timespan": "1m",
            "condition": {"gte": 5},
        },
    }
    failing = rule(3, {"selection": {"event.outcome": "failure"}})
    write(tmp_path, "many", failing, many, fires__log=failed, holds__log=failed[: len(failed) // 2])
    spread = {"kind": "spread", "entity": ["source.ip"], "target": ["user.name"], "window": "1m", "targets": 3}
    names = "".join(FAILED.format(at, name) for at, name in enumerate(("ann", "ben", "cat")))
    judged = rule(4, {"selection": {"event.outcome": "failure"}}, behavior=spread)
    write(tmp_path, "names", judged, fires__log=names, holds__log=failed)
    assert faults(tmp_path) == {
        "root": ["holds.log fires many (Many) and may_fire.yml does not allow it"],
        "many": [],
        "names": ["holds.log fires many (Many) and may_fire.yml does not allow it"],
    }


def test_rules_that_read_the_policy_look_where_there_is_one(two: Path) -> None:
    shifts = rule(5, {"selection": {"user.name|expand": "%remote_tools%"}})
    write(two, "listed", shifts, policy__yml="remote_tools: [eve]\n", fires__log=ACCEPTED.format("eve", "10.0.0.8"))
    (two / "root.samples" / "may_fire.yml").write_text("holds.log: [outside]\n", "utf-8")
    assert faults(two) == {"root": [], "outside": [], "listed": []}
    (two / "root.samples" / "policy.yml").write_text("remote_tools: [ann]\n", "utf-8")
    (fault,) = faults(two)["root"]
    assert fault.startswith("holds.log record 0 (linux.sshd) fires listed (Rule 5)")


def test_what_is_blind_without_a_policy_beside_its_samples_says_so(tmp_path: Path) -> None:
    behavior = {"kind": "spread", "entity": ["user.name"], "target": ["source.ip"], "targets": 2}
    tools = {"selection": {"event.outcome": "success", "user.name|expand": "%remote_tools%"}}
    lines = ACCEPTED.format("eve", "10.0.0.8") + ACCEPTED.format("eve", "10.0.0.9")
    held = ACCEPTED.format("ann", "10.0.0.8")
    for name, document in (("rule", rule(1, tools)), ("behaviour", rule(2, tools, behavior=behavior))):
        write(tmp_path, name, document, fires__log=lines, holds__log=held)
    said = "it is blind without remote_tools in a policy.yml beside its samples"
    assert {name: found[-1] for name, found in faults(tmp_path).items()} == {"rule": said, "behaviour": said}
    for name in ("rule", "behaviour"):
        (tmp_path / f"{name}.samples" / "policy.yml").write_text("remote_tools: [eve]\n", "utf-8")
    assert faults(tmp_path) == {"rule": [], "behaviour": []}


def test_a_field_without_a_value_in_any_sample_is_named(tmp_path: Path) -> None:
    listed = {"title": "Never seen", "selection": {"user.name": "root"}, "selection_no": {"user.target.name": None}}
    title = listed.pop("title")
    empty = rule(6, listed) | {"title": title}
    fires, holds = ACCEPTED.format("root", "10.0.0.7"), ACCEPTED.format("ann", "10.0.0.7")
    write(tmp_path, "empty", empty, fires__log=fires, holds__log=holds)
    assert faults(tmp_path)["empty"] == [
        "no sample has a value for user.target.name (user.target.name), which 'Never seen' reads"
    ]


def test_what_only_an_inventory_tells_is_asked_for_where_there_is_one(tmp_path: Path) -> None:
    roles = rule(7, {"selection": {"user.name": "root"}, "filter": {"source.asset.roles": "scanner"}})
    roles["detection"]["condition"] = "selection and not filter"
    fires, holds = ACCEPTED.format("root", "10.0.0.7"), ACCEPTED.format("root", "10.0.0.8")
    own = write(tmp_path, "roles", roles, fires__log=fires, holds__log=holds)
    assert faults(tmp_path)["roles"] == ["holds.log record 0 (linux.sshd) fires it and should not"]
    (own / "inventory.yml").write_text("hosts: [{name: scan, addresses: 10.0.0.8, roles: scanner}]\n", "utf-8")
    assert faults(tmp_path)["roles"] == []
    (own / "inventory.yml").write_text("hosts: [{name: scan, addresses: 10.0.0.9, roles: scanner}]\n", "utf-8")
    assert len(faults(tmp_path)["roles"]) == 2


def test_a_record_fires_by_the_event_that_joins_make_of_it(tmp_path: Path) -> None:
    executed = rule(8, {"selection": {"Image|endswith": "/nc", "CommandLine|contains": "-x"}})
    executed["logsource"] = {"product": "linux", "category": "process_creation"}
    write(tmp_path, "executed", executed, fires__log=COMMAND.format(5, "nc"), holds__log=COMMAND.format(6, "ls"))
    (test,) = run_rule_tests(RuleSet.load([tmp_path]))
    assert test == RuleTest(test.rule, fired=2, held=2, faults=[])
    (tmp_path / "executed.samples" / "holds.log").write_text(COMMAND.format(6, "nc"), "utf-8")
    (test,) = run_rule_tests(RuleSet.load([tmp_path]))
    assert [fault.partition(" (")[0] for fault in test.faults] == ["holds.log record 0", "holds.log record 1"]


def test_a_joined_event_has_what_its_join_reads_whether_a_rule_reads_it_or_not(tmp_path: Path) -> None:
    head = "type={} msg=audit(1768875240.123:7): "
    lines = (
        'arch=c000003e syscall=257 success=yes exit=3 items=2 pid=701 auid=1000 uid=0 euid=0 exe="/usr/bin/bash"',
        'item=0 name="/home/eva/.ssh/" inode=131 nametype=PARENT',
        'item=1 name="/home/eva/.ssh/authorized_keys" inode=132 nametype=CREATE',
    )
    file = tmp_path / "fires.log"
    kinds = ("SYSCALL", "PATH", "PATH")
    file.write_text("".join(f"{head.format(kind)}{line}\n" for kind, line in zip(kinds, lines, strict=True)), "utf-8")
    sample = read_sample(file, frozenset(), Knowledge())
    assert sample.joined is not None
    assert sample.joined.table["file.path"].to_pylist() == ["/home/eva/.ssh/authorized_keys"]
