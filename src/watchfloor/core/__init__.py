"""What everything else stands on: errors, ids, clock, settings, plugin catalog, failpoints."""
