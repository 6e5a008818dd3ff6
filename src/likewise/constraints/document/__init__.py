"""How constraints are written in a document and read from one."""
