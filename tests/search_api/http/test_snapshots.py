from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import FORMAT
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import BuildTiny

SEARCH = "/v1/search"


OTHERS = [
    "/v1/compare?q=water&city=Durban&city=Lima",
    "/v1/cities",
    "/v1/coverage",
    "/v1/documents",
    "/v1/documents/durban-note",
    "/v1/passages/{}?context=1",
    "/v1/passages/{}/similar",
]


def asked(client: TestClient, **more: str) -> dict[str, Any]:
    response = client.get(SEARCH, params={"q": "fresh water", **more})
    assert response.status_code == 200
    posted = client.post(SEARCH, json={"q": "fresh water", **more}).json()
    found: dict[str, Any] = response.json()
    assert posted.pop("timings_ms").keys() == found.pop("timings_ms").keys()
    assert posted == found
    return found


def test_an_older_snapshot_answers_as_it_did_until_it_is_gone(
    index_copy: IndexFolder, corpus: Path, build_tiny: BuildTiny
) -> None:
    ids = []
    with TestClient(create_app(Settings(index=index_copy.root))) as client:
        before = asked(client)
        ids.append(before["index"]["id"])
        passage = before["results"][0]["passage_id"]
        others = [address.format(passage) for address in OTHERS]
        told = {address: client.get(address).json() for address in others}
        assert asked(client, snapshot=ids[0]) == before
        for number in range(3):
            (corpus / f"{number}.txt").write_text(f"Fresh news {number}.", encoding="utf-8")
            ids.append(build_tiny(corpus, index_copy.root).snapshot)
            client.app.state.searchers.newest()  # type: ignore[attr-defined]
            if number < 2:  # of those before the published one, two are kept
                assert asked(client, snapshot=ids[0]) == before
                assert asked(client, snapshot=ids[-1]) == asked(client)
                assert asked(client)["index"]["id"] == ids[-1]
                for address in others:
                    again = client.get(
                        f"{address}{'&' if '?' in address else '?'}snapshot={ids[0]}"
                    )
                    assert again.json() == told[address]
                    published = client.get(address).json()
                    assert published["index"] != told[address]["index"]
        timeline = client.get("/v1/timeline", params={"q": "water", "snapshot": ids[1]})
        assert timeline.json()["index"]["id"] == ids[1]
        gone = client.get(SEARCH, params={"q": "fresh water", "snapshot": ids[0]})
        kept = ", ".join(sorted(ids[1:]))
        assert gone.status_code == 404
        assert gone.json()["detail"] == f"snapshot {ids[0]} is not kept; kept are: {kept}"


def test_cities_are_compared_under_filters(built: Path) -> None:
    with TestClient(create_app(Settings(index=built))) as client:
        cities = {"q": "water tanks", "city": ["Durban", "Lima"]}
        plain = client.get("/v1/compare", params=cities).json()["cells"]
        other = client.get("/v1/compare", params={**cities, "kind": "news"}).json()["cells"]
    assert plain[0]["result"] is not None
    assert [cell["note"] for cell in other] == [
        f"no evidence in this collection: no passage has kind “news”; its kinds are {kinds}"
        for kinds in ["session, initiative"] * 2
    ]


@pytest.mark.parametrize("name", ["../snapshots", "*", ".building", "nul\0"])
def test_no_name_leads_out_of_the_snapshots(name: str, built: Path) -> None:
    with TestClient(create_app(Settings(index=built))) as client:
        response = client.get(SEARCH, params={"q": "water", "snapshot": name})
    assert response.status_code == 404
    assert response.json()["detail"].startswith(f"snapshot {name} is not kept; kept are: ")


def test_a_snapshot_of_another_format_is_not_asked(
    index_copy: IndexFolder, corpus: Path, build_tiny: BuildTiny
) -> None:
    old = index_copy.published()
    (corpus / "news.txt").write_text("Fresh news.", encoding="utf-8")
    build_tiny(corpus, index_copy.root)
    manifest = old.path / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    assert f'"format": {FORMAT}' in text
    manifest.write_text(text.replace(f'"format": {FORMAT}', '"format": 1'), encoding="utf-8")
    with TestClient(create_app(Settings(index=index_copy.root))) as client:
        response = client.get(SEARCH, params={"q": "water", "snapshot": old.manifest.id})
    assert response.status_code == 404
    assert response.json()["detail"] == (
        f"snapshot {old.manifest.id} is kept, but another version of citywise wrote it; "
        "ask without `snapshot`"
    )
