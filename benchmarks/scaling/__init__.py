"""Collections of any size, and what asking them costs."""
