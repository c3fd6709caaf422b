"""Parsers of firewalls' records."""
