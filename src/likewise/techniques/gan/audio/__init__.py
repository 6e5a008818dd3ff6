"""Sounds by a generative adversarial network: learned as pictures of what is heard, heard again from those drawn."""
