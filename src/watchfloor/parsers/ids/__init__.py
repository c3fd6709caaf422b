"""Records of intrusion detection systems and of agents that watch hosts."""
