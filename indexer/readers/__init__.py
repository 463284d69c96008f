"""One reader a format: a file in, a Draft out. Only the process that reads imports them all."""
