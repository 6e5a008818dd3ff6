"""What is handed over: tables with their schemas, and how they refer to one another."""
