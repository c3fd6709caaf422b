"""Records of clouds and of services in them."""
