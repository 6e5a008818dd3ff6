"""Specifications from everywhere, read into documents of the generator or into JSON Schema."""
