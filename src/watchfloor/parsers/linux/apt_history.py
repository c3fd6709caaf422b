"""Lines of apt's history.log and term.log: commands, who asked for them, packages installed and removed."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_BASE: Fields = {"event.category": ["package"], "package.type": "deb"}
_TIME = r"(?P<_time>\d{4}-\d\d-\d\d  ?\d\d:\d\d:\d\d)\s*$"


def _did(action: str, kind: str) -> Fields:
    return {**_BASE, "event.type": [kind], "event.action": action}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The package's name where the line names only one."""
    if "apt.packages" not in frame.columns:
        return frame
    one = pl.col("apt.packages").str.extract_groups(
        r"^([a-z0-9][a-z0-9.+-]*):([a-z0-9-]+) \((?:[^,()]+, )?([^,()]+)\)$"
    )
    return frame.with_columns(
        one.struct.field("1").alias("package.name"),
        one.struct.field("2").alias("package.architecture"),
        one.struct.field("3").alias("package.version"),
    )


PARSER = LineParser(
    reference="https://manpages.debian.org/bookworm/apt/apt.conf.5.en.html",
    patterns=(
        Pattern(rf"^Start-Date: {_TIME}", _did("start", "start")),
        Pattern(rf"^End-Date: {_TIME}", _did("end", "info")),
        Pattern(r"^Commandline: (?P<process.command_line>.*?)\s*$", _did("command", "info")),
        Pattern(r"^Requested-By: (?P<user.name>.*) \((?P<user.id>\d+)\)\s*$", _did("requested-by", "info")),
        Pattern(r"^Install: (?P<apt.packages>\S+:\S+ \(.*\))\s*$", _did("install", "installation")),
        Pattern(r"^Reinstall: (?P<apt.packages>\S+:\S+ \(.*\))\s*$", _did("reinstall", "installation")),
        Pattern(r"^Upgrade: (?P<apt.packages>\S+:\S+ \(.*\))\s*$", _did("upgrade", "change")),
        Pattern(r"^Downgrade: (?P<apt.packages>\S+:\S+ \(.*\))\s*$", _did("downgrade", "change")),
        Pattern(r"^Remove: (?P<apt.packages>\S+:\S+ \(.*\))\s*$", _did("remove", "deletion")),
        Pattern(r"^Purge: (?P<apt.packages>\S+:\S+ \(.*\))\s*$", _did("purge", "deletion")),
        Pattern(r"^Error: (?P<event.reason>Sub-process .*)$", {**_did("error", "error"), "event.outcome": "failure"}),
        Pattern(rf"^Log started: {_TIME}", _did("start", "start")),
        Pattern(rf"^Log ended: {_TIME}", _did("end", "info")),
    ),
    times=("%Y-%m-%d  %H:%M:%S", "%Y-%m-%d %H:%M:%S"),
    sieve=(
        r"^(?:(?:Start-Date|End-Date|Log started|Log ended): \d{4}-\d\d-\d\d  ?\d\d:|Commandline: |"
        r"Requested-By: .* \(\d+\)\s*$"
        r"|(?:Install|Reinstall|Upgrade|Downgrade|Remove|Purge): [a-z0-9][a-z0-9.+-]*:[a-z0-9-]+ \(|"
        r"Error: Sub-process )"
    ),
    finish=_finish,
)
