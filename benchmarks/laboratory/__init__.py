"""Parts of the laboratory that measures ranking and excerpts."""
