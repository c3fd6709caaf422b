"""What loading rules says while it goes on, and about folders that it cannot read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from watchfloor.detect.sigma import RuleSet

RULE = """title: R{0}
id: 11111111-1111-4111-8111-{0:012}
logsource: {{product: windows}}
detection: {{s: {{A: x}}, condition: s}}
"""


def _rules(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"{number}.yml").write_text(RULE.format(number), "utf-8")


def test_progress_counts_files_up_to_all(tmp_path: Path) -> None:
    _rules(tmp_path, 60)
    heard: list[tuple[int, int]] = []
    RuleSet.load([tmp_path, tmp_path], progress=lambda done, total: heard.append((done, total)))
    assert heard == [(0, 60), (25, 60), (50, 60)]


def test_files_come_by_folder_and_name_whatever_the_case_of_their_suffix(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for number, name in enumerate(["a/z.yml", "a.yml", "b.YAML", "a/b.yml"]):
        (tmp_path / name).write_text(RULE.format(number), "utf-8")
    (tmp_path / "c.txt").write_text("x", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    loaded = RuleSet.load([tmp_path])
    assert [rule.path.relative_to(tmp_path).as_posix() for rule in loaded.rules] == [
        "a/b.yml",
        "a/z.yml",
        "a.yml",
        "b.YAML",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read every folder")
def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    loaded = RuleSet.load([tmp_path])
    assert [(problem.path, problem.reason) for problem in loaded.problems] == [
        (closed, "cannot be read: Permission denied")
    ]
