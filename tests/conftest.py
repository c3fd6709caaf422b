"""Options of the whole test suite."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write what the code gives now as the expectation.")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


# Machines are busy at times: a slow example is no fault of the code, a hanging one is caught by the run's own limit.
# `make nightly` asks for more.
examples = int(os.environ.get("WATCHFLOOR_EXAMPLES", "1000")) // 10
settings.register_profile(
    "unhurried", deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")
