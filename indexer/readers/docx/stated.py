"""What a Word document states about itself, where that can be trusted."""

from __future__ import annotations

import re
from collections import Counter

from indexer.readers.docx.package import Xml

_LONGEST = 300
_NO_TITLE = re.compile(
    r"(?:microsoft|power ?point|word document|untitled|unbenannt|sans titre|sin título|sem título"
    r"|titre?|title|titel|título|document|dokument|documento|slide|template|draft)\b[\W\d]*"
    r"(?:word.*)?|.*\.(?:docx?|docm|dotx?|odt|rtf|pdf|indd|pages)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def stated(core: Xml | None, languages: Counter[str]) -> dict[str, str]:
    """Title and language.

    Dates of the file are left out, since they tell when it was copied or saved. A language counts
    if more than half of the characters are marked as it: a document's default is that of the
    program, whatever is written in it.

    Args:
        core: the core properties.
        languages: characters by the language that they are marked as, "" for unmarked ones.
    """
    facts = {}
    found = core.find("dc:title") if core is not None else None
    title = " ".join((found.text or "").split()) if found is not None else ""
    if any(map(str.isalpha, title)) and len(title) <= _LONGEST and not _NO_TITLE.fullmatch(title):
        facts["title"] = title
    for language, count in languages.most_common(1):
        if _LANGUAGE.fullmatch(language) and 2 * count > languages.total():
            facts["language"] = language
    return facts
