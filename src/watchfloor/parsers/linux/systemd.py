"""Messages of systemd's service manager: units that started, stopped and failed, and what their processes did."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.linux._log import ENDED, STARTED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_FAILED: Fields = {**ENDED, "event.outcome": "failure"}
_INFO: Fields = {"event.category": ["process"], "event.type": ["info"]}
_CHANGE: Fields = {"event.category": ["process"], "event.type": ["change"]}
_HOST: Fields = {"event.category": ["host"]}
_UNIT = r"(?P<service.name>[^\s:]+\.(?:service|socket|timer|mount|automount|scope|slice|target|path|device|swap))"
_NAMED = (
    r"(?:(?P<_unit>[^\s]+\.(?:service|socket|timer|mount|automount|scope|slice|target|path|device|swap))"
    r"(?: - .*?)?|(?P<systemd.description>.*?))"
)


def _action(fields: Fields, action: str, **more: str) -> Fields:
    return {**fields, "event.action": action, **{name.replace("_", "."): value for name, value in more.items()}}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The unit's name, whichever way it was given."""
    if "_unit" not in frame.columns:
        return frame
    known = [pl.col("service.name")] if "service.name" in frame.columns else []
    return frame.with_columns(pl.coalesce(*known, "_unit").alias("service.name"))


PARSER = MessageParser(
    reference="https://www.freedesktop.org/software/systemd/man/latest/systemd.html",
    programs=frozenset({"systemd", "systemd-coredump"}),
    patterns=(
        Pattern(
            (
                r"^Started (?:systemd-logind\.service - )?(?:session-\S+\.scope - )"
                r"?Session (?P<logind.session>\S+) of (?:user|User) (?P<user.name>.*)\.\s*$"
            ),
            {"event.category": ["session"], "event.type": ["start"], "event.action": "session-started"},
        ),
        Pattern(
            rf"^(?:Started|Reached target|Listening on|Mounted|Finished) {_NAMED}\.?\s*$",
            _action(STARTED, "unit-started", event_outcome="success"),
        ),
        Pattern(rf"^(?:Starting|Mounting|Activating) {_NAMED}\.\.\.\s*$", _action(STARTED, "unit-starting")),
        Pattern(
            (
                rf"^(?:Stopped(?: target)?|Closed|Unmounted|Removed slice)"
                rf" {_NAMED}\.?\s*$"
            ),
            _action(ENDED, "unit-stopped"),
        ),
        Pattern(rf"^(?:Stopping|Unmounting|Deactivating) {_NAMED}\.\.\.\s*$", _action(ENDED, "unit-stopping")),
        Pattern(rf"^(?:Reloading|Reloaded|Created slice) {_NAMED}\.{{0,3}}\s*$", _action(_CHANGE, "unit-reloaded")),
        Pattern(rf"^Failed to start {_NAMED}\.?\s*$", _action({**STARTED, "event.outcome": "failure"}, "unit-failed")),
        Pattern(
            (
                rf"^Dependency failed for "
                rf"{_NAMED}\.?\s*$"
            ),
            _action({**STARTED, "event.outcome": "failure"}, "dependency-failed"),
        ),
        Pattern(rf"^{_UNIT}: Failed with result '(?P<event.reason>[^']*)'\.?\s*$", _action(_FAILED, "unit-failed")),
        Pattern(
            rf"^{_UNIT}: (?:Main|Control|Mount|Swap) process exited, code=(?P<systemd.code>\w+)"
            rf", status=(?P<process.exit_code>\d+)"
            r"(?:/(?P<systemd.status>\S+))?\s*$",
            _action(ENDED, "process-exited"),
        ),
        Pattern(
            (
                rf"^{_UNIT}: (?:Succeeded|Deactivated successfully)"
                rf"\.\s*$"
            ),
            _action(ENDED, "unit-stopped", event_outcome="success"),
        ),
        Pattern(
            (
                rf"^{_UNIT}: (?P<event.reason>Scheduled restart job, restart counter is at \d+)"
                rf"\.\s*$"
            ),
            _action(_CHANGE, "restart"),
        ),
        Pattern(
            rf"^{_UNIT}: (?P<event.reason>A process of this unit has been killed by the OOM killer)\.\s*$",
            _action(_FAILED, "oom-killed"),
        ),
        Pattern(
            (
                rf"^{_UNIT}: (?P<event.reason>Unit entered failed state|Start request repeated too quickly|"
                rf".*[Ff]ailed.*?)\.?\s*$"
            ),
            _action(_FAILED, "unit-failed"),
        ),
        Pattern(rf"^{_UNIT}: (?P<event.reason>.*?)\s*$", _INFO),
        Pattern(
            r"^Process (?P<process.pid>\d+) \((?P<process.name>.*)\) of user (?P<user.id>\d+) "
            r"(?P<event.reason>dumped core|terminated abnormally.*?)\.?(?:\n(?s:.*))?$",
            _action(_FAILED, "core-dumped"),
        ),
        Pattern(
            r"^(?P<event.reason>Reloading(?: requested from .*)?\.(?:\.\.)?)\s*$",
            {"event.category": ["configuration"], "event.type": ["change"], "event.action": "daemon-reload"},
        ),
        Pattern(
            r"^(?P<event.reason>systemd \S+ running in system mode.*|Detected (?:virtualization|architecture) .*)$",
            {**_HOST, "event.type": ["start"]},
        ),
        Pattern(
            (
                r"^(?P<event.reason>Startup finished in .*)"
                r"$"
            ),
            {**_HOST, "event.type": ["start"], "event.action": "startup-finished"},
        ),
        Pattern(r"^(?P<event.reason>(?:Shutting down|Powering off|Rebooting)\.?.*)$", {**_HOST, "event.type": ["end"]}),
        Pattern(r"^(?P<event.reason>.*?)\s*$", _INFO),
    ),
    finish=_finish,
)
