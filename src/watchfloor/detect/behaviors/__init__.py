"""Behaviours: what no single event and no fixed window says, judged over the kept history of each entity."""
