"""Records of DHCP servers and clients."""
