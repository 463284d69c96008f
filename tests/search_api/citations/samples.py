"""Citations that a format could get wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from search_api.citations.record import Citation, Locator, Origin

BASE = "https://search.example.org"

DURBAN = Citation(
    passage="5f9a7e286c66c7e1",
    quote="Informal settlements were the hardest problem.\n\nWater tanks\tcame by truck.",
    start=69,
    end=145,
    locator=Locator("section", "Answers › Informal settlements"),
    document="sessions/durban note.md",
    sha256="a1" * 32,
    title="Notes from Durban",
    kind="session",
    publisher="Network of Cities",
    date="2020-03-25",
    language="en",
    url="https://example.org/durban?a=b&c=100%25_d~e#top",
    link="https://example.org/durban#:~:text=Informal",
    permalink=f"{BASE}/documents/sessions/durban%20note.md#p-5f9a7e286c66c7e1",
    sources=(Origin("City Hall", "Minutes", "https://example.org/minutes", "2020-03"),),
    snapshot="27da3ac867100f5c",
    accessed=date(2026, 11, 5),
)
DURBAN_LATER = replace(
    DURBAN, passage="b4db612d0372e11c", start=200, end=230, locator=Locator("paragraph", "12"),
    quote="And then they came again.",
    permalink=f"{BASE}/documents/sessions/durban%20note.md#p-b4db612d0372e11c",
)  # fmt: skip
RELEASE = replace(
    DURBAN, passage="dd890071ab7b2fd2", document="shade.pdf", sha256="b2" * 32,
    title="Cities & “shade”: 100 % {more} $5 #1 under_score ~5 ^ C:\\temp", kind="press-release",
    publisher="Réseau des villes 城市, São Paulo", date="2020-05", language="fr",
    locator=Locator("page", "7"), url=None, link=None, permalink=None, sources=(),
    quote="=Ombre}, partout\r\nTY  - JOUR\u2028@misc{x,\x0b% fin \\",
)  # fmt: skip
NAMELESS = replace(
    DURBAN, passage="aa81c75f101dfba2", document="leaflet.txt", sha256="c3" * 32,
    title="Who cleans the markets?", kind="other", publisher=None, date=None, url=None, link=None,
    locator=None, sources=(), permalink=f"{BASE}/documents/leaflet.txt#p-aa81c75f101dfba2",
)  # fmt: skip
REPORT = replace(
    DURBAN, passage="b2d2a9e576ad3733", document="report.pdf", sha256="d4" * 32,
    title="A yearbook", kind="report", date="2020", locator=Locator("page", "12"),
    permalink=None, sources=(),
)  # fmt: skip

SELECTION = [DURBAN, RELEASE, NAMELESS, DURBAN_LATER, REPORT]
