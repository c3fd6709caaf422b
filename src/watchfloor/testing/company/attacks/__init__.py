"""What attackers do; each step writes its lines as evidence of itself."""
