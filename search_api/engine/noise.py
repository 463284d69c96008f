"""What does not inform ranks below what does, unless it is asked for."""

from __future__ import annotations

import re

from indexer.document import Noise

WEIGHT = 0.7
"""Factor for the score of a passage that does not inform."""

CONTACT: Noise = "contact"
"""What is no noise where a question asks for somebody to turn to."""

_ASKS = re.compile(
    r"\b(?:contacts?(?! trac)|e-?mails?|(?:tele)?phone numbers?|press (?:contacts?|offices?"
    r"|officers?|questions?)|whom? .*\bpress|journalists?|enquir(?:y|ies)|inquir(?:y|ies)|write to"
    r"|written to|get in touch with|contactos?|contactar|correo|teléfono|prensa|escribir a|courriel"
    r"|contacter|téléphone|service de presse|écrire à|contatos?|contatar|telefone|imprensa)\b",
    re.IGNORECASE,
)


def asks_for_contact(question: str) -> bool:
    """Whether a question is for somebody to turn to."""
    return bool(_ASKS.search(question))
