"""What follows from rules before any row is made: bounds, contradictions, and values for what is open."""
