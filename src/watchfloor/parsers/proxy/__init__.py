"""Records of forward proxies and secure web gateways."""
