"""Finds the files that the user's paths mean, in an order that does not depend on how they were given."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from watchfloor.sources.problems import Problem

STDIN = "-"


@dataclass(frozen=True, slots=True, order=True)
class InputFile:
    """A file to read.

    Attributes:
        path: relative to the root that the user gave; `-` for standard input.
        real: where it is.
        size: bytes on disk.
        mtime: seconds since 1970, UTC; 0 for standard input.
    """

    path: str
    real: str
    size: int
    mtime: float


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that is going to be read, by path, and what cannot be."""

    files: tuple[InputFile, ...]
    problems: tuple[Problem, ...]

    @property
    def total_bytes(self) -> int:
        """Bytes on disk of all files."""
        return sum(file.size for file in self.files)


def plan(paths: Sequence[str]) -> Inventory:
    """The files below the paths: files, folders, globs (when the shell left them), `-`.

    A file counts once, by the first of its logical paths, however many paths and links lead to it.
    """
    problems: list[Problem] = []
    found: dict[str, InputFile] = {}
    for given in paths:
        for file in _below(given, problems):
            known = found.get(file.real)
            found[file.real] = file if known is None else min(known, file)
    return Inventory(tuple(sorted(found.values())), tuple(sorted(set(problems), key=str)))


def _below(given: str, problems: list[Problem]) -> Iterator[InputFile]:
    if given == STDIN:
        yield InputFile(STDIN, STDIN, 0, 0.0)
        return
    path = Path(given)
    if os.path.isdir(path):  # noqa: PTH112 unlike Path.is_dir it never raises
        yield from _folder(path, problems)
    elif os.path.lexists(path) or not glob.has_magic(given):
        yield from _file(path, path.name, problems)
    else:
        files = list(_matching(given, problems))
        if not files:
            problems.append(Problem(visible(given), "no file matches"))
        yield from files


def _matching(pattern: str, problems: list[Problem]) -> Iterator[InputFile]:
    """The files that a pattern matches; `**` goes down as a folder does, because links in a ring would never end."""
    parts = Path(pattern).parts
    if "**" in parts:
        fixed = next(at for at, part in enumerate(parts) if glob.has_magic(part))
        for file in _folder(Path(*parts[:fixed]), problems, lambda below: _fits(below, parts[fixed:])):
            yield replace(file, path=Path(file.path).name)
        return
    for match in sorted(glob.glob(pattern)):  # noqa: PTH207 absolute patterns too
        if not os.path.isdir(match):  # noqa: PTH112 as above
            yield from _file(Path(match), Path(match).name, problems)


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path fits a pattern, part by part; as in a shell, wildcards match no leading dot."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        visible_parts = next((at for at, part in enumerate(parts) if part.startswith(".")), len(parts))
        return any(_fits(parts[at:], pattern[1:]) for at in range(visible_parts + 1))
    if not parts or (parts[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    return fnmatch.fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])


def _folder(
    root: Path, problems: list[Problem], wanted: Callable[[Sequence[str]], bool] = lambda _: True
) -> Iterator[InputFile]:
    """The files below whose path from here is wanted; a folder that several links lead to is entered once."""
    start = root.resolve()
    waiting: deque[tuple[Path, tuple[Path, ...]]] = deque([(root, (start,))])
    entered = {start}
    while waiting:
        folder, above = waiting.popleft()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            problems.append(Problem(visible(str(folder)), f"cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = Path(entry.path)
            if not os.path.isdir(entry.path):  # noqa: PTH112 as above
                below = path.relative_to(root)
                if wanted(below.parts):
                    yield from _file(path, below.as_posix(), problems)
                continue
            real = path.resolve() if entry.is_symlink() else above[-1] / entry.name
            if real in above:
                problems.append(Problem(visible(str(path)), "links back to a folder above it; not followed"))
            elif real not in entered:
                entered.add(real)
                waiting.append((path, (*above, real)))


def _file(path: Path, name: str, problems: list[Problem]) -> Iterator[InputFile]:
    try:
        status = path.stat()
        real = str(path.resolve(strict=True))
    except FileNotFoundError:
        problems.append(Problem(visible(str(path)), "no such file or folder"))
        return
    except (OSError, ValueError, RuntimeError) as error:
        problems.append(Problem(visible(str(path)), f"cannot be read: {getattr(error, 'strerror', None) or error}"))
        return
    if stat.S_ISREG(status.st_mode):
        yield InputFile(visible(name), real, status.st_size, status.st_mtime)
    else:
        problems.append(Problem(visible(str(path)), "is a device, pipe or socket, not a file; not opened"))


def visible(name: str) -> str:
    """A name from a file system or archive as one line of valid text; what cannot be shown is written as an escape."""
    text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
