"""The demo: a bundled company's week, written as raw logs, for the same analysis as anybody's logs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from watchfloor.app.analyze import Request
from watchfloor.app.rules import rule_context, rule_roots
from watchfloor.core.clock import time_zone
from watchfloor.core.errors import UsageError
from watchfloor.policy.policy import read_policy
from watchfloor.testing.company.companies.bundled import COMPANIES
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.generate import ATTACKS, INVENTORY, LOGS, POLICY, Written, generate


def bundled_company(name: str) -> Company:
    """The company of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in COMPANIES:
        raise UsageError("is no company of the demo", place=name, way_out=f"Name one of: {', '.join(COMPANIES)}")
    return COMPANIES[name]


@contextmanager
def company_week(company: Company, folder: Path | None, *, seed: int, attacks: bool) -> Iterator[Written]:
    """The week on disk: in the folder given, which stays, or in one that is gone afterwards.

    Raises:
        UsageError: the folder holds something already, or cannot be written.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="watchfloor-demo-") as place:
            yield generate(company, Path(place), seed=seed, attacks=attacks)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError("is not empty", place=str(folder), way_out="Name a new folder")
        written = generate(company, folder, seed=seed, attacks=attacks)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", place=str(folder)) from error
    yield written


def week_request(week: Written, home: Path | None, *, whole_incidents: bool) -> Request:
    """The request that a user would make for these logs, with the company's own inventory and policy."""
    policy = read_policy(week.folder / POLICY)
    return Request(
        paths=[str(week.folder / LOGS)],
        rule_roots=rule_roots([], builtin=True),
        home=home,
        zone=time_zone(week.zone),
        now=week.end,
        context=rule_context([], None, policy),
        policy=policy,
        policy_file=week.folder / POLICY,
        whole_incidents=whole_incidents,
        inventory=week.folder / INVENTORY,
    )


def planted(week: Written) -> dict[str, Any]:
    """What `attacks.yml` says."""
    found: dict[str, Any] = yaml.safe_load((week.folder / ATTACKS).read_text(encoding="utf-8"))
    return found
