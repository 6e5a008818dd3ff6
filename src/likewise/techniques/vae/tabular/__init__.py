"""Tables by a variational autoencoder: rows to points, a flow that draws points, and rows drawn from what they say."""
