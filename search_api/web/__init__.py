"""The page: complete without JavaScript, every view of it a link."""
