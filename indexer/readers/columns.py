"""What columns mean, by their names: of records, and of tables inside documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.document import Aspect
from indexer.errors import DocumentError
from indexer.metadata import is_empty

NAMES: dict[str, str] = {
    "id": "id, _id, identifier, identificador, identifiant",
    "title": "title, name, initiative, project, título, nombre, iniciativa, proyecto, titre, "
    "nom, projet",
    "text": "text, description, summary, body, content, abstract, texto, descripción, resumen, "
    "contenido, texte, résumé, contenu, descrição, resumo, conteúdo",
    "challenge": "challenge, challenges, problem, problems, main challenges, reto, retos, desafío, "
    "desafíos, problema, problemas, défi, défis, problème, problèmes, desafio, desafios",
    "response": "response, responses, measure, measures, action, actions, solution, solutions, "
    "policy responses, respuesta, respuestas, medida, medidas, acción, acciones, solución, "
    "soluciones, réponse, réponses, mesure, mesures, resposta, respostas, ação, ações, solução, "
    "soluções",
    "recommendation": "recommendation, recommendations, lesson, lessons, lessons learned, "
    "recomendación, recomendaciones, lecciones, lecciones aprendidas, recommandation, "
    "recommandations, leçons, enseignements, recomendação, recomendações, lições",
    "figure": "figure, figures, key figures, indicator, indicators, cifra, cifras, indicador, "
    "indicadores, chiffre, chiffres, chiffres clés, indicateur, indicateurs",
    "city": "city, municipality, town, ciudad, municipio, ayuntamiento, ville, commune, "
    "municipalité, cidade, município",
    "cities": "cities, ciudades, villes, cidades",
    "country": "country, país, pais, pays",
    "region": "region, province, state, región, provincia, estado, région, região",
    "date": "date, published, fecha, fecha de publicación, date de publication",
    "url": "url, link, website, enlace, web, lien, site web",
    "topics": "topics, topic, theme, themes, tags, temas, tema, etiquetas, thème, thèmes, "
    "mots-clés",
    "publisher": "publisher, editor, editorial, organización, éditeur, editora",
    "language": "language, lang, idioma, lengua, langue, língua",
    "kind": "kind, type, tipo",
    "sources": "sources, source, fuente, fuentes, fonte, fontes",
}  # fmt: skip
"""Our name for a column, and the names in English, Spanish, French and Portuguese that it has."""

_MEANING = {alias: name for name, aliases in NAMES.items() for alias in aliases.split(", ")}

ASPECTS: dict[str, Aspect | None] = {
    "text": None,
    "challenge": "challenge",
    "response": "response",
    "recommendation": "recommendation",
    "figure": "figure",
}
"""Columns of running text, and what the text is about."""

_HEADS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "challenge": r"challenges?|problems?|difficult\w+|obstacles?|barriers?|retos?|desaf[ií]os?"
        r"|problemas?|dificultades|d[ée]fis?|probl[èe]mes?|difficult[ée]s|dificuldades",
        "recommendation": r"recommendations?|lessons?|recomendaci[oó]n(?:es)?|lecci[oó]n(?:es)?"
        r"|recommandations?|le[çc]ons?|enseignements?|recomenda[çc](?:ão|ões)|li[çc](?:ão|ões)",
        "response": r"responses?|measures?|actions?|solutions?|polic(?:y|ies)|interventions?"
        r"|respuestas?|medidas?|acci[oó]n(?:es)?|soluci[oó]n(?:es)?|r[ée]ponses?|mesures?"
        r"|respostas?|a[çc](?:ão|ões)|solu[çc](?:ão|ões)",
        "figure": r"figures?|numbers?|population|inhabitants|budget|cost|indicators?|cifras?"
        r"|poblaci[oó]n|habitantes|presupuesto|coste|costo|indicadores|chiffres?|habitants"
        r"|co[ûu]t|indicateurs?|popula[çc]ão|or[çc]amento|custo",
        "city": r"city|cities|municipalit(?:y|ies)|town|metropolis|ciudad(?:es)?|municipios?"
        r"|villes?|communes?|municipalités?|cidades?|municípios?",
        "country": r"country|countries|pa[ií]s(?:es)?|pays",
    }.items()
}
"""Words by which a table's column title gives itself away, first match first."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A column of running text."""

    label: str
    text: str
    aspect: Aspect | None


@dataclass(frozen=True, slots=True)
class Columns:
    """A record sorted by meaning: text to read, fields that describe it, and the rest."""

    prose: tuple[Prose, ...]
    fields: dict[str, Any]
    other: tuple[tuple[str, str], ...]

    @property
    def joined(self) -> str:
        """The running text of all columns."""
        return " ".join(column.text for column in self.prose)


def head_meaning(title: str) -> str | None:
    """What a table's column is about, by a word in its title: an aspect, `city` or `country`."""
    return next((name for name, words in _HEADS.items() if words.search(title)), None)


def renamed(folder: Mapping[str, Any], name: str) -> dict[str, str]:
    """The meaning of columns as `columns:` in `metadata.yaml` gives it, by folded name.

    Args:
        folder: what `metadata.yaml` says of the file; `columns` maps our name of a column to the
            file's own, or to a list of them.
        name: the file, for messages.

    Raises:
        DocumentError: it is no such mapping.
    """
    columns = folder.get("columns") or {}
    known = ", ".join(NAMES)
    if not isinstance(columns, Mapping) or (unknown := sorted(set(columns) - set(NAMES))):
        what = f"knows no {unknown[0]!r}" if isinstance(columns, Mapping) else "is no mapping"
        reason = f"`columns:` in metadata.yaml {what}; known names are {known}"
        raise DocumentError(name, reason)
    return {
        str(label).strip().casefold(): meaning
        for meaning, labels in columns.items()
        for label in (labels if isinstance(labels, list) else [labels])
    }


def named(row: Iterable[tuple[str, Any]], given: Mapping[str, str] | None = None) -> Columns:
    """Sort a record's columns; those of a nested `metadata` object count as its own.

    No column is lost: one whose name says nothing here, or what another column has said already, is
    kept as text, behind its name.

    Args:
        row: columns as labelled in the file.
        given: meanings that `renamed` returned, which go before the common names.
    """
    prose: list[Prose] = []
    fields: dict[str, Any] = {}
    other: list[tuple[str, str]] = []
    for label, value in _flattened(row):
        folded = label.strip().casefold()
        meaning = (given or {}).get(folded) or _MEANING.get(folded)
        if is_empty(value):
            continue
        if meaning in ASPECTS:
            prose.append(Prose(label.strip().capitalize(), _running(value), ASPECTS[meaning]))
        elif meaning and meaning not in fields:
            fields[meaning] = value
        else:
            other.append((label.strip(), _plain(value)))
    return Columns(tuple(prose), fields, tuple(other))


def _flattened(row: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for label, value in row:
        if label == "metadata" and isinstance(value, Mapping):
            yield from ((str(key), inner) for key, inner in value.items())
        else:
            yield label, value


def _running(value: object) -> str:
    return "\n\n".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(item)}" for key, item in value.items())
    return str(value)
