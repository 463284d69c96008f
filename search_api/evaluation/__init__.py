"""Measuring retrieval on test sets."""
