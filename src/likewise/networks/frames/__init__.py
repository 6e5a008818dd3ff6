"""What techniques of clips share: frames as points of a latent space, and clips as ways through it."""
