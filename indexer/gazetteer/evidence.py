"""What speaks for a place: evidence weighed against that for its namesakes and for plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.matcher import Found
from indexer.gazetteer.nearness import nearest_kin
from indexer.gazetteer.words import is_word
from indexer.names import fold_name
from indexer.place import GazetteerPlace

ENOUGH = 2.0
"""Evidence from which a name is taken for a place."""

PRIOR = ((1_000_000, 2.6), (300_000, 2.3), (100_000, 2.0), (30_000, 1.4), (5_000, 0.9), (0, 0.3))
"""Evidence by inhabitants: a city of a hundred thousand needs no more than its name."""

NEAR, NAMED, KNOWN_LAND, KIN = 30_000, 10_000, 5_000, 10
"""How many times weightier a namesake must be than this place to be meant all the same.

This place is near what the text names; or the text names its country; or metadata do; or merely
another city of the text lies in its country or near it.
"""

FAMOUS = 15**2
"""Fame from which a town is known beyond its country."""

COUNTRY = 3.0
BESIDE, OFFICE, KNOWN = 2.5, 2.35, 4.0
CAPITAL, FAME, METADATA = 1.2, 0.65, 0.3
SAME_COUNTRY, NEIGHBOUR, LOCATIVE = 1.2, 0.8, 0.5
WORD_AT_START, WORD, ALSO_CALLED, DIVISION, ARTICLE = -2.6, -0.6, -0.6, -2.0, -1.5


@dataclass(frozen=True, slots=True)
class Clue:
    """What stands around one name, whichever place it means.

    Attributes:
        name: where it is.
        written: the name as a dictionary would list it, accents kept.
        places: who bears it, weightiest first.
        support: evidence that counts for every bearer.
        capitals_tell: whether its capital sets it apart from a word.
        stands: whether other names or a verb stand beside it as beside a name.
        beside: folded country or division right before or behind it.
    """

    name: Found
    written: str
    places: Sequence[GazetteerPlace]
    support: float
    capitals_tell: bool
    stands: bool
    beside: frozenset[str]


class Company:
    """The places around a name, which may speak for it.

    Attributes:
        others: places that other names of the text stand for.
        known: places of the document's metadata.
        lands: countries of the latter.
        countries: countries of both.
        named: countries that the text itself names.
    """

    def __init__(
        self,
        name: str,
        accepted: Sequence[tuple[str, GazetteerPlace]],
        known: Sequence[GazetteerPlace],
    ) -> None:
        """Take a folded name, which is no evidence for itself, and all that is accepted."""
        self.others = [place for folded, place in accepted if folded != name]
        self.known = known
        self.lands = {place.country for place in known}
        self.countries = self.lands | {place.country for place in self.others}
        self.named = {place.country for place in self.others if place.kind == "country"}


class Scales:
    """Weighs the bearers of a name."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        nations: Mapping[str, Set[str]],
        divisions: Mapping[str, str],
    ) -> None:
        """Take a gazetteer, and ISO codes by folded names of countries and of divisions."""
        self._gazetteer = gazetteer
        self._nations = nations
        self._divisions = divisions

    def likeliest(self, clue: Clue, company: Company) -> GazetteerPlace:
        """Which bearer is meant: by what is beside it, metadata, nearness, countries, weight."""
        bearers = clue.places
        if len(bearers) == 1:
            return bearers[0]
        if clue.beside and (beside := [p for p in bearers if self._is_beside(p, clue)]):
            return beside[0]
        ids = {place.id for place in company.known}
        if known := [p for p in bearers if p.id in ids]:
            return known[0]
        if not company.countries:
            return bearers[0]
        return self._by_company(clue.name.folded, bearers, company)

    def _by_company(
        self, folded: str, bearers: Sequence[GazetteerPlace], company: Company
    ) -> GazetteerPlace:
        first, weight = bearers[0], self._gazetteer.weight
        most = weight(first, folded)
        kin, all_speaks = nearest_kin(bearers, company.others, company.known)
        if kin is not None and (NEAR if all_speaks else KIN) * weight(kin, folded) >= most:
            return kin
        of_land = next((p for p in bearers if p.country in company.countries), first)
        handicap = KIN
        if of_land.country in company.lands:
            handicap = KNOWN_LAND
        if of_land.country in company.named:
            handicap = NAMED
        return of_land if handicap * weight(of_land, folded) >= most else first

    def evidence(self, place: GazetteerPlace, clue: Clue, company: Company, language: str) -> float:
        """How much speaks for a place; from `ENOUGH` on it is taken."""
        if place.kind == "body":
            return COUNTRY
        evidence = COUNTRY if place.kind == "country" else self._prior(place, clue.name.folded)
        evidence += clue.support
        if company.known:
            evidence += KNOWN * any(place.id == other.id for other in company.known)
        evidence += BESIDE * self._is_beside(place, clue)
        evidence += SAME_COUNTRY * (place.country in company.countries)
        evidence += METADATA * (place.country in company.lands)
        if place.kind == "country":
            return evidence
        if place.population < 600_000 and (of := self._divisions.get(clue.name.folded)):
            evidence += DIVISION * (place.country == of or place.country not in company.countries)
        if is_word(clue.written, clue.places[0].population, language):
            is_likely = clue.capitals_tell or (clue.stands and place.country in company.lands)
            evidence += WORD if is_likely else WORD_AT_START
        return evidence

    def _prior(self, place: GazetteerPlace, folded: str) -> float:
        """Evidence of a city's own: its size, its rank and how far it is known."""
        prior = next(prior for least, prior in PRIOR if place.population >= least)
        if place.capital:
            return prior + CAPITAL
        if place.population >= 100_000:
            return prior
        if not self._gazetteer.goes_by(place, folded):
            return prior + ALSO_CALLED
        return prior + FAME * (self._gazetteer.fame(place) >= FAMOUS)

    def _is_beside(self, place: GazetteerPlace, clue: Clue) -> bool:
        """Whether the place's country or division is named right beside it."""
        if place.kind == "country" or not clue.beside:
            return False
        return any(
            (place.region is not None and fold_name(place.region) == name)
            or place.country in self._nations.get(name, ())
            for name in clue.beside
        )
