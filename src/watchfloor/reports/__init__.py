"""Reports: what a run read and found as one page for people."""
