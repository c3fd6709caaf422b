"""What a part of a request says once every layer of encoding is taken off, as a lenient server would."""

from __future__ import annotations

import html
import re
import unicodedata

_ROUNDS = 3
"""Layers that are taken off: a proxy and an application each decode once, a framework now and then once more."""
_LONGEST = 16_384
"""Characters that are looked at; servers refuse longer request lines."""
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_WIDE = re.compile(r"%[uU]([0-9a-fA-F]{4})")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"'/]))")
_ENTITY = re.compile(
    r"&(?:#|lt|gt|quot|apos|amp|lpar|rpar|colon|tab|newline|sol|bsol|period|semi|equals)", re.IGNORECASE
)
_OVERLONG = re.compile(rb"[\xc0\xc1][\x00-\xff]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}")
_LOOKALIKES = str.maketrans(
    {
        "\u02bc": "'",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u00b4": "'",
        "\u2215": "/",
        "\u2044": "/",
        "\u29f5": "\\",
    }
)
_LINES = str.maketrans({"\u560a": "\n", "\u560d": "\r"})
"""Characters whose low byte is a line's end, for servers that cut the high one off."""


def decoded(text: str, *, form: bool) -> str:
    """The text without its encodings.

    Percent signs (also `%u`), overlong UTF-8, interleaved zero bytes, HTML entities, escapes of JavaScript and of
    access logs, and full-width forms, up to three times over. https://www.rfc-editor.org/rfc/rfc3629#section-10 says
    why overlong forms matter.

    Args:
        text: as it stands in the log.
        form: whether `+` is a space, as in queries and forms.
    """
    text = text[:_LONGEST]
    if form:
        text = text.replace("+", " ")
    for _ in range(_ROUNDS):
        before, text = text, _once(text)
        if text == before:
            break
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_LINES)).translate(_LOOKALIKES)
    if text.count("\0") * 4 > len(text):
        text = text.replace("\0", "")
    return text


def _once(text: str) -> str:
    if "%" in text:
        text = _PERCENT.sub(_bytes, _WIDE.sub(_character, text))
    if "\\" in text:
        text = _ESCAPE.sub(_escaped, text)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    return text


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _escaped(found: re.Match[str]) -> str:
    return found[3] or chr(int(found[1] or found[2], 16))


def _bytes(found: re.Match[str]) -> str:
    data = bytes.fromhex(found[0].replace("%", ""))
    if b"\xc0" in data or b"\xc1" in data or b"\xe0" in data or b"\xf0" in data:
        data = _OVERLONG.sub(_shortest, data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _shortest(found: re.Match[bytes]) -> bytes:
    value = 0
    for byte in found[0][1:]:
        value = value << 6 | byte & 0x3F
    value |= (found[0][0] & (0x1F if len(found[0]) == 2 else 0)) << 6 * (len(found[0]) - 1)
    return bytes([value]) if value < 0x80 else found[0]
