"""citywise and others side by side: each in an environment and processes of its own."""
