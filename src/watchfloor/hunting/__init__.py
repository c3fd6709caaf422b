"""Questions to the events of a home that no rule asks: statistics."""
