"""Series by a VAE in two stages: whitening and a flow as prior, or blocks of trend and season."""
