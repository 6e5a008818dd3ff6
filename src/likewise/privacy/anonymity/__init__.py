"""Real records made less identifying: generalised, suppressed, masked, until k, l and t hold, and counted again."""
