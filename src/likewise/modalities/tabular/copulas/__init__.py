"""Dependence apart from what the columns are: Gaussian, Student-t and vine copulas."""
