"""Records of web servers."""
