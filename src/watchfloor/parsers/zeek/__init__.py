"""Records of Zeek, the network security monitor."""
