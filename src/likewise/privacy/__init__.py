"""What may leak, and what keeps it from doing so."""
