"""Brings pages of the web into a corpus: asks politely, keeps within caps, knows what it has."""
