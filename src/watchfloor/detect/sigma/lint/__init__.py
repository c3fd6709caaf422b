"""Lint: what is doubtful about rules that load, check by check, each with a severity and a recommendation."""

from watchfloor.detect.sigma.lint.findings import CHECKS, SEVERITIES, Check, Finding
from watchfloor.detect.sigma.lint.run import lint

__all__ = ["CHECKS", "SEVERITIES", "Check", "Finding", "lint"]
