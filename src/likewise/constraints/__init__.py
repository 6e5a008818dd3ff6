"""What must hold in every row: the language of constraints, their kinds, and how they are found in data."""
