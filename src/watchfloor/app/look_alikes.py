"""What all rules together make of a look-alike: one detection run over its events, not one per rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from watchfloor.app.behaving import matches_of
from watchfloor.app.rule_samples import MAY_FIRE, Sample, may_fire
from watchfloor.core.errors import SourceError
from watchfloor.detect.sigma import BehaviorRule, Context, Correlation, Detector, Rule, RuleSet
from watchfloor.policy.policy import FILE_NAME, read_policy

_NAMED = 3
"""Records that are named of those that a rule fires on."""


@dataclass(frozen=True)
class _Jury:
    """Some rules, ready to look at one sample after another."""

    rules: RuleSet

    @cached_property
    def detector(self) -> Detector:
        """Shared by all samples; a batch leaves nothing behind in it."""
        return Detector(self.rules)

    def raised(self, sample: Sample) -> Iterator[tuple[Rule | Correlation | BehaviorRule, list[str]]]:
        """The rules that would raise an alert, each with the ids of the events; none for those that judge files."""
        from watchfloor.detect.behaviors.trial import trial  # noqa: PLC0415 - the store is slow to import
        from watchfloor.detect.sigma.correlate.trial import fired  # noqa: PLC0415

        found = [(batch, self.detector.detect(batch)) for batch in sample.batches]
        by_rule: dict[str, tuple[Rule, list[str]]] = {}
        for batch, detected in found:
            for firing in detected.firings:
                ids = by_rule.setdefault(firing.rule.id, (firing.rule, []))[1]
                ids.append(batch.table["event.id"][firing.row].as_py())
        yield from by_rule.values()
        seen = [detected.observations for _, detected in found if len(detected.observations)]
        keys = {key for each in seen for key in each["key"].unique().to_pylist()}
        behaviors = [behavior for behavior in self.rules.behaviors if behavior.key in keys]
        changes = trial(behaviors, seen).changes if behaviors else []
        judged = {change.behavior.id: change.behavior for change in changes}
        yield from ((behavior, []) for behavior in judged.values() if behavior.id not in self.rules.silent)
        matches = [*(detected.matches for _, detected in found), matches_of(changes, self.rules)]
        correlations = self._about({key for each in matches for key in each["key"].unique().to_pylist()})
        judging = {each.id: each for each in fired(correlations, matches)} if correlations else {}
        yield from ((each, []) for each in judging.values() if each.id not in self.rules.silent)

    def _about(self, keys: set[str]) -> list[Correlation]:
        """The correlations with these keys, and those that refer to one of them by however many steps."""
        found: dict[str, Correlation] = {}
        for each in self.rules.correlations:  # those that others refer to come first
            if each.key in keys or not found.keys().isdisjoint(each.members):
                found[each.id] = each
        return list(found.values())


@dataclass(frozen=True)
class LookAlikes:
    """All rules of a set, for look-alikes of any of them."""

    rules: RuleSet

    @cached_property
    def _everybody(self) -> _Jury:
        return _Jury(self.rules)

    def faults(self, path: Path, sample: Sample) -> Iterator[str]:
        """What fires on a look-alike of the rules of a file beside these rules, and is not named by `may_fire.yml`.

        Rules that read the policy are asked where the look-alike comes with one; elsewhere they are blind.
        """
        folder = sample.file.parent
        try:
            allowed = may_fire(folder).get(sample.file.name, frozenset())
        except SourceError as error:
            yield str(error)
            return
        found = (
            _fault(sample, rule, ids)
            for jury in (self._everybody, *self._by_its_policy(folder))
            for rule, ids in jury.raised(sample)
            if rule.path != path and allowed.isdisjoint(_names(rule.path))
        )
        yield from dict.fromkeys(found)

    def _by_its_policy(self, folder: Path) -> Iterator[_Jury]:
        """The files whose rules are blind without the policy of the samples."""
        own = folder / FILE_NAME
        paths = dict.fromkeys(rule.path for rule in self.rules.blind)
        if own.exists() and paths:
            yield _Jury(RuleSet.load(paths, context=Context(policy=read_policy(own))))


def _names(path: Path) -> set[str]:
    """What `may_fire.yml` may call the rules of a file: with its folder where others have the same name."""
    return {path.stem, f"{path.parent.name}/{path.stem}"}


def _fault(sample: Sample, rule: Rule | Correlation | BehaviorRule, ids: list[str]) -> str:
    name = f"{rule.path.stem} ({rule.title})"
    words = f"fires {name} and {MAY_FIRE} does not allow it"
    if not ids:
        return f"{sample.file.name} {words}"
    chosen = set(ids)
    if sample.joined is not None:
        table = sample.joined.table
        joined = zip(table["event.id"].to_pylist(), table["watchfloor.joined"].to_pylist(), strict=True)
        chosen.update(part for event_id, parts in joined if event_id in chosen for part in parts)
    places = [place for event_id, place in sample.places() if event_id in chosen]
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f"{', '.join(places[:_NAMED])}{more} {words}"
