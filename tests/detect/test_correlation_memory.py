"""A large group, and very many groups, take little memory; `benchmarks/correlate.py` has the full sizes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "correlate.py"
MATCHES = 100_000


@pytest.mark.parametrize("case", ["one group, one window, any order", "as many groups, any order"])
def test_memory_stays_small(case: str) -> None:
    """A million matches may take 1 GB."""
    command = [sys.executable, str(SCRIPT), "--matches", str(MATCHES), "--case", case]
    found = orjson.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert found["firings"] == 0
    assert found["peak_mib"] - found["of_which_before"] < 200
