"""SQL injection by its grammar: a value that ends the literal, number or bracket it stands in and goes on as a query.

https://portswigger.net/web-security/sql-injection/cheat-sheet lists the forms that databases accept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MOST_BREAKS = 32
_SPACE = re.compile(r"[\s\xa0\x00]+")
_LINE_COMMENT = re.compile(r"(?:#|--)[^\n#]{0,400}+\n")
_MARK = re.compile(r"['\"`()]")
_START = re.compile(r" ?-?\d[\d.]{0,30} ?\){0,8}|\){1,8}")
_CLOSING = re.compile(r" ?\){0,8} ?")
_OPERAND = (
    r"""\(*+ ?(?>'[^']{0,64}'?|"[^"]{0,64}"?|-?0x[0-9a-f]{1,64}|-?\d[\d.]{0,30}|@{0,2}[\w.]{1,64}"""
    r"""(?: ?\([^()]{0,200}+(?:\([^()]{0,200}+(?:\([^()]{0,100}+\)[^()]{0,100}+){0,8}+\)[^()]{0,200}+){0,8}+\))?) ?\){0,8}+ ?"""
)
_COMPARES = r"(?:=|<>|!=|<|>|\b(?:not )?r?like\b|\bregexp\b|\bis (?:not )?null\b|\b(?:not )?in ?\(|\bbetween\b)"
_JOINS = r"(?:\bor\b|\band\b|\bxor\b|\|\||&&|\bhaving\b|\bwhere\b|\bdiv\b|\bmod\b)"
_TAIL = r"(?:--|#|/\*|;\x00|; ?$)"
_WORK = (
    r"(?:sleep|pg_sleep|benchmark|ascii|ord|substr|substring|mid|length|char_length|if|iif|ifnull|exists|extractvalue|"
    r"updatexml|count|convert|cast|version|database|user|current_user|system_user|concat|concat_ws|group_concat|char|"
    r"chr|hex|unhex|load_file|row|elt|make_set|exp|json_keys|json_extract|gtid_subset|randomblob|like|glob|unicode|"
    r"sqlite_version|xmltype|(?:ctxsys|dbms|utl)_?\w*\.\w[\w.]*|quotename|has_dbaccess|is_srvrolemember|db_name|"
    r"host_name|select)"
)
_COLUMN = (
    r"""(?>null\b|-?\d+\b|0x[0-9a-f]+|'[^']{0,64}'|"[^"]{0,64}"|@@?\w+|\*|[\w.`]{1,64} ?\((?:[^()]|\([^()]{0,99}+\)){0,200}+\)|"""
    r"""[\w.`]{1,64}(?= ?(?:,|\bfrom\b)))"""
)
_STATEMENT = (
    r"(?:drop (?:table|database|user|schema|view|procedure)\b|insert into\b|"
    r"update [\w.`\[\]]{1,64} set [\w.`\[\]]{1,64} ?=|delete from\b|exec(?:ute)? ?(?:\(|@|xp_|sp_|master|immediate)|"
    r"declare @|select ?(?:\(|\*|@@|[\w.`'\"]{1,64} ?(?:,|\(|\bfrom\b|--|#|$))|shutdown\b|waitfor (?:delay|time)|"
    r"create (?:table|user|function|or|alias|login|database)\b|alter (?:table|user|login)\b|truncate table\b|"
    r"copy \w{0,64} ?(?:\(|from\b|to\b)|grant \w+|set @|call \w+ ?\(|prepare \w+ from|begin\b|if ?\([^;]{1,80}waitfor)"
)
_AFTER_BREAK = re.compile(
    "|".join(
        (
            r"union ?(?:all\b ?|distinct\b ?)?\(* ?select\b",
            rf"{_JOINS} ?(?:not\b|!|~|-)? ?{_OPERAND}{_COMPARES}",
            rf"{_JOINS} ?\(* ?(?:not )?(?:true|false|null|-?\d+|'\w{{0,64}}'?) ?\)* ?{_TAIL}",
            rf"{_JOINS} ?\(* ?(?:not )?(?:true|false)\b ?\)* ?$",
            rf"(?:{_JOINS}|[-+*/^|,=<>]{{1,2}}|\br?like\b|\bregexp\b) ?\(*+ ?(?:not )?(?:select ?\(?)? ?{_WORK} ?\(",
            r"(?:\|\||[-+*/^]|,) ?\( ?select\b",
            r"(?:\|\|) ?(?:'[^']{0,64}'?|\"[^\"]{0,64}\"?|\w+ ?\()",
            rf"(?:(?:{_JOINS}|[-+*/^|,=]{{1,2}}) ?)?\(* ?(?:select )?\(? ?case when\b",
            r"(?:order|group) by (?:\d+|\()[ \d,)]*(?:asc|desc)? ?(?:--|#|/\*|,? ?\(|$)",
            rf"(?:group by [\w., ]{{1,64}}? )?having {_OPERAND}{_COMPARES}",
            r"(?:limit \d[\d, ]{0,20})?(?:procedure analyse ?\(|into (?:out|dump)file\b)",
            rf"(?:{_JOINS} )?(?:not )?(?:(?:r?like|regexp|glob)(?: ['\"(%]|\()|in ?\(|between ['\"(\d])",
            r"= ?['\"]",
            rf"; ?{_STATEMENT}",
            r"(?:waitfor (?:delay|time)|if ?\([^;]{1,80}\) ?waitfor) ",
        )
    )
)
"""How a query goes on after the place where the value left the literal it was meant for."""
_ANYWHERE = re.compile(
    "|".join(
        (
            (
                rf"\bunion ?(?:all\b ?|distinct\b ?)?\(* ?select ?\(*+ ?{_COLUMN}\)*+ ?(?:, ?\(*+{_COLUMN}\)*+ ?){{0,64}}+"
                rf"(?:$|{_TAIL}|from [\w.`]+ ?(?:$|where\b|limit\b|{_TAIL}))"
            ),
            rf"\b(?:or|and) (\d{{1,9}}) ?= ?\1 ?(?:$|{_TAIL})",
            r"""\b(?:or|and) (['"])(\w{0,20})\2 ?= ?\2\3(?:\2|$)""",
            r"(?:^|[=(,'\d]) ?\( ?select ?\(? ?(?:\d+|count|group_concat|concat|sleep|char|version|user|database|@@|\*|case)",
            (
                r"\( ?select\b[^;]{1,200}?\bfrom\b ?\(? ?(?:select\b|information_schema|mysql\.|pg_|sqlite_master|sys|dual|"
                r"all_tables|user_tables|users?\b|v\$|generate_series)"
            ),
            (
                r"(?:^|[=(,;'\"\d|+-] ?)(?:\(?select ?\(? ?)?(?:sleep|pg_sleep) ?\( ?['\"(]?\d[\d.]*['\")]* ?\)+ ?"
                r"(?:$|[-#/*;,)|+'\"]|and\b|or\b|from\b)"
            ),
            r"(?:^|[=(,;'\"\d|+-] ?)(?:and |or )?(?:\(?select ?\(? ?)?benchmark ?\( ?[\d.e]+ ?, ?\w+ ?\(",
            r"(?:['\");\d]|^) ?;? ?waitfor (?:delay|time) ?['\"(@]",
            r"(?:[=(,'\"\d|+-]|and|or|select) ?(?:dbms_pipe\.receive_message|dbms_lock\.sleep|dbms_session\.sleep) ?\(",
            r"\b(?:extractvalue|updatexml) ?\( ?(?:[^,()]|\([^()]{0,99}+\)){1,64}+, ?(?:concat|0x|\(|make_set|if)",
            r"\bload_file ?\( ?(?:'|\"|0x|char ?\()|\binto (?:out|dump)file ['\"]",
            r"(?:exec|execute|;|master\.+(?:dbo\.)?) ?(?:master\.+(?:dbo)?\.+)?xp_(?:cmdshell|dirtree|regread) ?[('\"@]",
            r"\bfloor ?\( ?rand ?\( ?\d|\bexp ?\( ?~ ?\(",
            rf"^\w{{0,20}} ?; ?{_STATEMENT}",
            r"(?:^|[(,=] ?)case when ?\(?[^;]{1,80} then ",
        )
    )
)
"""What only an injected query says, wherever it stands."""
_CLOSED = re.compile(r"""(?:--[ +-]{0,3}\w{0,12} ?|# ?\w{0,12}|/\*.{0,12}|; ?--.{0,12}|;? ?\x00)$""")
"""The rest of the query made a comment at the end of the value."""
_DELAY = re.compile(
    r"(?:sleep|receive_message ?\([^,]{1,64},|(?:dbms_lock|dbms_session)\.sleep)[ (]*['\"]?(\d{1,4})|"
    r"waitfor delay ?['\"(]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?"
)
_LIKELY = re.compile(
    r"['\"`)]|select|sleep|benchmark|waitfor|extractvalue|load_file|file |;|\d ?[a-z|&*/^,(-]|\b(?:or|and) "
)


def normal(text: str) -> str:
    """A value as a query's lexer sees it: lower case, comments and runs of white space as one space."""
    return _SPACE.sub(" ", _LINE_COMMENT.sub(" ", "".join(_uncommented(text.lower()))))


def _uncommented(text: str) -> Iterator[str]:
    """The text, with the content of MySQL's conditional comments, and spaces for all others."""
    at = 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        yield text[at:start]
        inside = text[start + 2 : end]
        yield f" {inside[1:].lstrip('0123456789')} " if inside.startswith("!") else " "
        at = end + 2
    yield text[at:]


def sql_injection(value: str) -> bool:
    """Whether the decoded value carries on a query."""
    if not _LIKELY.search(text := normal(value)):
        return False
    if _ANYWHERE.search(text):
        return True
    for quoted, end in _breaks(text):
        after = _CLOSING.match(text, end)
        at = after.end() if after else end
        if _AFTER_BREAK.match(text, at) or (quoted and _CLOSED.match(text, at)):
            return True
    return False


def _breaks(text: str) -> Iterator[tuple[bool, int]]:
    """Whether it is a quote, and the end, of each thing that leaves the place which the value was meant for.

    That is a quote that none in the value closes, a bracket too many, or the number that the value starts with.
    """
    if start := _START.match(text):
        yield False, start.end()
    open_quotes: set[str] = set()
    depth = found = 0
    for mark in _MARK.finditer(text):
        sign = mark[0]
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth < 0:
                yield False, mark.end()
                depth, found = 0, found + 1
        elif sign in open_quotes:
            open_quotes.discard(sign)
        else:
            open_quotes.add(sign)
            yield True, mark.end()
            found += 1
        if found >= _MOST_BREAKS:
            return


def delay(value: str) -> int | None:
    """Seconds that the value's query or command asks the server to wait."""
    found = _DELAY.search(normal(value))
    if found is None:
        return None
    if found[1]:
        return int(found[1])
    return int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
