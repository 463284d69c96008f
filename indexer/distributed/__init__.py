"""The work of a build on many machines: reading, linking and embedding as tasks of Ray."""
