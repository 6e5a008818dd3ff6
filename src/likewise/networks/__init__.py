"""What every technique of networks shares: data as tensors, layers, one training loop, models made of parts."""
