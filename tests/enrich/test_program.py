"""The name of a program behind the names of its files."""

from __future__ import annotations

import pyarrow as pa
import pytest

from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.schema.events import EventBatch


def program(path: str) -> str | None:
    table = enrich(EventBatch(pa.table({"process.executable": [path]})), Knowledge()).table
    found: str | None = table.to_pylist()[0].get("watchfloor.process.program")
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\Users\\jo\\Downloads\\AnyDesk.exe", "anydesk.exe"),
        ("C:\\Users\\jo\\Downloads\\AnyDesk (1).exe", "anydesk.exe"),
        ("C:\\Users\\jo\\Downloads\\AnyDesk(12).EXE", "anydesk.exe"),
        ("C:\\Users\\jo\\Downloads\\anydesk-1.exe", "anydesk.exe"),
        ("C:\\Users\\jo\\Downloads\\TeamViewer_Setup (2).exe", "teamviewer.exe"),
        ("C:\\Users\\jo\\Downloads\\TeamViewer_Setup_x64.exe", "teamviewer.exe"),
        ("C:\\Users\\jo\\rustdesk-1.3.2-x86_64 (1).exe", "rustdesk.exe"),
        ("C:\\Users\\jo\\AnyDesk - Copy (2).exe", "anydesk.exe"),
        ("C:\\Users\\jo\\AnyDesk - Kopie.exe", "anydesk.exe"),
        ("C:\\Users\\jo\\Copy of AnyDesk.exe", "anydesk.exe"),
        ("C:\\Users\\jo\\AA_v3.exe", "aa_v3.exe"),
        ("C:\\AnyDesk (1)\\Setup.exe", "setup.exe"),
        ("C:\\(1).exe", "(1).exe"),
        ("C:\\Users\\jo\\AnyDesk.exe.bak", None),
        ("/usr/bin/anydesk", None),
        ("C:\\" + "x" * 5_000 + ".exe", None),
    ],
)
def test_program_as_its_maker_calls_it(path: str, expected: str | None) -> None:
    assert program(path) == expected
