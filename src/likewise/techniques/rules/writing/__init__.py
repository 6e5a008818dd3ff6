"""Writers: tables and their constraints as statements of SQL."""
