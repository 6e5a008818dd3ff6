"""Sounds by a variational autoencoder: learned as pictures of what is heard, and heard again from those drawn."""
