"""Sources and sinks: one format a file."""
