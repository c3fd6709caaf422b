"""Precision, recall and F1 of the hint `tags: [abuse]` against labelled lines, with the lines that are wrong.

usage: python benchmarks/abuse.py CASES [--wrong N]

CASES is a folder with JSON lines `{"kind": "abuse_label", "raw": …, "expected": {"abuse": true}}` anywhere below.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import orjson

from watchfloor.app.parse import parse_cases
from watchfloor.enrich.abuse import TAG


def labelled(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Name of the file, the raw line and whether it is abuse."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            case = orjson.loads(line)
            if case.get("kind") == "abuse_label":
                yield path.stem, case["raw"], case["expected"]["abuse"]


def main() -> int:
    """Print the figures; 1 where there are no labels."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=Path)
    parser.add_argument("--wrong", type=int, default=100)
    given = parser.parse_args()
    cases = list(labelled(given.cases))
    if not cases:
        sys.stderr.write(f"no labels below {given.cases}\n")
        return 1
    lines = (orjson.dumps({"raw": raw}) for _, raw, _ in cases)
    found = [TAG in (event.get("tags") or ()) for event in parse_cases(lines, UTC, None, "", 10_000)]
    pairs = [(expected, hint) for (_, _, expected), hint in zip(cases, found, strict=True)]
    right, missed, false = pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True))
    precision, recall = right / max(right + false, 1), right / max(right + missed, 1)
    score = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"{len(cases)} lines: precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}; "
        f"{missed} missed, {false} false"
    )
    wrong = [(case, hint) for case, hint in zip(cases, found, strict=True) if case[2] != hint]
    for (name, raw, expected), _ in wrong[: given.wrong]:
        print(f"{'missed' if expected else 'false '} {name}: {raw[:150]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
