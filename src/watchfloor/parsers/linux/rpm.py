"""Logs of yum and dnf: RPM packages installed, updated and erased."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIMES = (
    r"^(?:(?P<_yearless>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?:yum(?:\[\d+\])?: )?"
    r"|(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d{2}:?\d{2})) (?P<log.level>[A-Z]+) )"
)
_PACKAGE = (
    r"(?:\d+:)?(?P<package.name>[A-Za-z0-9_.+-]+?)-(?:\d+:)?(?P<package.version>[^\s-]+-[^\s-]+?)"
    r"\.(?P<package.architecture>noarch|src|i[3-6]86|x86_64|aarch64|armv7hl|ppc64le|s390x|riscv64)\s*$"
)
_BASE: Fields = {"event.category": ["package"], "package.type": "rpm"}
_ACTIONS = (
    ("Installed", "install", "installation"),
    ("Dep-Installed", "install", "installation"),
    ("Updated", "update", "change"),
    ("Upgraded", "upgraded-from", "change"),
    ("Upgrade", "update", "change"),
    ("Reinstalled", "reinstall", "installation"),
    ("Downgraded", "downgrade", "change"),
    ("Downgrade", "downgrade", "change"),
    ("Obsoleted", "obsolete", "deletion"),
    ("Erased", "erase", "deletion"),
    ("Erase", "erase", "deletion"),
    ("Removed", "erase", "deletion"),
)
_WORDS = "|".join(word for word, *_ in _ACTIONS)

PARSER = LineParser(
    reference="https://dnf.readthedocs.io/en/latest/conf_ref.html",
    patterns=(
        *(
            Pattern(rf"{_TIMES}{word}: {_PACKAGE}", {**_BASE, "event.type": [kind], "event.action": action})
            for word, action, kind in _ACTIONS
        ),
        *(
            Pattern(rf"^{word}: {_PACKAGE}", {**_BASE, "event.type": [kind], "event.action": action})
            for word, action, kind in _ACTIONS
        ),
        Pattern(
            rf"{_TIMES}(?:Erased|Removed): (?P<package.name>[A-Za-z0-9_.+-]+)\s*$",
            {**_BASE, "event.type": ["deletion"], "event.action": "erase"},
        ),
        Pattern(
            rf"{_TIMES}Command: (?P<process.command_line>(?:yum|dnf5?) .*?)\s*$",
            {**_BASE, "event.type": ["info"], "event.action": "command"},
        ),
        Pattern(
            rf"{_TIMES}(?P<event.reason>--- logging initialized ---)\s*$",
            {**_BASE, "event.type": ["start"], "event.action": "start"},
        ),
    ),
    times=("%Y-%m-%dT%H:%M:%S%#z",),
    sieve=(
        rf"^(?:[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d (?:yum(?:\[\d+\])?: )?(?:{_WORDS}): |"
        rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d{{2}}:?\d{{2}}) [A-Z]+ "
        rf"(?:(?:{_WORDS}): |Command: (?:yum|dnf)|--- logging init)|(?:{_WORDS}): \S+-\S+-\S+\.\w+\s*$)"
    ),
)
