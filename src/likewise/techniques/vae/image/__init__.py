"""Pictures by a variational autoencoder: pictures become points, and a flow draws points under conditions."""
