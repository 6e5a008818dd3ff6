"""The document that says what is made: tables, columns, keys, references and constraints."""
