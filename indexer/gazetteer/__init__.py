"""Place names to places, and the mentions of places in texts: a matter of building alone."""
