"""Who changed what in a home can be read, and a trail that was meddled with says so."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa
from typer.testing import CliRunner

from watchfloor.app.home import writing
from watchfloor.cli.main import app
from watchfloor.core.clock import utc_now
from watchfloor.store import audit
from watchfloor.store.tables import audit_entry

HOSTILE = "\x1b[31m\u202e\n"


def test_the_trail_is_told_and_its_breaks_too(tmp_path: Path) -> None:
    with writing(tmp_path, 64) as home, home.store.transaction() as connection:
        audit.note(
            connection, utc_now(), "ann" + HOSTILE, "incident.close", "0e87b3", {"value": "benign", "note": HOSTILE}
        )
        audit.note(connection, utc_now(), "bob", "alert.suppress", "1", {"entities": ["host=web01"], "reason": "lab"})
    done = CliRunner().invoke(app, ["audit", "--home", str(tmp_path)])
    assert done.exit_code == 0
    assert "incident.close 0e87b3" in done.output
    assert "entities host=web01; reason lab" in done.output
    assert not {"\x1b", "\u202e"} & set(done.output)
    done = CliRunner().invoke(app, ["audit", "--home", str(tmp_path), "--about", "0E87", "--json"])
    (entry,) = map(json.loads, done.stdout.splitlines())
    assert entry["detail"] == {"value": "benign", "note": HOSTILE}
    with writing(tmp_path, 64) as home, home.store.transaction() as connection:
        connection.execute(sa.update(audit_entry).where(audit_entry.c.number == 2).values(by="eve"))
    done = CliRunner().invoke(app, ["audit", "--home", str(tmp_path)])
    assert done.exit_code == 1
    assert "entry 2 was changed" in done.output


def test_a_home_in_which_nobody_changed_anything_says_so(tmp_path: Path) -> None:
    with writing(tmp_path, 64):
        pass
    assert "Nothing was changed." in CliRunner().invoke(app, ["audit", "--home", str(tmp_path)]).output
