"""The HTTP edge: thin routes over the engine, one shape for errors."""
