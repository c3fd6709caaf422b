"""The Sigma engine: rules are loaded and compiled once, then matched against batches of events by columns."""

from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.detect.sigma.context import Context
from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.detect.sigma.match import Detector, Firing, Reason
from watchfloor.detect.sigma.rules import Rule, RuleProblem
from watchfloor.detect.sigma.ruleset import RuleSet

__all__ = ["BehaviorRule", "Context", "Correlation", "Detector", "Firing", "Reason", "Rule", "RuleProblem", "RuleSet"]
