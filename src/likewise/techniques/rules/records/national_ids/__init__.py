"""Numbers that states give to people: what they say of the person, and the digits that check them."""
