"""Citations of passages: in styles to read, in formats to import, and checked again later."""
