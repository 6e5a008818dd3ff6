"""Clips by a variational autoencoder: frames become points, and a flow draws the ways that points take."""
