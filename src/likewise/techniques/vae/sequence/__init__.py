"""Series by a VAE in two stages: whitening, which is a linear one, and a flow as prior."""
