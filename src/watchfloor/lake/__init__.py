"""The event store: fresh files, Delta table, compaction, search, SQL."""
