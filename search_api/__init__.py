"""The light half: reads a snapshot and answers questions. Imports no torch."""
