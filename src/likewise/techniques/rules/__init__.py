"""Rule-based generation: tables from a specification alone, coherent and valid."""
