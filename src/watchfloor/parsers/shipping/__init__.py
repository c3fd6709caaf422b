"""What shippers put around the records of others."""
