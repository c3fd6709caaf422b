"""Writes a company's week: its logs, what it knows of itself, and what was planted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.world import World

LOGS, INVENTORY, POLICY, ATTACKS = "logs", "inventory.yml", "policy.yml", "attacks.yml"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Written:
    """A week on disk.

    Attributes:
        folder: with the logs in `logs`, and `inventory.yml`, `policy.yml` and `attacks.yml` beside them.
        lines: how many lines the logs have together.
        zone: of the logs that name none.
        end: the moment after the week, by which dates without a year are read.
    """

    folder: Path
    lines: int
    zone: str
    end: dt.datetime


def generate(company: Company, folder: Path, *, seed: int = 1, attacks: bool = True) -> Written:
    """Write a week; the same bytes for the same company, seed and choice of attacks.

    Args:
        company: whose.
        folder: made where it is missing; files of the same names are overwritten.
        seed: of all chance.
        attacks: whether any are planted; benign life is the same with and without.
    """
    world = company.world(seed)
    company.life(world)
    planted = company.attacks(world) if attacks else []
    count, evidence = world.trail.write(folder / LOGS, company.week.start, company.week.end)
    _write(folder / INVENTORY, company.inventory(world))
    _write(folder / POLICY, company.policy(world))
    _write(folder / ATTACKS, _listed(planted, evidence, world))
    return Written(folder, count, company.zone, _moment(company.week.end))


def _listed(attacks: list[Attack], evidence: dict[str, list[tuple[str, int, int]]], world: World) -> dict[str, Any]:
    return {
        "seed": world.seed,
        "attacks": [
            {
                "id": attack.id,
                "title": attack.title,
                "expected": attack.expected,
                "steps": [
                    {
                        "id": step.id,
                        "what": step.what,
                        "at": _moment(step.at).isoformat(),
                        "technique": step.technique,
                        "entities": list(step.entities),
                        "alert_expected": step.told,
                        "evidence": _spans(evidence.get(step.id, [])),
                    }
                    for step in attack.steps
                ],
            }
            for attack in attacks
        ],
    }


def _spans(lines: list[tuple[str, int, int]]) -> dict[str, list[int | str]]:
    """File -> lines, counted from 0 as `log.line` is; those that follow each other as `120-155`, for `score.numbers`."""
    runs: dict[str, list[list[int]]] = {}
    for path, number, _ in lines:
        own = runs.setdefault(path, [])
        if own and own[-1][-1] == number - 1:
            own[-1][1:] = [number]
        else:
            own.append([number])
    return {path: ["-".join(map(str, run)) if len(run) > 1 else run[0] for run in own] for path, own in runs.items()}


def _moment(at: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=at)


def _write(path: Path, data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)
    path.write_text(text, encoding="utf-8")
