"""A question's words as terms of the collection; one that it does not know as the nearest."""

from __future__ import annotations

from indexer.snapshot.analysis import words
from indexer.snapshot.sides import LexicalSide

SHORT = 4
"""Letters of a term from which it may be misspelt: short ones are like too many others."""


def known_terms(lexical: LexicalSide, question: str) -> list[str]:
    """Return the terms of a question; a word that no passage holds is read as one spelt like it.

    Whoever slips, or asks in another language than the documents', writes much almost as these do.
    Numbers and codes are left as they are: one digit makes another thing of them.

    Args:
        lexical: knows the words of the collection.
        question: with even white space.
    """
    terms = lexical.analyzer.question_terms(question)
    if all(map(lexical.idf, terms)):
        return terms
    return [term for word in words(question) for term in _read(lexical, word)]


def _read(lexical: LexicalSide, word: str) -> list[str]:
    """The stems of a word, or the one known term that is most like one of them."""
    stems = lexical.analyzer.question_terms(word)
    if not word.isalpha() or any(map(lexical.idf, stems)):
        return stems
    found = [alike for stem in stems if len(stem) >= SHORT and (alike := lexical.alike(stem))]
    return [max(found)[1]] if found else stems
