"""Stores beside each other."""
