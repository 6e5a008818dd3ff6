"""Pictures: how they move, with all that is drawn on them, and how they are written to files."""
