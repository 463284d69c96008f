from __future__ import annotations

import re
from typing import Any

import pytest

from indexer.errors import DocumentError
from indexer.readers.columns import NAMES, Columns, Prose, head_meaning, named, renamed


@pytest.mark.parametrize(
    ("labels", "meaning"),
    [
        (["Título", "Iniciativa", "Titre", "Projet"], "title"),
        (["Ciudad", "Ayuntamiento", "Ville", "Cidade", "Município"], "city"),
        (["País", "Pais", "Pays"], "country"),
        (["Fecha", "Fecha de publicación", "Date de publication"], "date"),
        (["Enlace", "Lien"], "url"),
        (["Idioma", "Langue", "Língua"], "language"),
        (["Temas", "Mots-clés", "Thème"], "topics"),
        (["Fuentes", "Fontes"], "sources"),
    ],
)
def test_fields_are_known_in_four_languages(labels: list[str], meaning: str) -> None:
    for label in labels:
        assert named([(f" {label.upper()} ", "x")]) == Columns((), {meaning: "x"}, ())


@pytest.mark.parametrize(
    ("label", "aspect"),
    [
        ("descripción", None), ("résumé", None), ("conteúdo", None),
        ("reto", "challenge"), ("défis", "challenge"), ("desafios", "challenge"),
        ("soluciones", "response"), ("mesures", "response"), ("ações", "response"),
        ("lecciones aprendidas", "recommendation"), ("enseignements", "recommendation"),
        ("lições", "recommendation"), ("cifras", "figure"), ("chiffres clés", "figure"),
    ],
)  # fmt: skip
def test_prose_is_known_in_four_languages(label: str, aspect: Any) -> None:
    prose = Prose(label.capitalize(), "Wells ran dry.", aspect)
    assert named([(label, "Wells ran dry.")]) == Columns((prose,), {}, ())


def test_no_column_is_lost() -> None:
    row = [
        ("Ciudad", "Tanga"),
        ("City", "Puno"),
        ("Barrels", ["two", {"size": "big"}]),
        ("metadata", {"pays": "Tanzania", "text": ["One.", "Two."]}),
        ("empty", " "),
    ]
    assert named(row) == Columns(
        (Prose("Text", "One.\n\nTwo.", None),),
        {"city": "Tanga", "country": "Tanzania"},
        (("City", "Puno"), ("Barrels", "two, size: big")),
    )


def test_the_folder_names_columns_of_its_own_before_the_common_names() -> None:
    columns = {"text": ["Was geschah", " TITLE "], "city": "Ort"}
    given = renamed({"columns": columns}, "a.csv")
    assert given == {"was geschah": "text", "title": "text", "ort": "city"}
    row = [("Title", "Pumps."), ("ORT", "Tanga"), ("Was geschah", "Wells.")]
    prose = (Prose("Title", "Pumps.", None), Prose("Was geschah", "Wells.", None))
    assert named(row, given) == Columns(prose, {"city": "Tanga"}, ())
    assert renamed({}, "a.csv") == renamed({"columns": ""}, "a.csv") == {}


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"town": "Ort", "cuidad": "Ort"}, "knows no 'cuidad'"),
        (["city"], "is no mapping"),
        ("city", "is no mapping"),
    ],
)
def test_columns_that_cannot_be_are_named_with_those_that_can(columns: Any, what: str) -> None:
    known = ", ".join(NAMES)
    message = f"a.csv: `columns:` in metadata.yaml {what}; known names are {known}"
    with pytest.raises(DocumentError, match=f"^{re.escape(message)}$"):
        renamed({"columns": columns}, "a.csv")


@pytest.mark.parametrize(
    ("title", "meaning"),
    [
        ("Main problems and solutions", "challenge"),
        ("Lecciones y medidas", "recommendation"),
        ("Policies", "response"),
        ("Actions menées", "response"),
        ("Habitantes", "figure"),
        ("City population", "figure"),
        ("Villes membres", "city"),
        ("Country of origin", "country"),
        ("Velocity", None),
        ("", None),
    ],
)
def test_a_table_s_column_is_known_by_a_word_of_its_title(title: str, meaning: str | None) -> None:
    assert head_meaning(title) == meaning
