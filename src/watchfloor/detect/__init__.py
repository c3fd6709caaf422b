"""Detection: rules over batches of events."""
