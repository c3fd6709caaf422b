"""The event: the only list of its fields, the batch of raw records, the batch of events."""
