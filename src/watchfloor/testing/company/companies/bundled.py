"""The companies that come with the product."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from watchfloor.testing.company.companies import brunnhof, marlowe
from watchfloor.testing.company.companies.plan import Company

COMPANIES: Mapping[str, Company] = MappingProxyType({each.name: each for each in (brunnhof.COMPANY, marlowe.COMPANY)})
"""Name -> company; the first is the one that the demo shows unless told otherwise."""
