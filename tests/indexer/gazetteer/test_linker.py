from __future__ import annotations

import re

import pytest

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.linker import Linker
from indexer.place import Context

MARK = re.compile(r"\{([^|}]+)\|(\w\w)\|([am])\}")


def linked(linker: Linker, text: str, context: Context) -> list[tuple[str, str, str]]:
    return [(text[m.start : m.end], m.place.country, m.role[0]) for m in linker.link(text, context)]


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("en", "{Durban|ZA|a} has opened 1,200 stands for street vendors."),
        ("en", "In response, {Bogotá|CO|a} closed lanes; {Lima|PE|a} hired cleaners."),
        ("en", "The City of {Lima|PE|a} will provide meals."),
        ("en", "The Mayor of {Freetown|SL|a} Yvonne Aki-Sawyerr spoke of kiosks."),
        ("en", "The Deputy Mayor, {Tirana|AL|a}, explained the plan."),
        ("en", "{Manchester|GB|a} City Council paid for hostels."),
        ("en", "{Cape Town|ZA|a} and {Johannesburg|ZA|a} suspended evictions."),
        ("en", "Participants: {Nairobi|KE|m}, {Kampala|UG|m} and {Accra|GH|m}."),
        ("en", "{Medellín|CO|m} residents protested."),
        ("en", "{São Paulo|BR|m}'s tenants and {Durban|ZA|m}’s traders met."),
        ("en", "{Mexico City|MX|m} is not {Mexico|MX|m}; New Mexico is neither."),
        ("en", "The New York Times wrote of {New York|US|m}."),
        ("en", "The Paris Agreement, the Kyoto Protocol and Lagos State."),
        ("en", "Jack London, Victoria Cruz and Jordan Smith spoke; Manchester United won."),
        ("en", "Nice to meet you. Reading clubs moved. Mobile clinics came. Same day. Of 300."),
        (
            "en",
            "Officials in {Reading|GB|m}, {United Kingdom|GB|m}, met {Nice|FR|m}, {France|FR|m}.",
        ),
        ("en", "{Georgia|GE|a} and {Armenia|AM|a} helped."),
        ("en", "{Atlanta|US|a}, Georgia, sent experts."),
        ("en", "In {Valencia|VE|m}, {Venezuela|VE|m}, markets reopened."),
        ("en", "The FAO and bogota.gov.co; the {USA|US|a} paid."),
        ("en", "Roma families in {Tunis|TN|m}."),
        ("en", "{Suva|FJ|a}, {Malé|MV|a} and {Kuwait City|KW|a} plant trees. Male nurses left."),
        ("en", "{NYC|US|a} pays. {Ramallah|PS|a} publishes its accounts, says #{Durban|ZA|m}."),
        ("en", "Trains link {Guadalajara|ES|m}, {Cuenca|ES|m} and {Madrid|ES|m}."),
        ("en", "{Tripoli|LB|m} is north of {Beirut|LB|m}."),
        ("en", "{Perth|GB|m} is near {Dundee|GB|m}."),
        ("en", "Flights leave {Perth|AU|m}; {Lagos|NG|m} and {Nairobi|KE|m} were visited."),
        ("en", "{Paris|FR|m}, {Berlin|DE|m} and {Dallas|US|m} were compared."),
        ("en", "{Lima|PE|m} was flooded. {Quito|EC|a} is building walls. {Cali|CO|m} has trams."),
        ("en", "{Lima|PE|a} has built walls. {Quito|EC|a} and {Cali|CO|a} lease buses."),
        ("en", "In {Lima|PE|m}, {Quito|EC|m} and {Cali|CO|m}, tenants met."),
        (
            "en",
            "During the lockdown {Bogotá|CO|a} opened lanes after {Quito|EC|a} wrote the guide.",
        ),
        ("en", "{Quito|EC|a}'s council voted. The council of {Bristol|GB|a} agreed."),
        ("en", "{Valencia|ES|a} in {Spain|ES|m} reused a riverbed."),
        ("en", "{Yerevan|AM|m} is unlike any other city of {Armenia|AM|m}."),
        ("es", "La paz llegó tarde a {La Paz|BO|m}. Santiago Córdoba calló."),
        ("it", "Tra {Parigi|FR|m} e {Londra|GB|m}."),
        ("es", "La {Ciudad de México|MX|a} aprobó la norma; el Acuerdo de París no basta."),
        ("es", "{Bogotá|CO|a} abrió carriles. La Universidad de Guadalajara calló."),
        ("es", "La Resistencia resistió en {Cartagena|CO|m}, {Colombia|CO|m}."),
        ("fr", "Les délégués d'{Abidjan|CI|m}; la rue de Rome; l'Accord de Paris."),
        ("fr", "La mairie de {Dakar|SN|a} finance des cantines en {Côte d'Ivoire|CI|m}."),
        ("pt", "{Lisboa|PT|a} abriu refúgios. O Estado de São Paulo fechou."),
        ("de", "Das Essen kam. In {Essen|DE|m} und {Dortmund|DE|m} fuhren Busse."),
        ("de", "{Wien|AT|a} stellte Wohnungen bereit. Die Universität Leipzig forscht."),
    ],
)
def test_mentions_are_found_and_traps_are_not(linker: Linker, language: str, marked: str) -> None:
    text = MARK.sub(lambda found: found[1], marked)
    expected = [found.groups() for found in MARK.finditer(marked)]
    assert linked(linker, text, Context(language)) == expected


def test_what_metadata_names_is_meant(gazetteer: Gazetteer, linker: Linker) -> None:
    valencia = gazetteer.find("Valencia", "Venezuela")
    nice = gazetteer.find("Nice", "France")
    assert valencia is not None
    assert nice is not None
    context = Context("en", (valencia, nice), frozenset({nice.id}))
    text = "Nice tested masks; rents fell in Valencia."
    assert linked(linker, text, context) == [("Nice", "FR", "a"), ("Valencia", "VE", "m")]
    assert linked(linker, text, Context()) == [("Valencia", "ES", "m")]


@pytest.mark.parametrize(
    ("known", "country", "text"),
    [
        ("Toronto", "CA", "London bought buses."),
        ("Seychelles", None, "Victoria planted trees."),
        ("Eindhoven", "NL", "Best and Helmond laid a path."),
        ("A Coruña", "ES", "Santiago regula los pisos."),
    ],
)
def test_metadata_make_small_places_of_their_country_likely(
    gazetteer: Gazetteer, linker: Linker, known: str, country: str | None, text: str
) -> None:
    place = gazetteer.find(known, country)
    assert place is not None
    first = linker.link(text, Context("en", (place,)))[0]
    assert (first.start, first.place.country) == (0, place.country)
    assert not any(m.start == 0 and m.place == first.place for m in linker.link(text))


def test_countries_named_nearby_tell_namesakes_apart(linker: Linker) -> None:
    text = "Rents fell in Valencia, as in all of Venezuela."
    assert linked(linker, text, Context())[0] == ("Valencia", "VE", "m")


def test_a_text_without_names_has_no_mentions(linker: Linker) -> None:
    assert linker.link("nothing to see here, 24 km of it", Context()) == []
    assert linker.link("") == []
