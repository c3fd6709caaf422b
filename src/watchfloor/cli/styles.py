"""How levels look on a terminal."""

from __future__ import annotations

STYLES = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "informational": "bright_black",
}
