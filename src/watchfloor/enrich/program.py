"""What a Windows program is called by its maker, whatever browsers and copies made of the name of its file."""

from __future__ import annotations

import re

import pyarrow as pa

from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions

_NAME = re.compile(r"(?:^|[/\\])(?:copy of )?([^/\\]{1,250})\.exe$", re.IGNORECASE)
_MARKS = re.compile(
    r"""(?<=[^\W_])                                       # something of the name is left
    (?:
        \s?\(\d{1,3}\)                                    # the same download again: Chrome, Edge, Firefox
        | -\d{1,2}                                        # Safari
        | \s-\s(?:copy|kopi[ae]?|c[oó]pi[ae])              # Windows Explorer
        | [-_\s]v?\d{1,5}(?:\.\d{1,6}){1,4}               # a version
        | [-_.\s](?:setup|install|installer|portable|windows|win|win32|win64|x86|x64|x86_64|amd64|arm64|aarch64)
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_MOST_MARKS = 8


def _program(path: str) -> str | None:
    found = _NAME.search(path)
    if not found:
        return None
    name = found[1].strip()
    for _ in range(_MOST_MARKS):
        bare = _MARKS.sub("", name)
        if bare == name:
            break
        name = bare
    return f"{name.lower()}.exe"


def _answer(asked: Questions) -> Answers:
    return {"program": pa.array(map(_program, asked.values[0].to_pylist()), pa.string())}


ENRICHMENT = Enrichment(
    reference="https://attack.mitre.org/techniques/T1219/",
    places=(Place(("process.executable",), {"program": "watchfloor.process.program"}),),
    answer=_answer,
)
