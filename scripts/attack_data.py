"""Writes `src/watchfloor/content/attack/techniques.tsv` from MITRE's ATT&CK for enterprises in STIX 2.1.

    python scripts/attack_data.py enterprise-attack-18.1.json

The source is https://github.com/mitre-attack/attack-stix-data; what is taken of it and under which terms:
`src/watchfloor/content/attack/README.md`.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src/watchfloor/content/attack/techniques.tsv"


def techniques(bundle: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Id, name and tactics of every technique that is neither revoked nor deprecated."""
    for found in bundle["objects"]:
        if found["type"] == "attack-pattern" and not (found.get("revoked") or found.get("x_mitre_deprecated")):
            number = next(
                each["external_id"] for each in found["external_references"] if each["source_name"] == "mitre-attack"
            )
            yield number, found["name"], " ".join(phase["phase_name"] for phase in found["kill_chain_phases"])


def main(path: Path) -> None:
    """Write the file."""
    data = path.read_bytes()
    bundle = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    lines = ["\t".join(found) for found in sorted(techniques(bundle))]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"{len(lines)} techniques\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
