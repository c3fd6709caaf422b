"""Policy: what this company calls a violation."""
