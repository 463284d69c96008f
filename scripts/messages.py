"""Keep the catalogues of the interface: `python -m scripts.messages`.

Takes every message from the templates and the code, adds what is new to each `.po` file, and
compiles them. What has no translation is named, and the exit status is 1.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent / "search_api/web"
TRANSLATED = ("es", "fr")
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.xml", "jinja2"),
]
OPTIONS = {method: {"silent": "false", "trimmed": "true"} for method, _ in METHODS[1:]}
KEYWORDS = {**DEFAULT_KEYWORDS, "no_translation": None}


def messages() -> Catalog:
    """Return every message that the page can say."""
    catalog = Catalog(project="citywise", charset="utf-8")
    found = extract_from_dir(ROOT, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True)
    for file, _, message, _, context in sorted(found, key=lambda each: each[0]):
        catalog.add(message, None, [(file, 0)], context=context)
    return catalog


def catalogue(language: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language, brought up to date with the templates."""
    with po(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def po(language: str) -> Path:
    """Return where a language's catalogue is kept; what is compiled lies beside it."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "citywise.po"


def written(catalog: Catalog) -> bytes:
    """A catalogue as it is kept."""
    text = io.BytesIO()
    write_po(text, catalog, sort_output=True, no_location=True, omit_header=False, width=100)
    return text.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """Messages of which a form is missing."""
    return [str(each.id) for each in catalog if each.id and not all(_forms(each.string))]


def _forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a translation; the one of none is empty."""
    return (string or "",) if string is None or isinstance(string, str) else tuple(string)


def main() -> int:
    """Bring all catalogues up to date."""
    template, missing = messages(), 0
    for language in TRANSLATED:
        catalog = catalogue(language, template)
        po(language).write_bytes(written(catalog))
        po(language).with_suffix(".mo").write_bytes(compiled(catalog))
        for message in untranslated(catalog):
            missing += 1
            sys.stdout.write(f"{language}: no translation of {message!r}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
