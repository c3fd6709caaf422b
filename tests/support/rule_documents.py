"""Rule documents that tests change for the worse."""

from __future__ import annotations

from typing import Any

import yaml

GOOD: dict[str, Any] = {
    "title": "Good",
    "id": "11111111-1111-4111-8111-111111111111",
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"sel": {"Image": "a"}, "condition": "sel"},
}
DETECTION: dict[str, Any] = GOOD["detection"]


def text(**changes: Any) -> str:
    return yaml.safe_dump({**GOOD, **changes}, sort_keys=False)
