"""Records of containers and what runs them."""
