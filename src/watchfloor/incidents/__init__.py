"""Incidents: alerts that belong together, and why."""
