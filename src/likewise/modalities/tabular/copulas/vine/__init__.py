"""Vines: the dependence of many columns as that of pairs, given those before."""
