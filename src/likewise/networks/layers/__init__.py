"""Layers and small networks that several techniques are built of; each file imports torch: import it when used."""
