"""Judge any synthetic data: metrics are functions of (real, synthetic, holdout)."""
