"""The slow, thorough half: reads a folder of documents and publishes a snapshot.

`search_api` reads snapshots through `indexer.snapshot` alone, which imports neither torch nor
sentence-transformers.
"""

__version__ = "0.1.0"
