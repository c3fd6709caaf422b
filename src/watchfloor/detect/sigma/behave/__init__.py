"""Behaviours where they touch the Sigma engine: what their files say, and what is kept of the events they choose."""
