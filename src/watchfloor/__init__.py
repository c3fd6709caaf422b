"""Watchfloor: a security operations center in one Python package."""
