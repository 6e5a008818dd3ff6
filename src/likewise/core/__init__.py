"""What every part speaks: tables, schemas, models, seeds and the sampling loop."""
