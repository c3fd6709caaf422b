"""Alerts: identity, entities, deduplication."""
