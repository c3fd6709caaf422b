"""Enrichments: what is known about the addresses, names and accounts of an event, one file each."""
