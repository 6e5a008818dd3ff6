"""What a rule may say of one row: expressions, how they are read and written, and what they come to."""
