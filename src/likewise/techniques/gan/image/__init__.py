"""Pictures by a generator and a discriminator that grow with their size."""
