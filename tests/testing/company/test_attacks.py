"""The second company's attacks: each step leaves lines where it would, they are read, and people are at work for it."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from watchfloor.app.parse import parse_paths
from watchfloor.testing.company.attacks.plan import Attack, Step
from watchfloor.testing.company.clock import MINUTE, SECOND
from watchfloor.testing.company.companies.marlowe import COMPANY
from watchfloor.testing.company.people import Person
from watchfloor.testing.company.world import World

LEFT = {
    "mailbox.1": {"mail", "web", "firewall"},
    "mailbox.2": {"cloud"},
    "mailbox.3": {"mail", "web", "firewall"},
    "mailbox.4": {"mail"},
    "mailbox.5": {"mail", "web", "firewall"},
    "mailbox.6": {"dns", "proxy", "firewall"},
    "mailbox.7": {"mail", "web", "firewall"},
    "tracking.1": {"web", "firewall"},
    "tracking.2": {"web", "linux"},
    "tracking.3": {"web", "linux"},
    "tracking.4": {"web", "linux", "firewall"},
    "tracking.5": {"web", "linux", "firewall"},
    "tracking.6": {"web", "linux", "dns", "firewall"},
    "tracking.7": {"linux"},
    "laptop.1": {"dns", "proxy", "firewall"},
    "laptop.2": {"windows", "dns", "proxy"},
    "laptop.3": {"windows"},
    "laptop.4": {"windows", "dns", "proxy", "firewall"},
    "laptop.5": {"windows"},
    "laptop.6": {"windows"},
    "laptop.7": {"windows", "firewall"},
    "laptop.8": {"windows", "firewall"},
    "laptop.9": {"windows", "firewall"},
    "laptop.10": {"windows", "firewall"},
    "laptop.11": {"windows"},
    "laptop.12": {"windows", "firewall"},
    "laptop.13": {"windows"},
    "laptop.14": {"windows", "proxy", "firewall"},
    "failed.1": {"linux"},
    "failed.2": set[str](),
    "failed.3": {"mail"},
    "failed.4": {"web"},
    "pentest.1": {"web"},
    "pentest.2": set[str](),
    "pentest.3": {"firewall"},
    "pentest.4": {"windows"},
    "pentest.5": {"windows"},
    "pentest.6": {"windows"},
}
"""Step -> kinds of sources that record it; what a VPN is read by depends on who made it."""
UNKNOWN = {"akl-mail01/roundcube-sendmail.log"}
"""Logs that no parser is for."""


@dataclass(frozen=True)
class Planted:
    """What the attacks alone write.

    Attributes:
        world: in which they were carried out.
        attacks: as they were carried out.
        evidence: step -> file, line and moment of each of its lines.
        datasets: file and line -> what it was read as.
        unread: files and lines that no parser understood.
        folder: where the files are.
    """

    world: World
    attacks: list[Attack]
    evidence: dict[str, list[tuple[str, int, int]]]
    datasets: dict[tuple[str, int], str]
    unread: list[tuple[str, int]]
    folder: Path

    def steps(self) -> list[Step]:
        return [step for attack in self.attacks for step in attack.steps]

    def span(self, attack: str) -> tuple[int, int]:
        moments = [
            at for step in self.steps() if step.id.startswith(f"{attack}.") for _, _, at in self.evidence[step.id]
        ]
        return min(moments), max(moments)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder, world = tmp_path_factory.mktemp("attacks"), COMPANY.world(1)
    attacks = COMPANY.attacks(world)
    _, evidence = world.trail.write(folder, COMPANY.week.start, COMPANY.week.end)
    end = dt.datetime.fromtimestamp(COMPANY.week.end // SECOND, dt.UTC)
    datasets, unread = {}, []
    for event in parse_paths([str(folder)], None, ZoneInfo(COMPANY.zone), end, "", 20_000).events:
        place = (str(event["log.file.path"]), int(str(event["log.line"])))
        datasets[place] = str(event.get("event.dataset"))
        if event["event.kind"] == "pipeline_error":
            unread.append(place)
    return Planted(world, attacks, evidence, datasets, unread, folder)


def test_each_step_leaves_lines_where_it_would(planted: Planted) -> None:
    assert {step.id for step in planted.steps()} == set(LEFT)
    for step in planted.steps():
        read = {planted.datasets.get((file, line), "") for file, line, _ in planted.evidence[step.id]}
        assert LEFT[step.id] <= {dataset.partition(".")[0] for dataset in read}, step.id
        assert planted.evidence[step.id]
        assert step.entities


def test_every_line_is_read(planted: Planted) -> None:
    assert {file for file, _ in planted.unread} <= UNKNOWN


def test_steps_begin_in_order_and_with_their_first_line(planted: Planted) -> None:
    for attack in planted.attacks:
        assert [step.at for step in attack.steps] == sorted(step.at for step in attack.steps)
    for step in planted.steps():
        first = min(at for _, _, at in planted.evidence[step.id])
        assert abs(first - step.at) <= 5 * MINUTE, step.id


def test_the_portal_and_the_laptop_are_attacked_at_the_same_time_and_leave_by_one_address(planted: Planted) -> None:
    portal, laptop = planted.span("tracking"), planted.span("laptop")
    assert portal[0] < laptop[1]
    assert laptop[0] < portal[1]
    wall = (planted.folder / "akl-asa01/asa.log").read_text("utf-8").split("\n")
    for step, address in (
        ("tracking.6", planted.world.server("shop").address),
        ("laptop.4", planted.world.server("proxy").address),
    ):
        own = [wall[line] for file, line, _ in planted.evidence[step] if file == "akl-asa01/asa.log"]
        leaving = [line for line in own if "Built outbound" in line and f":{address}/" in line]
        assert leaving, step
        assert all(f"({planted.world.names.nat}/" in line for line in leaving)


def test_people_are_at_work_while_their_machines_are_attacked(planted: Planted) -> None:
    world = planted.world
    acted = {"mailbox.6", "laptop.1", "laptop.4", "laptop.14"}
    for step in planted.steps():
        if step.id in acted:
            person = next(each for each in world.staff if each.account in step.entities or _named(each, step))
            first, last = (choose(at for _, _, at in planted.evidence[step.id]) for choose in (min, max))
            shifts = [world.shift(person, day) for day in range(world.week.days)]
            assert any(shift and shift[0] <= first and last <= shift[1] for shift in shifts), step.id


def _named(person: Person, step: Step) -> bool:
    return person.workstation is not None and person.workstation.name in step.entities


def test_attackers_come_from_networks_outside(planted: Planted) -> None:
    own = [ipaddress.ip_network(zone) for zone in ("172.20.0.0/16", "198.51.100.16/28")]
    for attack in planted.attacks:
        if attack.id != "pentest":
            addresses = [
                ipaddress.ip_address(each) for step in attack.steps for each in step.entities if _is_address(each)
            ]
            outside = [each for each in addresses if not any(each in network for network in own)]
            assert outside, attack.id
            assert all(each.is_global for each in outside)


def _is_address(text: str) -> bool:
    return text.count(".") == 3 and text.replace(".", "").isdigit()
