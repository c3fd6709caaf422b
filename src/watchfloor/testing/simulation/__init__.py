"""Simulated networks whose truth is known, to measure what is said about them.

The background follows what is publicly known of real networks, not what any detector looks for; see
docs/reference/behaviour-scenarios.md. Nothing here is used by the product.
"""
