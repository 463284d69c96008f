from __future__ import annotations

import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.snapshot.analysis import Analyzer, fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("Bogotá", "bogota"),
        ("Bogota\u0301", "bogota"),
        ("Straße", "strasse"),
        ("İZMİR", "izmir"),
        ("Ｌｉｍａ", "lima"),
        ("of\ufb01ce", "office"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("Мо\u0301сква", "москва"),
        ("№ 5", "no 5"),
        ("Cities™", "citiestm"),
        ("two\ttanks\r\n🚰", "two\ttanks\r\n🚰"),
    ],
)
def test_case_accents_and_width_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


LATIN = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x17F) | st.sampled_from("\u0300\u0301\u0308")
)


@settings(max_examples=60)
@given(LATIN)
def test_composed_and_decomposed_letters_are_the_same_words(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert words(composed) == words(decomposed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("… — 🙂 !", []),
        ("Xi'an, 2020–21", ["xi", "an", "2020", "21"]),
        ("a\tb\r\nc\u00a0d", ["a", "b", "c", "d"]),
        ("東京 水道", ["東京", "水道"]),
        ("नगर पालिका", ["नगर", "पालिका"]),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, found: list[str]) -> None:
    assert words(text) == [fold(word) for word in found]


@pytest.fixture
def analyzer() -> Analyzer:
    return Analyzer({"en": ["the", "of"], "es": ["de", "la", "también"], "sw": []})


@pytest.mark.parametrize(
    ("text", "language", "terms"),
    [
        ("", "en", []),
        ("The of THE", "en", []),
        ("The cities of the coast: cities!", "en", ["citi", "coast", "citi"]),
        ("Las ciudades de la costa", "es", ["las", "ciudad", "cost"]),
        ("También TAMBIE\u0301N tambien", "es", []),
        ("the cities de la", "sw", ["the", "cities", "de", "la"]),
    ],
)
def test_terms_are_stems_without_stop_words_in_order(
    analyzer: Analyzer, text: str, language: str, terms: list[str]
) -> None:
    assert analyzer.terms(text, language) == terms


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("", []),
        ("cities", ["citi", "cities"]),
        ("ciudades", ["ciudad", "ciudades"]),
        ("water water", ["water", "wat", "water", "wat"]),
        ("the 2020", ["2020"]),
    ],
)
def test_a_question_is_read_in_every_language_of_the_index(question: str, terms: list[str]) -> None:
    analyzer = Analyzer({"en": ["the"], "es": ["de"], "sw": []})
    assert analyzer.question_terms(question) == terms


def test_a_word_that_one_language_stops_is_no_term_of_a_question() -> None:
    assert Analyzer({"de": ["im"], "en": ["the"]}).question_terms("the im Lima") == ["lima"]


def test_a_saved_analyzer_reads_as_before(analyzer: Analyzer, tmp_path: Path) -> None:
    analyzer.save(tmp_path / "analysis.json")
    raw = json.loads((tmp_path / "analysis.json").read_text(encoding="utf-8"))
    assert raw == {"en": ["of", "the"], "es": ["de", "la", "tambien"], "sw": []}
    loaded = Analyzer.load(tmp_path / "analysis.json")
    question = "the cities de la ciudades también"
    assert loaded.question_terms(question) == analyzer.question_terms(question)
    for language in ("en", "es", "sw"):
        assert loaded.terms(question, language) == analyzer.terms(question, language)


def test_many_threads_stem_alike(analyzer: Analyzer) -> None:
    texts = [f"cities{'s' * n} running{n} " * 20 for n in range(50)]
    alone = [analyzer.terms(text, "en") for text in texts]
    fresh = Analyzer({"en": ["the", "of"]})
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: fresh.terms(text, "en"), texts)) == alone


def test_every_character_loses_its_combining_marks() -> None:
    for number in range(0x10000):
        held = unicodedata.normalize("NFKD", chr(number)).casefold()
        if all(letter not in "øłđðıæœ" for letter in held):
            expected = "".join(each for each in held if not unicodedata.combining(each))
            assert fold(f"{chr(number)}é") == f"{expected}e", hex(number)
