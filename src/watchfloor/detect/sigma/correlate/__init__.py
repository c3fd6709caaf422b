"""Correlation rules: matches of other rules gathered by group and judged over sliding windows of event time."""
