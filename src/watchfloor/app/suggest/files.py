"""Puts a suggested parser and its golden test into a checkout."""

from __future__ import annotations

from pathlib import Path

from watchfloor.app.suggest.suggestion import Suggestion
from watchfloor.core.errors import UsageError

_PARSERS = Path("src/watchfloor/parsers")
_GOLDEN = Path("tests/golden/parsers")


def write(suggestion: Suggestion, checkout: Path) -> list[Path]:
    """The files written.

    Raises:
        UsageError: the folder is no checkout, or one of the files is there already.
    """
    for folder in (_PARSERS, _GOLDEN):
        if not (checkout / folder).is_dir():
            raise UsageError(
                f"has no {folder}", place=str(checkout), way_out="Give the folder of a checkout of Watchfloor"
            )
    files = _contents(suggestion)
    for path in files:
        if (checkout / path).exists():
            raise UsageError("is there already", place=str(checkout / path), way_out="Choose another name with --name")
    family = _PARSERS / suggestion.name.split(".")[0] / "__init__.py"
    if not (checkout / family).exists():
        files[family] = b'"""Formats of our own."""\n'
    try:
        for path, content in files.items():
            (checkout / path).parent.mkdir(parents=True, exist_ok=True)
            with (checkout / path).open("xb") as file:
                file.write(content)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", place=str(checkout / path)) from error
    return [checkout / path for path in files]


def _contents(suggestion: Suggestion) -> dict[Path, bytes]:
    family, form = suggestion.name.split(".")
    folder = _GOLDEN / suggestion.name
    suffix = "csv" if suggestion.header else "log"
    return {
        _PARSERS / family / f"{form}.py": suggestion.text.encode(),
        folder / f"samples.{suffix}": suggestion.trial.golden,
        folder / "samples.expected.jsonl": b"".join(line + b"\n" for line in suggestion.trial.expected),
    }
