"""A few hundred records of an attack, small enough to be analysed in many tests."""

from __future__ import annotations

from pathlib import Path

ATTACK_DAY = Path(__file__).parents[1] / "data" / "attack_day"
