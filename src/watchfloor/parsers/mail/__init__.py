"""Records of mail servers, of what filters mail, and of webmail."""
