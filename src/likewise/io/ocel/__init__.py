"""OCEL 2.0, event logs in which events refer to any number of objects: as JSON and as SQLite."""
