"""The report of a run: its numbers are those of the other outputs, and nothing but the input decides its bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attack_day import ATTACK_DAY
from report_reader import faults, read

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.rules import rule_roots
from watchfloor.core.settings import Settings

DEMO = str(ATTACK_DAY)
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PROGRAM = (sys.executable, "-c", "from watchfloor.cli.main import main; main()")
ATTACK = '198.51.100.{0} - - [01/Mar/2026:10:00:{0:02} +0000] "GET {1} HTTP/1.1" 200 512 "{2}" "{3}"\n'
QUERY = "/p.php?id=1%27%20UNION%20ALL%20SELECT%20{}--"
SCRIPTS = ("<script>alert(1)</script>", '\\"><svg/onload=alert(1)>', "\u202egnp.exe", "{{7*7}}", "</style>")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled rules of the whole module: all of SigmaHQ take half a minute."""
    return tmp_path_factory.mktemp("cache")


def run(cache: Path, paths: list[str], **changes: Any) -> Result:
    settings = Settings(cache_dir=cache, batch_size=changes.pop("batch_size", 50_000))
    roots = rule_roots(changes.pop("rules", []), builtin=True)
    return analyze(Request(paths, roots, report="informational", **changes), settings)


def test_the_numbers_are_those_of_the_other_outputs(cache: Path) -> None:
    result = run(cache, [DEMO])
    assert faults(result.report) == []
    page = read(result.report)
    counts = page.counts()
    assert counts["alerts"] == {str(len(result.alerts))}
    assert counts["incidents"] == {str(len(result.incidents))}
    assert counts["records"] == {str(result.summary.records)}
    assert counts["fired"] == {str(len({alert["rule"]["id"] for alert in result.alerts}))}
    [seeing], [blind] = counts["seeing"], counts["blind"]
    assert int(seeing) + int(blind) == len(result.rules.every)
    for name, count in result.summary.parsers.items():
        assert page.of("tr", data_format=name)[0].text.startswith(f"{name}{count.records:,}100 %")
    high = [alert for alert in result.alerts if alert["rule"]["level"] == "high"]
    expected = [len(result.incidents), len(high), len({alert["rule"]["id"] for alert in high})]
    cells = "".join(map(str, [*expected, sum(alert["count"] for alert in high)]))
    assert page.of("tr", data_level="high")[0].text == f"high{cells}"
    ids = page.ids
    for incident in result.incidents:
        assert f"incident-{incident['id']}" in ids
        for step in incident["timeline"]:
            assert f"step-{step['id']}" in ids


def test_the_same_input_gives_the_same_bytes(cache: Path, tmp_path: Path) -> None:
    first = run(cache, [DEMO]).report
    assert run(cache, [DEMO], batch_size=7).report == first
    assert run(cache, [DEMO], jobs=2, batch_size=100, home=tmp_path / "home").report == first
    assert run(cache, [DEMO], home=tmp_path / "home").report == first, "a second run into the same home"


def test_whole_incidents_for_a_file_change_nothing_on_the_page(cache: Path) -> None:
    assert run(cache, [DEMO], whole_incidents=True).report == run(cache, [DEMO]).report


def test_logs_of_attackers_stay_text(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    lines = [ATTACK.format(at, QUERY.format(text.replace(" ", "+")), text, text) for at, text in enumerate(SCRIPTS)]
    (folder / "access<b>.log").write_text("".join(lines), "utf-8")
    (folder / "odd.log").write_text("nobody knows this <i>line</i> \x1b[31m\n", "utf-8")
    rule = tmp_path / "rules" / "union.yml"
    rule.parent.mkdir()
    rule.write_text(
        "title: Union\nlevel: high\nlogsource: {category: webserver}\n"
        "detection: {sel: {cs-uri|contains: UNION}, condition: sel}\n"
    )
    result = analyze(Request([str(folder)], [rule.parent], report="informational"), Settings(cache_dir=cache))
    assert len(result.incidents) == len(SCRIPTS), "each attack must be found for its text to be on the page"
    assert faults(result.report) == []
    text = result.report.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert '<span class="odd">\\u202e</span>gnp.exe' in text
    assert "{{7*7}}" in text


def test_the_commands_write_the_page(tmp_path: Path) -> None:
    page, alerts = tmp_path / "report.html", tmp_path / "alerts.jsonl"
    command = [*PROGRAM, "analyze", DEMO, "--report", str(page), "--alerts", str(alerts)]
    subprocess.run(command, check=True, capture_output=True)
    found = [json.loads(line) for line in alerts.read_text("utf-8").splitlines()]
    assert read(page.read_bytes()).counts()["alerts"] == {str(len(found))}
    refused = subprocess.run(
        [*PROGRAM, "analyze", DEMO, "--report", str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert "cannot be written" in refused.stderr


def test_a_level_leaves_single_alerts_out_and_says_so(cache: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(ATTACK.format(1, "/", "-", "curl") * 2, "utf-8")
    rule = tmp_path / "rules" / "curl.yml"
    rule.parent.mkdir()
    rule.write_text(
        "title: Curl\nlevel: low\nlogsource: {category: webserver}\n"
        "detection: {sel: {cs-user-agent: curl}, condition: sel}\n"
    )
    settings = Settings(cache_dir=cache)
    pages = {
        level: analyze(Request([str(log)], [rule.parent], report=level), settings).report
        for level in ("informational", "medium")
    }
    assert len(read(pages["informational"]).of("article", class_="card alert")) == 1
    assert read(pages["medium"]).of("article", class_="card alert") == []
    assert read(pages["medium"]).counts()["alerts"] == {"1"}
    assert "every alert of level medium or above is in an incident" in pages["medium"].decode()


@pytest.mark.parametrize(
    "data", ["corpus_open/detection/sigma_regression", "corpus_copyleft/detection/evtx_attack_samples"]
)
def test_no_rule_that_fired_is_called_blind(cache: Path, data: str) -> None:
    if not (SHARED / data).exists():
        pytest.skip(f"needs {SHARED / data}")
    result = run(cache, [str(SHARED / data)], rules=[SHARED / "sigmahq"])
    assert faults(result.report) == []
    page = read(result.report)
    fired = {alert["rule"]["title"] for alert in result.alerts}
    assert len(fired) > 100
    called = {title.strip() for row in page.of("td", class_="all") for title in row.text.split(";")}
    assert called
    assert called.isdisjoint(fired)
