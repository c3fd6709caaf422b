"""Logs of database servers: who logged in, what was asked and what failed."""
