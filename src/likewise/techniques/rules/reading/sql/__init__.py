"""Documents from SQL: tables, keys and CHECKs, out of a script in any dialect."""
