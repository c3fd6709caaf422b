"""Records of Linux systems: the syslog envelope and what programs write into it."""
