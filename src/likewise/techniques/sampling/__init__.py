"""Random sampling: columns drawn from distributions, declared or learned, tied together by a copula."""
