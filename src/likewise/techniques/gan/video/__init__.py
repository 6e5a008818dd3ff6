"""Clips by adversaries: ways through the latent space of frames, drawn by a recurrent network before a judge."""
