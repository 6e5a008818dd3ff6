"""Series: how they are stretched and bent, gaps and all."""
