"""Series by a GAN over the coordinates of whitened frames."""
