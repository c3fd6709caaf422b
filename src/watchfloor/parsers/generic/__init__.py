"""Formats that many products share; their parsers come after all others."""
