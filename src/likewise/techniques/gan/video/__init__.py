"""Clips by adversaries: ways through the latent space of frames, drawn by a generator before a judge."""
