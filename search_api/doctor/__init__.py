"""What is wrong with an installation, its index and its settings, and how to mend it."""
