"""Fitting and judging the confidence of excerpts."""
