"""The kinds of behaviours, one file each, which defines `BEHAVIOR`."""
