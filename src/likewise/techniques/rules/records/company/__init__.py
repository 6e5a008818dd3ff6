"""Companies: their names and the numbers that registers give them."""
