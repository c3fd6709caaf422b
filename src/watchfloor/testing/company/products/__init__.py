"""Emitters: each writes lines as one product does, whatever company it stands in."""
