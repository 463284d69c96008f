"""Engines beyond one machine that keep published snapshots and search them; each behind a URL.

A snapshot is built in an index folder, as ever, and loaded from there. What grows with the passages
goes into the engine; the other files travel beside it and are kept in the cache of whoever asks.
"""
