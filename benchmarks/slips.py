"""What the bundled behaviours and correlations say of the labelled Zeek captures: found, missed, false, with verdicts.

    python benchmarks/slips.py DETECTION [--write]

DETECTION holds `slips_zeek/` and `slips_labels.jsonl`. Prints the page `docs/reference/behaviour-verdicts.md`;
`--write` puts it there. Captures are analysed one by one, each as if nothing had been seen before it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.app.analyze import Request, analyze
from watchfloor.app.rules import rule_roots
from watchfloor.core.settings import Settings
from watchfloor.sources.files import plan, read

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "behaviour-verdicts.md"
VERDICTS = {
    "port-scans/horizontal": (
        "**Missed.** 28 addresses in 32 s, most of them web servers at port 80, a third without an answer: "
        "less than what a page with advertisements does. Telling it from that takes more than half a minute."
    ),
    "test13-malicious-dhcpscan-zeek-dir": (
        "**Found.** One card asks for ten addresses in a row within a moment. The two flows of `conn.log` tell nothing."
    ),
    "test14-malicious-zeek-dir": (
        "**Missed by behaviours.** Downloads of malware (`/bin.sh`, `/Mozi.m`) and log-ins over SMTP: single "
        "events, matter of rules. The busiest site was asked 213 times within four minutes, as pages do: "
        "rightly silent. `conn.log` is one flow five times."
    ),
    "test18-malicious-ctu-sme-11-win/zeek-labeled": (
        "**Found.** Remcos calls its dead operator 719 times in eight minutes, every half second to a second, "
        "and is refused: the correlation tells. The beacon behaviour asks for a quarter of an hour and for "
        "periods of four seconds and more, and is silent by design. The benign flows (Discord, Cloudflare, "
        "Google, Chromecast, multicast) raise nothing: no false alarm."
    ),
}
"""What a person says who has read the capture and the alerts below."""


@dataclass(frozen=True)
class Capture:
    """One folder of logs.

    Attributes:
        labels: those of its files.
        flows: how many records carry each label of their own.
        alerts: of behaviours and correlations, in the form of the `--alerts` file.
    """

    name: str
    labels: tuple[str, ...]
    records: int
    seconds: float
    flows: Counter[str]
    alerts: list[dict[str, Any]]


def captures(root: Path) -> list[Capture]:
    labels: dict[str, set[str]] = {}
    for line in (root / "slips_labels.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        folder = Path(entry["file"]).relative_to("detection/slips_zeek").parent.as_posix()
        labels.setdefault(folder, set()).add(entry["label"])
    return [_capture(root / "slips_zeek" / name, name, own) for name, own in sorted(labels.items())]


def _capture(folder: Path, name: str, labels: set[str]) -> Capture:
    result = analyze(Request([str(folder)], rule_roots([], builtin=True)), Settings())
    spoken = {rule.id for rule in result.rules.behaviors} | {rule.id for rule in result.rules.correlations}
    times, flows, records = [], Counter[str](), 0
    for batch in read(plan([str(folder)]), zone=dt.UTC, now=None, report=print):
        for text in batch.raw.to_pylist():
            if text.startswith("#"):
                continue
            records += 1
            parts = text.split("\t")
            times.append(float(json.loads(text)["ts"] if text.startswith("{") else parts[0]))
            flows.update(each for each in ("Malicious", "Benign") if each in parts)
    alerts = [alert for alert in result.alerts if alert["rule"]["id"] in spoken]
    return Capture(name, tuple(sorted(labels)), records, max(times) - min(times), flows, alerts)


def page(found: list[Capture]) -> str:
    lines = [
        "# Behaviours on labelled captures",
        "",
        "Written by `benchmarks/slips.py`: Zeek logs of Stratosphere's Slips, each capture analysed by the bundled",
        "rules as if nothing had been seen before it. Only behaviours and correlations are listed. All captures last",
        "minutes: behaviours that compare with a past have none here, and benign flows are those inside the last",
        "capture only.",
        "",
        "| capture | label | records | lasts | flows labelled malicious, benign | alerts |",
        "|---|---|---|---|---|---|",
    ]
    for each in found:
        told = [f"{alert['rule']['title']} ({alert['rule']['level']})" for alert in each.alerts]
        alerts = "; ".join(told) or "none"
        flows = f"{each.flows['Malicious']}, {each.flows['Benign']}" if each.flows else "no labels"
        lasts = f"{each.seconds:,.0f} s" if each.seconds < 86_400 else "mixed clocks"
        labels = ", ".join(each.labels)
        lines.append(f"| {each.name} | {labels} | {each.records:,} | {lasts} | {flows} | {alerts} |")
    lines += ["", "## Verdicts", ""]
    for each in found:
        lines += [f"`{each.name}`: {VERDICTS.get(each.name, 'Not looked at yet.')}", ""]
        lines += [f"- {alert['rule']['title']}: {reason(alert)}" for alert in each.alerts]
        lines += [""] if each.alerts else []
    return "\n".join(lines).rstrip() + "\n"


def reason(alert: dict[str, Any]) -> str:
    """What an alert says, in one line."""
    return "; ".join(str(each.get("text") or each.get("value") or each) for each in alert["why"])[:400]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detection", type=Path)
    parser.add_argument("--write", action="store_true", help="put the page into docs/reference")
    given = parser.parse_args()
    text = page(captures(given.detection))
    print(text)
    if given.write:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
