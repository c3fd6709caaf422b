"""Finds plugins by file: a module inside a family's package is a plugin, its path below the package is its id."""

from __future__ import annotations

import functools
import importlib
import pkgutil


@functools.cache
def plugins(package: str, attribute: str) -> dict[str, object]:
    """Every module below `package` that defines `attribute`, as {id: value}, sorted by id.

    The id is the module's dotted path below the package (`linux.sshd`). Modules whose last name starts with `_`
    are not plugins and not imported.
    """
    root = importlib.import_module(package)
    found: dict[str, object] = {}
    for info in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
        if info.ispkg or info.name.rsplit(".", 1)[-1].startswith("_"):
            continue
        value = getattr(importlib.import_module(info.name), attribute, None)
        if value is not None:
            found[info.name.removeprefix(f"{package}.")] = value
    return dict(sorted(found.items()))
