"""What is known of the installed parsers."""

from __future__ import annotations

import importlib
import inspect

from watchfloor.core.catalog import plugins


def known_parsers() -> list[dict[str, str]]:
    """Name, first sentence of the documentation, and reference of every parser, by name."""
    found = []
    for name, parser in plugins("watchfloor.parsers", "PARSER").items():
        text = inspect.getdoc(importlib.import_module(f"watchfloor.parsers.{name}")) or ""
        reads = " ".join(text.split("\n\n")[0].split())
        found.append({"name": name, "reads": reads, "reference": str(getattr(parser, "reference", ""))})
    return found
