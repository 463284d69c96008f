from __future__ import annotations

import pytest

from indexer.errors import DocumentError
from indexer.gazetteer.network import Body, read_network

KNOWN = {"country:ZA", "geonames:1007311", "geonames:3369157"}
BODY = 'id: "network:gauteng", name: Gauteng, country: ZA, latitude: -26.3, longitude: 28.1'


def test_bodies_aliases_and_ignored_names_are_read() -> None:
    network = read_network(
        f"bodies: [{{{BODY}, aliases: [GP]}}]\n"
        "aliases: [{place: 'geonames:1007311', names: [eThekwini, EThekwini]}]\n"
        "ignore: [{name: Roma, languages: [en]}, {name: Gap}]",
        "cities.yaml",
        KNOWN,
    )
    assert network.bodies == (Body("network:gauteng", "Gauteng", "ZA", -26.3, 28.1, 0, ("GP",)),)
    assert network.aliases == {"geonames:1007311": ("eThekwini", "EThekwini")}
    assert network.ignored == {"roma": frozenset({"en"}), "gap": frozenset()}


def test_an_empty_file_says_nothing() -> None:
    assert read_network("", "cities.yaml", KNOWN) == read_network("bodies: []", "c.yaml", KNOWN)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a: [", r"cities\.yaml, line 2: no valid YAML"),
        ("- a", "cities.yaml: not a mapping; use bodies, aliases, ignore"),
        ("towns: []", "cities.yaml: unknown key 'towns'; use bodies, aliases, ignore"),
        ("bodies: yes", "bodies is no list; begin each entry with a dash"),
        ("ignore: [Roma]", "ignore entry 1: is no mapping; give name"),
        ("bodies: [{id: a}]", "bodies entry 1: lacks 'country'; add it"),
        ("ignore: [{name: a, why: b}]", "entry 1: unknown key 'why'; use languages, name"),
        ("ignore: [{name: ''}]", "ignore entry 1: name '' is no text; write one"),
        ("ignore: [{name: a, languages: en}]", "languages 'en' is no list of texts"),
        (f"bodies: [{{{BODY}, population: many}}]", "population 'many' is no number; write it"),
        (f"bodies: [{{{BODY.replace('ZA', 'XX')}}}]", "entry 1: country 'XX' is no ISO 3166-1"),
        (f"bodies: [{{{BODY}}}, {{{BODY}}}]", "bodies entry 2: the id 'network:gauteng' is taken"),
        (
            "aliases: [{place: 'geonames:1', names: [a]}]",
            "aliases entry 1: no place has the id 'geonames:1'; look it up on geonames.org",
        ),
        (
            "aliases: [{place: 'geonames:1007311', names: [Kapa]},"
            " {place: 'geonames:3369157', names: [kapá]}]",
            "the name 'kapá' is given to 'geonames:1007311' and again to 'geonames:3369157'",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_its_entry(source: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read_network(source, "cities.yaml", KNOWN)
