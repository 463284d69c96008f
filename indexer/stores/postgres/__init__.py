"""PostgreSQL with pgvector as a store: a schema for each snapshot, and one that names them."""
