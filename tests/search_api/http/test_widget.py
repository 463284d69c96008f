from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from hatchling.builders.wheel import WheelBuilder

from search_api.http.app import create_app
from search_api.http.widget import newest, releases, shipped
from search_api.settings import Settings
from tests.conftest import ROOT

MOST = 12_000
"""Bytes of the script, compressed."""

RELEASED = {
    "1.0.0": {
        "search.js": "sha384-+U2vJOVeM0uWy8EBiOHTiSEqCUIKGpit2X95lIOzOmykHZKSeTB051BxKqTGVAsI"
    },
    "1.1.0": {
        "search.js": "sha384-PhHi+5TsawT1qUHaaYysuCyuW5utndAtnm0s075NjVdBdujkHiJnuDeZrbfP03AR"
    },
}
"""Files of each release and their hashes, as pages of other sites pin them: add to it alone."""

FOLDER = ROOT / "search_api" / "web" / "widget"


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def test_the_script_is_small_and_needs_nothing_else() -> None:
    script = newest().script
    assert len(gzip.compress(script, 9)) <= MOST
    code = script.decode()
    assert not re.search(r"^\s*(import|export)\b|import\(", code, re.MULTILINE)


def test_the_script_makes_no_markup_from_text() -> None:
    code = newest().script.decode()
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|eval|\.style\b|cookie"
    assert re.findall(ways, code) == []
    assert re.findall("textContent|adoptedStyleSheets", code) != []


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/widget/1/search.js", "public, max-age=3600, stale-while-revalidate=86400"),
        ("/widget/1.0.0/search.js", "public, max-age=31536000, immutable"),
        ("/widget/1.1.0/search.js", "public, max-age=31536000, immutable"),
    ],
)
def test_both_addresses_send_the_script_to_any_site(
    path: str, caching: str, client: TestClient
) -> None:
    response = client.get(path, headers={"Origin": "https://city.example"})
    version = path.split("/")[2] if path.count(".") > 1 else newest().version
    assert response.content == (FOLDER / version / "search.js").read_bytes()
    assert {name: response.headers[name] for name in (
        "content-type", "cache-control", "access-control-allow-origin",
        "cross-origin-resource-policy", "x-content-type-options",
    )} == {
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": caching,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }  # fmt: skip
    again = client.get(path, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(path).status_code == 200


def test_a_release_that_never_was_is_named_as_such(client: TestClient) -> None:
    response = client.get("/widget/1.9.0/search.js")
    assert response.status_code == 404
    assert response.json()["detail"] == (
        "GET /widget/1.9.0/search.js: no such release of the widget; there are: 1.0.0, 1.1.0"
    )


def test_the_published_hash_is_that_of_the_script(client: TestClient) -> None:
    def integrity(version: str) -> dict[str, str]:
        source = f"/widget/{version}/search.js"
        digest = hashlib.sha384(client.get(source).content).digest()
        return {"src": source, "integrity": f"sha384-{b64encode(digest).decode()}"}

    assert client.get("/widget/1/integrity.json").json() == {
        "newest": "1.1.0",
        "releases": {version: integrity(version) for version in RELEASED},
    }


def test_the_documented_hashes_are_those_of_the_releases() -> None:
    text = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    documented = re.findall(r"/widget/([\d.]+)/search\.js\"\s+integrity=\"([^\"]+)\"", text)
    assert documented == [(newest().version, shipped()[newest().version].integrity)]


def test_the_documented_parts_properties_and_attributes_are_those_of_the_script() -> None:
    text = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    code = newest().script.decode()
    listed = text[text.index("Parts for `citywise-search::part(…)`") :].partition("\n\n")[0]
    parts = set(re.findall(r"`([a-z]+)`", listed))
    linked = set(re.findall(r'#link\([^,]+, "([a-z]+)"', code))
    assert parts == set(re.findall(r'\bpart: "([a-z]+)"', code)) | linked
    properties = set(re.findall(r"--citywise-[a-z-]+", text))
    assert properties == set(re.findall(r"--citywise-[a-z-]+", code))
    rows = text.partition("## Attributes")[2].partition("## ")[0]
    attributes = set(re.findall(r"^\| `([a-z-]+)` \|", rows, re.MULTILINE))
    read = set(re.findall(r'(?:get|has)Attribute\("([a-z-]+)"\)', code))
    of_the_form = {"action", "aria-label", "placeholder"}
    assert attributes == (read - of_the_form) | {"lang", "theme"}  # a property, and style alone


def test_a_release_never_changes() -> None:
    found = {
        folder.name: {
            file.name: f"sha384-{b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()}"
            for file in folder.iterdir()
        }
        for folder in FOLDER.iterdir()
        if folder.is_dir()
    }
    assert found == RELEASED  # something else belongs into a folder of its own


def test_the_newest_release_is_the_highest_version(tmp_path: Path) -> None:
    for version in ("1.10.0", "1.2.0", "1.9.3"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "search.js").write_text(version)
    (tmp_path / "embed.html").write_text("not a release")
    assert list(releases(tmp_path)) == ["1.2.0", "1.9.3", "1.10.0"]


def test_the_frame_holds_the_question_as_text(client: TestClient) -> None:
    response = client.get("/embed", params={"q": '"><script>1</script>', "lang": "es", "limit": 3})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert 'value="&#34;&gt;&lt;script&gt;1&lt;/script&gt;"' in response.text
    assert response.text.count("<script") == 1
    assert '<html lang="es">' in response.text
    assert 'limit="3"' in response.text
    assert "<button>Buscar</button>" in response.text


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ({"lang": "xx"}, "lang: Input should be 'en', 'es' or 'fr'"),
        ({"limit": 99}, "limit: Input should be less than or equal to 50"),
        ({"onload": "x"}, "onload: Extra inputs are not permitted"),
    ],
)
def test_a_frame_takes_only_what_it_knows(
    parameters: dict[str, str | int], detail: str, client: TestClient
) -> None:
    response = client.get("/embed", params=parameters)
    assert (response.status_code, response.json()["detail"]) == (422, detail)


@pytest.mark.parametrize("allowed", ["*", "'none'", "'self' https://*.city.example:8443"])
def test_the_setting_says_who_may_frame(allowed: str) -> None:
    client = TestClient(create_app(Settings(frame_ancestors=allowed)))
    policy = client.get("/embed").headers["content-security-policy"]
    assert policy.endswith(f"; frame-ancestors {allowed}")
    assert policy.startswith("default-src 'none'; script-src 'self'; connect-src 'self';")


def test_the_wheel_carries_the_widget(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
        script = packed.read(f"search_api/web/widget/{newest().version}/search.js")
    assert script == newest().script
    assert "search_api/web/widget/embed.html" in names
