"""Tools for assistants, by the Model Context Protocol: an edge over the engine, as HTTP is one."""
