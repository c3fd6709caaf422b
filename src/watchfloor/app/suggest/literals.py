"""Text from samples in regexes and in Python source: whatever it holds, it means itself."""

from __future__ import annotations

_SPECIAL = frozenset("\\.+*?()|[]{}^$")
_WIDTH = 120
_PIECE = 100


def escaped(text: str) -> str:
    """A regex in Rust's syntax for exactly this text, in printable ASCII."""
    return "".join(_escaped(each) for each in text)


def _escaped(each: str) -> str:
    if each in _SPECIAL:
        return f"\\{each}"
    if each == "\ufffd":  # stands for what could not be read
        return "."
    return each if " " <= each <= "~" else f"\\x{{{ord(each):X}}}"


def python(text: str) -> str:
    """A Python literal of the text, in ASCII, in double quotes unless that takes more escapes, as ruff format wants."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(_in_python(each, quote) for each in text)
    return f"{quote}{body}{quote}"


def _in_python(each: str, quote: str) -> str:
    if each in {"\\", quote}:
        return f"\\{each}"
    return each if " " <= each <= "~" else ascii(each)[1:-1]


def raw(regex: str, indent: int) -> str:
    """Raw literals of a regex of printable ASCII, as many lines of them as it needs, without the first indent."""
    if '"' in regex and "'" in regex:
        regex = regex.replace("'", r"\x27")
    if indent + len(regex) + 4 <= _WIDTH:
        return _raw(regex)
    return f"\n{' ' * indent}".join(_raw(piece) for piece in _pieces(regex))


def _raw(piece: str) -> str:
    quote = "'" if '"' in piece else '"'
    return f"r{quote}{piece}{quote}"


def _pieces(regex: str) -> list[str]:
    """Cut at blanks where there are any; never between a backslash and what it escapes."""
    found = []
    while len(regex) > _PIECE:
        at = regex.rfind(" ", _PIECE // 2, _PIECE) + 1 or _PIECE
        at -= (at - len(regex[:at].rstrip("\\"))) % 2
        found.append(regex[:at])
        regex = regex[at:]
    return [*found, regex] if regex else found
