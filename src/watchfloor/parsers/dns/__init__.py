"""Records of name servers and resolvers."""
