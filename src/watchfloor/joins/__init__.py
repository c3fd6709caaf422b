"""Joins: records that tell parts of one thing become one more event that tells the whole of it."""
