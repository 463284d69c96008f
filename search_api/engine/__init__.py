"""From a question to an answer, without HTTP."""
