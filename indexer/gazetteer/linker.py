"""From names in a text to the places that are meant: clues gathered, weighed twice, spans kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from indexer.gazetteer import vocabulary as words_for
from indexer.gazetteer.evidence import (
    ARTICLE,
    ENOUGH,
    LOCATIVE,
    NEIGHBOUR,
    OFFICE,
    Clue,
    Company,
    Scales,
)
from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.matcher import Found, Matcher
from indexer.gazetteer.phrases import Phrases
from indexer.gazetteer.roles import role, verb_behind
from indexer.gazetteer.sources import division_names, is_initials
from indexer.gazetteer.surroundings import Surroundings
from indexer.gazetteer.words import is_word
from indexer.names import Words, fold_name
from indexer.place import Context, GazetteerPlace, Mention, Role

ACRONYM = 5
"""Letters up to which a name all in capitals may stand for something else."""

HAMLET = 1_000
"""Inhabitants below which a place is found only if its document's metadata names it."""

_NOTHING: Mapping[int, GazetteerPlace] = MappingProxyType({})

CACHED = 20_000
"""Names whose bearers are kept at hand."""


class Linker:
    """Finds mentions of places in texts. Deterministic; keeps no state between texts."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._divisions = division_names()
        self._nations = {
            name: {p.country for p in gazetteer.candidates(name) if p.kind == "country"}
            for name in gazetteer.wide
        }
        self._wide = gazetteer.wide | self._divisions.keys()
        self._scales = Scales(gazetteer, self._nations, self._divisions)
        self._within_reach = lru_cache(CACHED)(self._look_up)
        self._matcher = Matcher(Phrases(gazetteer, self._divisions))

    def link(self, text: str, context: Context | None = None) -> list[Mention]:
        """Find the places that a text names.

        Args:
            text: a passage; offsets of the mentions count its code points.
            context: what is known of its document.

        Returns:
            Mentions in order, without overlap.
        """
        context = context or Context()
        words = Words(text)
        found = self._matcher.find(text, words)
        if not found:
            return []
        around = Surroundings(text, words, found, context.language, self._wide)
        chosen = self._choose(self._clues(found, around, context), around, context)
        spans = [name for name, _ in chosen]
        return [
            Mention(name.start, name.end, place, self._role(name, place, around, spans, context))
            for name, place in chosen
        ]

    def _role(
        self,
        name: Found,
        place: GazetteerPlace,
        around: Surroundings,
        spans: Sequence[Found],
        context: Context,
    ) -> Role:
        return "acted" if place.id in context.acting else role(name, around, spans)

    def _clues(self, found: Sequence[Found], around: Surroundings, context: Context) -> list[Clue]:
        """What speaks for each name that is not part of a longer one."""
        hamlets = frozenset(p.id for p in context.places if p.population < HAMLET)
        clues = []
        for name in found:
            places = self._within_reach(name.folded, context.language, hamlets)
            if _is_acronym(written := around.text[name.start : name.end]):
                places = [p for p in places if self._is_written_so(p, name.folded)]
            is_lost = not places and name.folded not in self._divisions
            if not is_lost and not around.is_part_of_longer_name(name):
                clues.append(self._clue(name, written, places, around))
        return clues

    def _clue(
        self, name: Found, written: str, places: Sequence[GazetteerPlace], around: Surroundings
    ) -> Clue:
        is_ruled = around.has_office(name) or around.has_body(name)
        has_neighbours = bool(around.neighbours(name))
        support = OFFICE * is_ruled + NEIGHBOUR * has_neighbours
        support += ARTICLE * around.has_article(name)
        support += LOCATIVE * (around.before(name)[0] in words_for.LOCATIVES)
        beside = {n.folded for n in (around.behind(name), around.ahead(name)) if n is not None}
        # "Malé" is no word where "male" is one.
        is_accented = not written.isascii() and not is_word(written.lower(), 0, around.language)
        spelt = written.lower() if is_accented else name.folded
        tells = not is_word(spelt, 0, around.language) or around.capitals_tell(name)
        stands = has_neighbours or (not tells and verb_behind(name, around))
        places = self._bearers(places, is_ruled)
        return Clue(name, spelt, places, support, tells, stands, frozenset(beside))

    def _is_written_so(self, place: GazetteerPlace, folded: str) -> bool:
        """Whether a short name all in capitals may still mean a place."""
        return (
            place.kind == "country"
            or self._gazetteer.goes_by(place, folded)
            or is_initials(folded, place.name)
        )

    def _choose(
        self, clues: Sequence[Clue], around: Surroundings, context: Context
    ) -> list[tuple[Found, GazetteerPlace]]:
        """Weigh every name twice: what the first round is sure of speaks in the second."""
        first = self._round(clues, around.language, (), context.places)
        if not first or len(clues) == 1:
            return first
        settled = {name.first: place for name, place in first if self._is_settled(name)}
        accepted = list({name.folded: (name.folded, place) for name, place in first}.values())
        return self._round(clues, around.language, accepted, context.places, settled)

    def _is_settled(self, name: Found) -> bool:
        """Whether more evidence could change nothing for a name that is taken."""
        return len(self._gazetteer.candidates(name.folded)) == 1 and (
            name.folded not in self._divisions
        )

    def _round(
        self,
        clues: Sequence[Clue],
        language: str,
        accepted: Sequence[tuple[str, GazetteerPlace]],
        known: Sequence[GazetteerPlace],
        settled: Mapping[int, GazetteerPlace] = _NOTHING,
    ) -> list[tuple[Found, GazetteerPlace]]:
        """Weigh each name; `accepted` holds places, each with the name that speaks for it."""
        chosen = []
        speaking = {folded for folded, _ in accepted}
        everyone = Company("", accepted, known)
        for clue in clues:
            if (place := settled.get(clue.name.first)) is not None:
                chosen.append((clue.name, place))
                continue
            folded = clue.name.folded
            company = Company(folded, accepted, known) if folded in speaking else everyone
            if self._is_division(clue, company):
                continue
            place = self._scales.likeliest(clue, company)
            if self._scales.evidence(place, clue, company, language) >= ENOUGH:
                chosen.append((clue.name, place))
        return chosen

    def _bearers(
        self, places: Sequence[GazetteerPlace], is_ruled: bool
    ) -> Sequence[GazetteerPlace]:
        """Countries of a name, unless its city is meant; an office rules a city."""
        nations = [p for p in places if p.kind == "country"]
        if not nations or len(places) == 1:
            return places
        whole = [p for p in nations if not self._gazetteer.is_city_state(p, places)]
        if whole and not is_ruled:
            return whole
        return [p for p in places if p.kind != "country"] or places

    def _is_division(self, clue: Clue, company: Company) -> bool:
        """Whether a division is meant: "Portland, Oregon", or Georgia among cities of the US."""
        folded = clue.name.folded
        if (country := self._divisions.get(folded)) is None:
            return False
        if not clue.places:
            return True
        if any(self._is_in_division(city, folded) for city in clue.beside):
            return True
        nations = self._nations.get(folded, set())
        around = company.countries
        return bool(nations) and country in around and nations.isdisjoint(around)

    def _is_in_division(self, city: str, division: str) -> bool:
        return any(
            p.region is not None and fold_name(p.region) == division
            for p in self._gazetteer.candidates(city)
        )

    def _look_up(
        self, folded: str, language: str, hamlets: frozenset[str]
    ) -> Sequence[GazetteerPlace]:
        """A name's bearers without hamlets, which nothing but metadata could bear out."""
        return [
            place
            for place in self._gazetteer.candidates(folded, language)
            if place.population >= HAMLET or place.kind != "city" or place.id in hamlets
        ]


def _is_acronym(text: str) -> bool:
    """Whether a name is written like "FAO", which is what a town in Iraq is called as well."""
    return len(text) <= ACRONYM and text.isupper()
