"""Which technique and settings: candidates learn and are measured on the user's own rows, and a goal decides."""
