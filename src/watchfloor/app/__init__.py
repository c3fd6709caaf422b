"""The composition root: the pipeline and what the commands call."""
