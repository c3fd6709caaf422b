"""Tools for those who write rules: a slow, obvious reading of Sigma to compare the engine with.

Nothing here is used by the engine, and nothing of the engine is used here.
"""
