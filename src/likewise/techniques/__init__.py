"""One folder a technique; none knows another."""
