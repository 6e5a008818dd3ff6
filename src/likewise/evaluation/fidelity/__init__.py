"""Does the synthetic data look like the real data?"""
