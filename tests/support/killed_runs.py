"""Runs of `analyze` that are killed at a failpoint."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = (sys.executable, "-c", "from watchfloor.cli.main import main; main()")


def kill(place: Path, home: Path, failpoint: str, *, batch: int, now: dt.datetime) -> None:
    """Analyse `auth.log` of a folder by the rules beside it, until the failpoint kills the process."""
    environment = {
        **os.environ,
        "WATCHFLOOR_FAILPOINT": failpoint,
        "WATCHFLOOR_BATCH_SIZE": str(batch),
        "WATCHFLOOR_CACHE_DIR": str(place / "cache"),
    }
    options = ["--no-builtin-rules", "--rules", str(place / "rules"), "--home", str(home), "--now", now.isoformat()]
    command = [*PROGRAM, "analyze", str(place / "auth.log"), *options]
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
