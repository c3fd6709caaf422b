"""The command line: parse arguments, call app, render."""
