"""Attacks in web requests, recognised by their grammar after every layer of encoding is taken off."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.enrich import _injection_grammar as injection
from watchfloor.enrich import _path_grammar as paths
from watchfloor.enrich._request_marks import AGENT_MARKS, REQUEST_MARKS
from watchfloor.enrich._request_text import decoded
from watchfloor.enrich._sql_grammar import delay, sql_injection
from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions, in_rows

_MOST_PARTS = 200
"""Parameters that are looked at one by one; what is beyond is looked at as one."""
_LONGEST_PART = 1_000
_AIMS = {
    "secret_file": "download", "backup_file": "download",
    "path_traversal": "file", "file_inclusion": "file", "xxe": "file",
    "sql_injection": "data", "nosql_injection": "data", "ldap_injection": "data", "ssrf": "data",
    "web_shell": "output", "command_injection": "output", "code_injection": "output", "template_injection": "output",
    "jndi_lookup": "callback", "xss": "echo", "crlf_injection": "echo", "probe": "page", "scanner": "page",
}  # fmt: skip
"""What the attack wants of the answer. The order is that of weight: the first kind of a request decides."""
_WEIGHT = {kind: place for place, kind in enumerate(_AIMS)}
_RUN = re.compile(r"\s{2,}")
_PLAIN_NAME = re.compile(r"[\w.\[\]:-]{0,128}")


class Attack(NamedTuple):
    """What was recognised in one part of a request.

    Attributes:
        kinds: what it is, at least one.
        part: as it was sent.
        delay: seconds that the server is told to wait.
    """

    kinds: frozenset[str]
    part: str
    delay: int | None = None


def attacks_in_target(target: str) -> list[Attack]:
    """Attacks in a request target, or in a whole URL: at most one of the path, and one per parameter."""
    path, _, query = _origin_form(target).partition("?")
    found = [_of_path(path)]
    if query:
        found += [_of_parameter(each) for each in _split(query)]
        if (text := decoded(f"{path}?{query}", form=False)) and paths.probe(text) and not found[0]:
            found.append(Attack(frozenset({"probe"}), path))
    return [each for each in found if each]


def attacks_in_header(value: str) -> list[Attack]:
    """Attacks in a header that programs of the server may log, run or store."""
    text = _compact(decoded(value, form=False))
    kinds = {
        kind
        for kind, holds in (
            ("jndi_lookup", injection.lookup(text)),
            ("command_injection", text.lstrip().startswith("()") and injection.command(text)),
            ("xss", "<" in text and injection.cross_site_script(text)),
            ("code_injection", "<?" in text and injection.code(text)),
            ("sql_injection", ("'" in text or '"' in text or "sleep" in text) and sql_injection(text)),
            ("template_injection", "{" in text and injection.template(text)),
        )
        if holds
    }
    return [Attack(frozenset(kinds), value[:_LONGEST_PART], delay(text))] if kinds else []


def attacks_in_agent(value: str) -> list[Attack]:
    """Attacks in a user agent, and scanners that name themselves."""
    named = [Attack(frozenset({"scanner"}), value[:_LONGEST_PART])] if paths.scanner(value) else []
    return attacks_in_header(value) + named


def attacks_in_body(body: str) -> list[Attack]:
    """Attacks in the body of a request, a form or anything else."""
    if re.match(r"[\w.\[\]%-]{1,128}=", body):
        return [each for part in _split(body) if (each := _of_parameter(part))]
    return [each] if (each := _of_parameter(body)) else []


def _origin_form(target: str) -> str:
    """The target without scheme and authority: https://www.rfc-editor.org/rfc/rfc9112#section-3.2."""
    if (absolute := re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^/?#]*", target)) is not None:
        return target[absolute.end() :] or "/"
    return target


def _split(query: str) -> Iterator[str]:
    parts = query.split("&", _MOST_PARTS)
    yield from (part for part in parts if part)


def _of_path(path: str) -> Attack | None:
    text = decoded(path, form=False)
    kinds = {
        kind
        for kind, holds in (
            ("path_traversal", paths.traversal(text, path, path=True)),
            ("secret_file", paths.secret_file(text.replace("\\", "/").rstrip("/"))),
            ("backup_file", paths.backup_file(text)),
            ("probe", paths.probe(text)),
        )
        if holds
    }
    if not text.isascii() or not _QUIET_PATH.fullmatch(text):
        for part in {text.rsplit("/", 1)[-1], *(text.split("/")[-_MOST_PARTS:]), text}:
            kinds |= _injections("", part) - {"ssrf", "ldap_injection", "file_inclusion", "path_traversal"}
    return Attack(frozenset(kinds), path[:_LONGEST_PART], delay(text)) if kinds else None


_QUIET_PATH = re.compile(r"[\w./@:+,~=!-]*")


def _of_parameter(part: str) -> Attack | None:
    raw_name, equals, raw = part.partition("=") if "=" in part else ("", "", part)
    name, value = decoded(raw_name, form=True), decoded(raw, form=True)
    kinds = _injections(name, value)
    if paths.traversal(value, raw, path=False):
        kinds.add("path_traversal")
    if paths.wrapper(value) or paths.remote_inclusion(name, value):
        kinds.add("file_inclusion")
    if equals and injection.shell_line(name, value):
        kinds.add("web_shell")
    if not _PLAIN_NAME.fullmatch(name):
        kinds |= _injections("", name)
    if injection.reaches_into_objects(name, value):
        kinds.add("template_injection")
    return Attack(frozenset(kinds), part[:_LONGEST_PART], delay(value)) if kinds else None


def _compact(text: str) -> str:
    """The text with each run of white space as one character, a line's end where it has one."""
    return _RUN.sub(lambda found: "\n" if "\n" in found[0] or "\r" in found[0] else " ", text)


def _injections(name: str, text: str) -> set[str]:
    value = _compact(text)
    return {
        kind
        for kind, holds in (
            ("sql_injection", sql_injection(value)),
            ("xss", injection.cross_site_script(value)),
            ("command_injection", injection.command(value)),
            ("code_injection", injection.code(value)),
            ("template_injection", injection.template(value)),
            ("jndi_lookup", injection.lookup(value)),
            ("xxe", "<" in value and injection.external_entity(value)),
            ("crlf_injection", injection.header_break(value)),
            ("ldap_injection", injection.directory_filter(value)),
            ("nosql_injection", injection.document_query(name, value)),
            ("ssrf", paths.forged_request(name, value)),
        )
        if holds
    }


class _Column(NamedTuple):
    """What was recognised in one field of the questions; `rows` are places in `found`, -1 for nothing."""

    field: str
    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    found: list[list[Attack]]


def _column(field: str, values: pa.Array, marks: str, recognise: Callable[[str], list[Attack]]) -> _Column:
    """Each distinct value is looked at once, and only those with a mark of something unusual."""
    encoded = values.dictionary_encode()
    texts = pl.Series(pl.from_arrow(encoded.dictionary), dtype=pl.String)
    marked = texts.str.contains(marks).arg_true().to_numpy()
    number = np.full(len(texts) + 1, -1, np.int64)
    found: list[list[Attack]] = []
    for at in marked:
        if attacks := recognise(texts[int(at)]):
            number[at] = len(found)
            found.append(attacks)
    indices = encoded.indices.fill_null(len(texts)).to_numpy().astype(np.int64)
    return _Column(field, number[indices], found)


def _answer(asked: Questions) -> Answers:
    original, query, agent, referrer, body = asked.values
    apart = pc.and_(query.is_valid(), pc.invert(pc.match_substring(original, "?")))
    target = (
        pc.if_else(apart, pc.binary_join_element_wise(original, query, "?"), original)
        if pc.any(apart).as_py()
        else original
    )
    columns = (
        _column("url.original", target, REQUEST_MARKS, attacks_in_target),
        _column("http.request.body.content", body, REQUEST_MARKS, attacks_in_body),
        _column("user_agent.original", agent, AGENT_MARKS, attacks_in_agent),
        _column("http.request.referrer", referrer, AGENT_MARKS, attacks_in_header),
    )
    rows = np.flatnonzero(functools.reduce(np.logical_or, [column.rows >= 0 for column in columns]))
    kinds: list[list[str]] = []
    fields: list[list[str]] = []
    parts: list[str] = []
    aims: list[str] = []
    delays: list[int | None] = []
    for row in rows:
        found = [(c.field, each) for c in columns if c.rows[row] >= 0 for each in c.found[c.rows[row]]]
        _, first = min(found, key=lambda each: _WEIGHT[_heaviest(each[1].kinds)])
        kinds.append(sorted({kind for _, each in found for kind in each.kinds}))
        fields.append(sorted({field for field, _ in found}))
        parts.append(first.part)
        aims.append("delay" if first.delay is not None else _AIMS[_heaviest(first.kinds)])
        delays.append(first.delay)
    answers = {
        "attack": pa.array(kinds, pa.list_(pa.string())),
        "field": pa.array(fields, pa.list_(pa.string())),
        "part": pa.array(parts, pa.string()),
        "aim": pa.array(aims, pa.string()),
        "delay": pa.array(delays, pa.int64()),
    }
    return {name: in_rows(values, rows, len(original)) for name, values in answers.items()}


def _heaviest(kinds: Iterable[str]) -> str:
    return min(kinds, key=_WEIGHT.__getitem__)


ENRICHMENT = Enrichment(
    reference="https://owasp.org/www-project-web-security-testing-guide/",
    places=(
        Place(
            ("url.original", "url.query", "user_agent.original", "http.request.referrer", "http.request.body.content"),
            {
                "attack": "watchfloor.web.attack",
                "field": "watchfloor.web.attack_field",
                "part": "watchfloor.web.attack_part",
                "aim": "watchfloor.web.attack_aim",
                "delay": "watchfloor.web.attack_delay",
            },
        ),
    ),
    answer=_answer,
    of_record=True,
)
