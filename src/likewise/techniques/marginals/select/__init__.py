"""Which counts are bought for a budget: bins of columns, then pairs and triples of columns."""
