"""What identifies a person: recognisers, how columns are judged by them, and invented values that take their place."""
