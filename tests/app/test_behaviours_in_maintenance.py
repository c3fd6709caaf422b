"""What begins in announced work and goes on after it is not hidden: alerts of behaviours end with their last event."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from watchfloor.alerts.suppression import Suppressions
from watchfloor.app.analyze import Request, analyze
from watchfloor.core.settings import Settings
from watchfloor.policy.policy import Policy

START = dt.datetime(2026, 11, 24, 22, tzinfo=dt.UTC)
KINDS = {
    "spread": "{kind: spread, entity: [source.ip], target: [destination.ip], targets: 10, window: 10m}",
    "first_seen": "{kind: first_seen, entity: [source.ip], value: [network.transport], learning: 0s}",
    "periodicity": "{kind: periodicity, client: [source.ip], destination: [destination.port], prevalence: 9}",
}


def rule(kind: str) -> str:
    return f"""
title: {kind}
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: {{category: network_traffic}}
detection: {{sel: {{event.category: network}}, condition: sel}}
behavior: {KINDS[kind]}
"""


def connection(number: int) -> str:
    time = (START + dt.timedelta(minutes=number)).timestamp()
    return (
        f'{{"ts":{time},"uid":"C{number}","id.orig_h":"10.1.0.3","id.orig_p":50000,"id.resp_h":"203.0.113.{number}",'
        '"id.resp_p":443,"proto":"tcp","conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,'
        '"history":"Dd","orig_pkts":1,"orig_ip_bytes":60,"resp_pkts":1,"resp_ip_bytes":120}'
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("end", "hidden"), [("23:00", False), ("23:59", True)])
def test_a_window_hides_only_what_ends_in_it(tmp_path: Path, kind: str, end: str, hidden: bool) -> None:
    (tmp_path / "rule.yml").write_text(rule(kind), "utf-8")
    (tmp_path / "conn.log").write_text("".join(f"{connection(number)}\n" for number in range(1, 101)), "utf-8")
    request = Request([str(tmp_path / "conn.log")], [tmp_path / "rule.yml"])
    alerts = analyze(request, Settings(cache_dir=tmp_path / "cache")).alerts
    window: dict[str, Any] = {"name": "work", "networks": "10.1.0.0/24", "start": "22:00", "end": end}
    policy = Policy.model_validate({"maintenance": [window]})
    assert [each["last_timestamp"][11:16] for each in alerts] == ["23:40"]
    shown, gone = Suppressions((), policy).split(alerts)
    assert (len(shown), len(gone)) == (not hidden, hidden)
