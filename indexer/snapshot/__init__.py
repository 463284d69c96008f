"""The shared format: what a build writes and a server reads, and nothing else.

Nothing here imports torch, transformers or sentence-transformers.
"""
