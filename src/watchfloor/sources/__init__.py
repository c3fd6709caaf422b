"""How records arrive: files, archives, EVTX, standard input."""
