"""One rule file -> compiled rules, filters and problems, as plain data that can be cached as JSON.

pySigma reads the rules (https://sigmahq-pysigma.readthedocs.io); what it refuses, and what this engine cannot run,
becomes a problem with its line. Nothing here raises for the content of a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sigma.exceptions import SigmaError, SigmaTitleError
from sigma.filters import EmptySigmaGlobalFilter, SigmaFilter
from sigma.rule import SigmaLogSource, SigmaRule
from sigma.rule.detection import EmptySigmaDetections, SigmaDetections
from sigma.rule.logsource import EmptyLogSource

from watchfloor.core.documents import Document, read_documents
from watchfloor.core.errors import RuleError
from watchfloor.detect.behaviors.parse import definition_of, misspelt
from watchfloor.detect.sigma.actions import fold_actions
from watchfloor.detect.sigma.bounds import Budget, PlacedError
from watchfloor.detect.sigma.compile import Compiled, compile_detection
from watchfloor.detect.sigma.context import Context
from watchfloor.detect.sigma.correlate.parse import correlation_of
from watchfloor.detect.sigma.described import described
from watchfloor.detect.sigma.pipelines import built
from watchfloor.detect.sigma.places import line_of
from watchfloor.detect.sigma.policy import POLICY
from watchfloor.detect.sigma.prepare import placeholders_of, prepared
from watchfloor.detect.sigma.problems import Problems
from watchfloor.detect.sigma.rules import Detection

Visit = Callable[[Document, dict[str, Any]], None]

TAXONOMIES = ("sigma", "ecs")
"""Names of fields that are understood without a pipeline: Sigma's own, and those of events."""


@dataclass(slots=True)
class ParsedFile:
    """What one file gave.

    Attributes:
        rules: arguments of `rules.Rule` but for the path, as JSON can hold them.
        filters: filters for rules of any file, see `filters.apply_filters`.
        problems: arguments of `rules.RuleProblem` but for the path.
        correlations: correlation rules, as `correlate.parse` gives them.
        behaviors: behaviours: the rule that chooses their events, and `behaviors.parse.definition_of`.
    """

    rules: list[dict[str, Any]] = field(default_factory=list)
    filters: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    correlations: list[dict[str, Any]] = field(default_factory=list)
    behaviors: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the cache."""
        return asdict(self)


def parse_file(data: bytes, context: Context | None = None, visit: Visit | None = None) -> ParsedFile:
    """Compile every rule and filter of one file.

    Args:
        data: the file's content, YAML in UTF-8.
        context: what it is compiled with.
        visit: is called with each rule as written and as compiled.
    """
    return _Parser(context or Context(), visit).parse(data)


class _Parser:
    """The work on one file."""

    def __init__(self, context: Context, visit: Visit | None) -> None:
        self._context = context
        self._placeholders, self._unsaid = context.values, context.unsaid
        self._visit = visit
        self._pipeline = built(context.pipelines)
        self._budget = Budget(self._placeholders)
        self._problems = Problems()
        self._parsed = ParsedFile()

    def parse(self, data: bytes) -> ParsedFile:
        report = self._problems.report
        for document in fold_actions(read_documents(data, report), report):
            if self._budget.values < 0:
                report("the rest of the file is left out", line=document.line)
                break
            if "correlation" in document.content:
                self._document(document, "correlation", self._correlation)
            elif "behavior" in document.content:
                self._document(document, "behavior", self._behavior)
            elif "filter" in document.content:
                self._document(document, "filter", self._filter)
            elif wrong := misspelt(document.content):
                report(f"{wrong!r} is written 'behavior'", line=document.line_of(wrong), rule=document.name)
            else:
                self._document(document, "detection", self._rule)
        self._parsed.problems = self._problems.finish()
        return self._parsed

    def _document(self, document: Document, section: str, take: Any) -> None:
        try:
            take(document)
        except PlacedError as error:
            self._problems.report(error.thing, line=document.line_of(*error.path), rule=document.name)
        except RuleError as error:
            self._problems.report(error.thing, line=document.line_of(section), rule=document.name)
        except Exception as error:  # noqa: BLE001 - the border to pySigma: what it stumbles over is a listed problem
            self._problems.report(_stumbled(error), line=line_of(error, document, section), rule=document.name)

    def _rule(self, document: Document) -> None:
        entry = self._chosen(document, document.content, "sigma rule")
        if entry is None:
            return
        self._parsed.rules.append(entry)
        if self._visit is not None:
            self._visit(document, entry)

    def _behavior(self, document: Document) -> None:
        definition = definition_of(document.content)
        content = {name: value for name, value in document.content.items() if name != "behavior"}
        entry = self._chosen(document, content, "behavior", definition["kind"])
        if entry is None:
            return
        self._parsed.behaviors.append(entry | definition)
        if self._visit is not None:
            self._visit(document, entry)

    def _chosen(self, document: Document, content: dict[Any, Any], *kind: str) -> dict[str, Any] | None:
        """What a detection chooses, compiled; None when the document is broken."""
        self._budget.charge("detection", content)
        read = prepared(content, "detection", self._placeholders)
        rule = SigmaRule.from_dict(read, collect_errors=True, policy=POLICY)
        broken = isinstance(rule.detection, EmptySigmaDetections) or isinstance(rule.logsource, EmptyLogSource)
        if self._is_broken(rule, document, "detection", broken=broken):
            return None
        written = _logsource(rule.logsource)
        taxonomy = self._translated(rule)
        compiled = compile_detection(rule.detection, self._placeholders)
        entry = {
            **described(rule, *kind, *written),
            "written": written,
            "taxonomy": taxonomy,
            "related": _related(rule),
            "line": document.line,
            "blind": self._blind(content["detection"]),
        }
        return entry | _compiled(rule, compiled)

    def _filter(self, document: Document) -> None:
        self._budget.charge("filter", document.content)
        read = prepared(document.content, "filter", self._placeholders)
        found = SigmaFilter.from_dict(read, collect_errors=True, policy=POLICY)
        broken = isinstance(found.filter, EmptySigmaGlobalFilter) or isinstance(found.logsource, EmptyLogSource)
        if self._is_broken(found, document, "filter", broken=broken):
            return
        written = _logsource(found.logsource)
        # A pipeline changes rules only, so the filter goes through it as one.
        detection = SigmaDetections(found.filter.detections, found.filter.condition, policy=POLICY)
        rule = SigmaRule(title=found.title, taxonomy=found.taxonomy, logsource=found.logsource, detection=detection)
        taxonomy = self._translated(rule)
        compiled = compile_detection(rule.detection, self._placeholders, section="filter")
        rules = found.filter.rules
        entry = {
            **described(found, "sigma filter", *written),
            "written": written,
            "taxonomy": taxonomy,
            "rules": None if isinstance(rules, str) else [str(each.reference) for each in rules],
            "line": document.line,
            "blind": self._blind(document.content["filter"]),
        }
        self._parsed.filters.append(entry | _compiled(rule, compiled))

    def _correlation(self, document: Document) -> None:
        self._parsed.correlations.append({**correlation_of(document.content), "line": document.line})

    def _blind(self, definition: Any) -> list[str]:
        """Lists that a detection reads and about which nothing is said."""
        return sorted(self._unsaid & placeholders_of(definition))

    def _is_broken(self, found: SigmaRule | SigmaFilter, document: Document, section: str, *, broken: bool) -> bool:
        """Report the errors of a rule or filter; whether it means nothing because of them."""
        broken |= any(isinstance(error, SigmaTitleError) for error in found.errors)
        for error in found.errors:
            line = line_of(error, document, section)
            self._problems.report(_first_line(error), line=line, rule=document.name, runs=not broken)
        return broken

    def _translated(self, rule: SigmaRule) -> str:
        """Apply the pipelines; the taxonomy that the fields have then.

        Raises:
            RuleError: the taxonomy is none that is understood, and no pipeline changed the rule.
        """
        taxonomy = rule.taxonomy if isinstance(rule.taxonomy, str) else "sigma"
        applied = False
        if self._pipeline is not None:
            self._pipeline.apply(rule)
            applied = any(self._pipeline.applied)
        if taxonomy in TAXONOMIES:
            return taxonomy
        if not applied:
            raise PlacedError(f"the taxonomy {taxonomy[:100]!r} needs a pipeline (--pipeline)", ("taxonomy",))
        return "sigma"


def _compiled(rule: SigmaRule, compiled: Compiled) -> dict[str, Any]:
    return {
        "logsource": _logsource(rule.logsource),
        "fields": compiled.fields,
        "event_ids": compiled.event_ids,
        "compiled": Detection(compiled.selections, compiled.condition).as_json(),
    }


def _logsource(source: SigmaLogSource) -> list[str]:
    return [source.product or "", source.category or "", source.service or ""]


def _related(rule: SigmaRule) -> list[list[str]]:
    items = getattr(rule.related, "related", None) or []
    return [[item.type.name.lower(), str(item.id)] for item in items]


def _first_line(error: Exception) -> str:
    text = str(error.args[0]) if isinstance(error, SigmaError) and error.args else str(error)
    return text.strip().partition("\n")[0]


def _stumbled(error: Exception) -> str:
    known = isinstance(error, SigmaError)
    return _first_line(error) if known else f"cannot be read: {type(error).__name__}: {_first_line(error)}"
