"""Assets: the company's machines, networks and people, and which device had an address when."""
