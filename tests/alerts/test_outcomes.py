import pytest

from watchfloor.alerts.outcomes import failed


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event.category": ["authentication"], "event.outcome": "failure"}, True),
        ({"event.category": ["authentication"], "event.outcome": "success"}, False),
        ({"event.category": ["intrusion_detection"], "event.type": ["denied"]}, True),
        ({"event.category": ["network", "intrusion_detection"], "event.type": ["allowed"]}, False),
        ({"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "success"}, True),
        # What a web server answers is no proof: an exploit may have worked before it answered.
        ({"event.category": ["web"], "event.outcome": "failure"}, False),
        ({"event.category": ["web"], "event.type": ["denied"], "event.outcome": "failure"}, False),
        ({"event.category": ["process"], "event.outcome": "failure"}, False),
        ({"event.category": None, "event.outcome": None}, False),
        ({}, False),
    ],
)
def test_only_who_guards_the_target_says_that_nothing_came_of_it(event: dict[str, object], expected: bool) -> None:
    assert failed(event) is expected
