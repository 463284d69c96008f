from __future__ import annotations

import datetime
from typing import Any

import pytest

from indexer.document import Metadata, Place, Source
from indexer.metadata import Fields, merge


def said(**fields: Any) -> Metadata:
    """The metadata of one layer that must not need a warning."""
    metadata, _, warnings = merge({"file": fields}, "a.md")
    assert warnings == ()
    return metadata


def warned(path: str = "a.md", **fields: Any) -> tuple[Metadata, tuple[str, ...]]:
    metadata, _, warnings = merge({"file": fields}, path)
    return metadata, warnings


def test_the_first_layer_that_speaks_is_heard() -> None:
    layers: dict[str, Fields] = {
        "front": {"title": "Front", "date": None, "topics": [], "publisher": ""},
        "folder": {"title": "Folder", "date": "2020-05", "topics": "water", "cities": {}},
        "guess": {"title": "Guess", "date": "2019", "publisher": "Herald", "language": "es"},
    }
    metadata, origins, warnings = merge(layers, "a.md")
    assert metadata == Metadata("Front", "other", "2020-05", "Herald", None, "es", (), ("water",))
    assert origins == {
        "title": "front",
        "date": "folder",
        "topics": "folder",
        "publisher": "guess",
        "language": "guess",
    }
    assert warnings == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "Taps"), ("date", "2020"), ("kind", "news"), ("language", "es"),
     ("url", "https://example.org")],
)  # fmt: skip
def test_white_space_says_nothing(name: str, value: str) -> None:
    layers = {"front": {name: " \t\u00a0"}, "folder": {name: value}}
    metadata, _, warnings = merge(layers, "a.md")
    assert (getattr(metadata, name), warnings) == (value, ())


def test_nothing_said_is_a_document_without_metadata() -> None:
    assert merge({}, "a.md") == (Metadata(), {}, ())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("sessions/a.md", "session"),
        ("initiatives/asia/a.yaml", "initiative"),
        ("2020/News/a.md", "news"),
        ("press-releases/a.md", "press-release"),
        ("reports/sessions/a.md", "report"),
        ("news.md", "other"),
    ],
)
def test_the_folder_suggests_the_kind(path: str, kind: str) -> None:
    assert warned(path)[0].kind == kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [("session", "session"), ("Press Release", "press-release"),
     (" PRESS_RELEASE ", "press-release"), ("Report", "report")],
)  # fmt: skip
def test_a_kind_is_known_however_it_is_written(value: str, kind: str) -> None:
    assert said(kind=value).kind == kind


def test_an_unknown_kind_is_told_and_the_folder_s_taken() -> None:
    metadata, (warning,) = warned("news/a.md", kind="blog")
    assert metadata.kind == "news"
    assert warning == (
        "kind 'blog' is not one of session, initiative, news, press-release, report, other; "
        "taken as 'news'"
    )


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2020", "2020"),
        ("2020-05", "2020-05"),
        (" 2020-02-29 ", "2020-02-29"),
        (2020, "2020"),
        ("4 May 2020", "2020-05-04"),
        ("mayo de 2020", "2020-05"),
        (datetime.date(2020, 5, 4), "2020-05-04"),
        (datetime.datetime(2020, 5, 4, 23, 59, tzinfo=datetime.UTC), "2020-05-04"),
    ],
)
def test_dates_become_iso_whole_or_reduced(value: object, date: str) -> None:
    assert said(date=value).date == date


@pytest.mark.parametrize(
    "value",
    ["2021-02-29", "2020-13", "0000", "20200504", "2020-5-4", "soon", "2020-05-04/06",
     "２０２０", True],
)  # fmt: skip
def test_a_wrong_date_is_told_and_left_out(value: object) -> None:
    metadata, warnings = warned(date=value)
    assert metadata.date is None
    assert warnings == (f"date '{value}' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",)


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c#d", "http://example.org", "HTTPS://e.org"]
)
def test_web_addresses_are_kept_as_they_are(url: str) -> None:
    assert said(url=url).url == url


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "javascript:alert(1)", "https://a b", "https://"]
)
def test_another_address_is_told_and_left_out(url: str) -> None:
    metadata, warnings = warned(url=url)
    assert metadata.url is None
    assert warnings == (f"url '{url}' is no http or https address; left out",)


@pytest.mark.parametrize(
    ("value", "language"), [("en", "en"), ("en-GB", "en"), (" PT_br ", "pt"), ("zh-Hans-CN", "zh")]
)
def test_a_language_tag_is_reduced_to_the_language(value: str, language: str) -> None:
    assert said(language=value).language == language


@pytest.mark.parametrize("value", ["English", "e", "en us", "1"])
def test_what_is_no_language_tag_is_told(value: str) -> None:
    metadata, warnings = warned(language=value)
    assert metadata.language == "en"
    assert warnings == (f"language '{value.lower()}' is no language tag; taken as 'en'",)


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"cities": "Lima; Quito, Pune"}, (Place("Lima"), Place("Quito"), Place("Pune"))),
        ({"cities": [" São  Paulo ", {"name": "Lima", "country": "Peru", "region": "Lima"}]},
         (Place("São Paulo"), Place("Lima", "Peru", "Lima"))),
        ({"cities": {"name": "Lima", "country": "Peru"}}, (Place("Lima", "Peru"),)),
        ({"city": "Lima", "country": "Peru"}, (Place("Lima", "Peru"),)),
        ({"city": "Washington, D.C."}, (Place("Washington, D.C."),)),
        ({"country": "Peru"}, (Place("", "Peru"),)),
        ({"cities": ["Lima"], "city": "Pune"}, (Place("Lima"),)),
        ({"cities": [], "city": "Pune"}, (Place("Pune"),)),
        ({"cities": ["", None, "Lima"]}, (Place("Lima"),)),
    ],
)  # fmt: skip
def test_places_are_told_in_many_ways(fields: dict[str, Any], places: tuple[Place, ...]) -> None:
    assert said(**fields).cities == places


def test_a_city_without_a_name_is_not_dropped_in_silence() -> None:
    metadata, warnings = warned(cities=[{"country": "Peru"}])
    assert metadata.cities == (Place("", "Peru"),) or len(warnings) == 1


@pytest.mark.parametrize(
    ("value", "topics"),
    [("water; food,  health ;", ("water", "food", "health")), (["public space", " food", ""],
      ("public space", "food")), ([2020], ("2020",)), ("housing", ("housing",))],
)  # fmt: skip
def test_topics_are_a_list_or_one_string(value: object, topics: tuple[str, ...]) -> None:
    assert said(topics=value).topics == topics


def test_sources_are_one_or_many() -> None:
    herald = {"publisher": "Herald", "title": " Taps\nopen ", "url": "https://e.org", "date": 2020}
    assert said(sources=herald).sources == (Source("Herald", "Taps open", "https://e.org", "2020"),)
    assert said(sources=[herald, {"title": "Bare"}]).sources[1] == Source("", "Bare", None, None)


def test_what_cannot_be_used_of_a_source_is_told() -> None:
    metadata, warnings = warned(
        sources=[
            {"publisher": "Herald"},
            "The Herald, 4 May",
            {"title": "Taps", "url": "herald.example", "date": "May"},
        ]
    )
    assert metadata.sources == (Source("", "Taps", None, None),)
    assert warnings == (
        "source {'publisher': 'Herald'} has no title; left out",
        "source 'The Herald, 4 May' has no title; left out",
        "url 'herald.example' is no http or https address; left out",
        "date 'May' is not YYYY, YYYY-MM or YYYY-MM-DD; left out",
    )


def test_white_space_in_names_is_collapsed_and_other_characters_are_kept() -> None:
    metadata = said(title=" Cafe\u0301\n\tfor\u00a0all ", publisher="  城市  网 ")
    assert (metadata.title, metadata.publisher) == ("Cafe\u0301 for all", "城市 网")
