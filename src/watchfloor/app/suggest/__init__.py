"""Suggests a parser for a format by samples of it: its source text, and a golden test."""
