"""Sigma rules: compile, match, combine."""
