"""Word documents (.docx, .docm, .dotx), in the transitional and the strict form of ISO 29500."""

from __future__ import annotations

from indexer.readers.docx.reader import draft_docx

__all__ = ["draft_docx"]
