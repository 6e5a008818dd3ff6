"""What must hold in every row: kinds of constraints, and how they are found in data."""
