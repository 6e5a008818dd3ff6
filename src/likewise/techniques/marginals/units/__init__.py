"""Tables in which a unit has several rows, and tables of rows that belong to others: private for whole units."""
