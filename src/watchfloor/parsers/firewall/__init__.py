"""Records of firewalls."""
