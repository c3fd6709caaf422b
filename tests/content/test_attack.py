"""ATT&CK's techniques as they are bundled, and the bundled rules' use of them."""

from __future__ import annotations

import re

from watchfloor.incidents.facts import TACTICS
from watchfloor.reports.attack import techniques

TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?")


def test_every_technique_has_a_name_and_known_tactics() -> None:
    assert len(techniques()) > 600
    for number, found in techniques().items():
        assert TECHNIQUE.fullmatch(number)
        assert found.name
        assert found.tactics
        assert set(found.tactics) <= TACTICS.keys()
        assert number.partition(".")[0] in techniques()
