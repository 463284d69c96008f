"""Milvus as a store: a collection for each snapshot, an alias for the published one."""
