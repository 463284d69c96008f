from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer.snapshot.snapshot import Snapshot
from search_api.http.app import create_app
from search_api.http.gate import network
from search_api.keys import KeyFile, Terms, create, revoke, today
from search_api.settings import Settings
from tests.search_api.http.test_problems import detail

CITY = "https://city.example"
SEARCH = "/v1/search?q=water"
NO_KEY = (
    "this collection is searched with a key alone: send it in the header `X-Citywise-Key`, "
    "or in the address as `key`"
)
OURS = {"Sec-Fetch-Site": "same-origin"}

Serve = Callable[..., AbstractContextManager[TestClient]]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys.sqlite"


@pytest.fixture
def serve(built: Path, keys: Path, tmp_path: Path) -> Serve:
    """A server of its own settings: `serve(rate="2/minute")`."""

    def served(**settings: Any) -> TestClient:
        chosen = Settings(index=built, keys=keys, cache=tmp_path / "cache", **settings)
        return TestClient(create_app(chosen), client=("192.0.2.1", 5000))

    return served


def documents(client: TestClient, address: str, **headers: str) -> set[str]:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return {each["document"]["id"] for each in response.json()["results"]}


def test_an_open_collection_needs_no_key_and_counts_nothing(serve: Serve, tmp_path: Path) -> None:
    with serve() as client:
        response = client.get(SEARCH)
    assert response.headers["cache-control"].startswith("public, ")
    assert response.headers["vary"].startswith("Authorization, X-Citywise-Key")
    assert not {"ratelimit", "ratelimit-policy", "retry-after"} & response.headers.keys()
    assert list(tmp_path.iterdir()) == []


def test_a_key_may_be_sent_in_three_ways_and_presets_are_narrowed_but_never_widened(
    serve: Serve, keys: Path
) -> None:
    secret, _ = create(keys, Terms(presets={"kind": ("initiative", "other"), "since": ("2020",)}))
    within = {"lima-bikes", "quito-food"}
    with serve() as client:
        assert documents(client, SEARCH) > within
        for address, headers in (
            (f"{SEARCH}&key={secret}", {}),
            (SEARCH, {"X-Citywise-Key": secret}),
            (SEARCH, {"Authorization": f"Bearer {secret}"}),
            (f"{SEARCH}&kind=session&kind=initiative", {"X-Citywise-Key": secret}),
        ):
            assert documents(client, address, **headers) == within
        assert documents(client, f"{SEARCH}&city=Lima&key={secret}") == {"lima-bikes"}
        for wider in ("kind=session", "since=2019&kind=session"):
            answer = client.get(f"{SEARCH}&{wider}&key={secret}").json()
            assert (answer["results"], answer["verdict"]) == ([], "none")
            assert "within the filters that are preset here, but none of" in answer["explanation"]
        posted = client.post("/v1/search", json={"q": "water"}, headers={"X-Citywise-Key": secret})
        assert {each["document"]["id"] for each in posted.json()["results"]} == within
        dated = client.get(f"/v1/timeline?q=water&key={secret}").json()
        told = [each for period in dated["periods"] for each in period["results"]]
        assert {each["document"]["id"] for each in told} == within
        cells = client.get(f"/v1/compare?q=water&city=Lima&city=Durban&key={secret}").json()
        found = [cell["result"] and cell["result"]["document"]["id"] for cell in cells["cells"]]
        assert found[0] in ("lima-bikes", None)
        assert found[1] is None


def test_no_cache_gives_the_answer_of_a_key_to_others(serve: Serve, keys: Path) -> None:
    secret, _ = create(keys, Terms(presets={"city": ("Lima",)}))
    with serve() as client:
        bare, keyed = client.get(SEARCH), client.get(f"{SEARCH}&k=1&key={secret}")
        assert keyed.headers["cache-control"] == "private, max-age=60, must-revalidate"
        assert keyed.headers["etag"] != client.get(f"{SEARCH}&k=1").headers["etag"]
        held = {"If-None-Match": keyed.headers["etag"], "X-Citywise-Key": secret}
        again = client.get(f"{SEARCH}&k=1", headers=held)
        assert (again.status_code, again.headers["cache-control"][:7]) == (304, "private")
        following = keyed.links["next"]["url"]
        assert following.endswith(f"&key={secret}")
        assert client.get(following).status_code == 200
        assert detail(client.get(following.partition("&key=")[0]), 422).startswith("cursor: ")
    assert "key=" not in bare.headers.get("link", "")


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Origin": CITY}, None),
        (OURS, None),
        ({"Origin": "https://other.example"}, "this key is not for pages of https://other.example"),
        ({"Origin": "null"}, "this key is not for pages of null"),
        ({"Origin": "http://city.example", **OURS}, "this key is not for pages of http://city."),
        ({}, "this key is for pages of certain sites, and the request names none in `Origin`"),
        ({"Sec-Fetch-Site": "cross-site"}, "this key is for pages of certain sites, and the req"),
    ],
)
def test_a_key_of_certain_sites_is_for_their_pages_alone(
    headers: dict[str, str], said: str | None, serve: Serve, keys: Path
) -> None:
    secret, _ = create(keys, Terms(origins=(CITY, "https://b.example:8443")))
    with serve() as client:
        response = client.get(f"{SEARCH}&key={secret}", headers=headers)
        if said is None:
            assert response.status_code == 200
        else:
            assert detail(response, 403).startswith(said)
        if "Origin" in headers:  # the page is let read why
            assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("closed", [False, True])
def test_a_key_searches_and_cites_and_does_nothing_else(
    closed: bool, serve: Serve, keys: Path, snapshot: Snapshot
) -> None:
    secret, _ = create(keys, Terms())
    key = {"X-Citywise-Key": secret}
    said = (
        "a key opens /v1/search, /v1/timeline, /v1/compare, /v1/suggest and citations of passages, "
        "and nothing else"
    )
    held = f"/v1/passages/{snapshot.passages.hits([0])[0].passage.id}"
    refused = (
        "/v1/documents", "/v1/documents/durban-note", "/v1/cities", "/v1/coverage", "/v1/verify",
        held, f"{held}/similar", f"{held}/x/citation",
    )  # fmt: skip
    with serve(require_key=closed) as client:
        for path in refused:
            assert detail(client.get(path, headers=key), 403) == said
        assert detail(client.post("/mcp", headers=key), 403) == said
        for path in ("/v1/suggest?q=wa", f"{held}/citation", f"{SEARCH}&format=ris"):
            answered = client.get(path, headers=key)
            assert answered.status_code == 200
            assert "X-Citywise-Key" in answered.headers["vary"]


def test_a_key_with_presets_tells_nothing_of_what_lies_outside(
    serve: Serve, keys: Path, snapshot: Snapshot
) -> None:
    """What is kept back is a note from Durban; Lima and Quito have one initiative each."""
    secret, _ = create(keys, Terms(presets={"kind": ("initiative",)}))
    hits = {hit.document.id: hit.passage.id for hit in snapshot.passages.hits(range(7))}
    older = f"&snapshot={snapshot.manifest.id}"
    with serve() as client:

        def get(path: str) -> Any:
            return client.get(path, headers={"X-Citywise-Key": secret})

        assert get(f"/v1/passages/{hits['lima-bikes']}/citation").status_code == 200
        other = get(f"/v1/passages/{hits['durban-note']}/citation")
        nobody = get("/v1/passages/0123456789abcdef/citation")
        assert detail(other, 404) == detail(nobody, 404).replace(
            "0123456789abcdef", hits["durban-note"]
        )
        both = f"/v1/citations?passage={hits['lima-bikes']}&passage={hits['durban-note']}{older}"
        assert detail(get(both), 404) == detail(other, 404)

        every, within = (
            [each["text"] for each in ask("/v1/suggest?q=dur").json()["suggestions"]]
            for ask in (client.get, get)
        )
        assert (every, within) == (["Durban", "Notes from Durban"], [])
        assert get("/v1/suggest?q=lima").json()["suggestions"][0]["text"] == "Lima"
        assert get(f"/v1/suggest?q=dur&format=opensearch{older}").json() == ["dur", []]

        known, unheard = (
            get(f"{SEARCH}&city={name}{older}").json()["explanation"].replace(name, "")
            for name in ("Durban", "Atlantis")
        )
        assert known == unheard
        asked = (get(f"/v1/search?q=water+in+{name}").json() for name in ("Durban", "Paris"))
        told = [answer["explanation"].partition(";")[0] for answer in asked]
        assert told == ["no passage speaks of Durban", "no passage speaks of Paris"]
        for form in ("csv", "ris", "bibtex", "markdown"):
            saved = get(f"{SEARCH}&format={form}&k=100").text
            assert "Lima" in saved
            assert "Durban" not in saved


def test_a_key_that_does_not_hold_is_refused_wherever_it_is_sent(serve: Serve, keys: Path) -> None:
    withdrawn, key = create(keys, Terms())
    with serve() as client:
        assert client.get(f"{SEARCH}&key={withdrawn}").status_code == 200
        assert revoke(keys, key.id)
        for address, said in (
            (f"{SEARCH}&key={withdrawn}", f"this key was revoked on {today()}"),
            (f"{SEARCH}&key=cwpk_{'x' * 32}", "this key is not known here; ask whoever runs"),
            (f"/v1/cities?key={'é' * 9}&key=", "this key is not known here; ask whoever runs"),
        ):
            response = client.get(address)
            assert detail(response, 401).startswith(said)
            assert response.headers["www-authenticate"] == 'Bearer realm="citywise"'
        proxied = client.get(SEARCH, headers={"Authorization": "Bearer a-token-of-the-proxy"})
        assert proxied.status_code == 200
        keys.write_text("notes " * 100)
        broken = client.get(f"{SEARCH}&key={withdrawn}")
        assert detail(broken, 503) == "keys cannot be read at present"
        assert client.get(SEARCH).status_code == 200


def test_a_closed_collection_shows_nothing_without_a_key(serve: Serve, keys: Path) -> None:
    secret, _ = create(keys, Terms())
    with serve(require_key=True) as client:
        for path in (SEARCH, "/v1/documents/durban-note", "/v1/nowhere", "/mcp"):
            response = client.get(path)
            assert detail(response, 401) == NO_KEY
            assert response.headers["www-authenticate"] == 'Bearer realm="citywise"'
        for path in ("/", "/?q=water", "/documents/durban-note", f"/?q=water&key={secret}"):
            page = client.get(path, headers={"Accept-Language": "fr"})
            assert (page.status_code, page.headers["cache-control"]) == (401, "no-store")
            assert "tanks" not in page.text
            assert "Cette collection n’est consultable que depuis les sites" in page.text
        assert client.post("/feedback").status_code == 401
        assert documents(client, f"{SEARCH}&key={secret}") >= {"durban-note"}
        for path in ("/healthz", "/readyz", "/openapi.json", "/widget/1/search.js", "/embed"):
            assert client.get(path).status_code == 200


def test_whoever_asks_too_much_is_told_when_to_ask_again(serve: Serve) -> None:
    with serve(rate="2/minute") as client:
        for left in (1, 0):
            response = client.get(SEARCH)
            assert response.status_code == 200
            assert response.headers["ratelimit-policy"] == '"visitor";q=2;w=60'
            assert response.headers["ratelimit"].startswith(f'"visitor";r={left};t=')
            assert "retry-after" not in response.headers
        refused = client.get("/v1/cities", headers={"Origin": CITY})
        after = refused.headers["retry-after"]
        said = f"more than 2 requests in 60 seconds; ask again in {after}"
        assert detail(refused, 429) == said
        assert 50 <= int(after) <= 60
        assert refused.headers["ratelimit"] == f'"visitor";r=0;t={after}'
        assert "Retry-After" in refused.headers["access-control-expose-headers"]
        page = client.get("/?q=water&lang=es")
        assert (page.status_code, page.headers["retry-after"]) == (429, after)
        assert "<h1" in page.text
        for path in ("/healthz", "/llms.txt"):  # not counted
            assert client.get(path).status_code == 200


def test_completions_are_counted_by_themselves_ten_for_each_question(serve: Serve) -> None:
    with serve(rate="1/minute") as client:
        assert client.get(SEARCH).status_code == 200
        for left in range(9, -1, -1):
            typed = client.get("/v1/suggest?q=wa")
            assert typed.headers["ratelimit-policy"] == '"suggestions";q=10;w=60'
            assert typed.headers["ratelimit"].startswith(f'"suggestions";r={left};t=')
        refused = client.get("/v1/suggest?q=wa")
        after = refused.headers["retry-after"]
        said = f"more than 10 requests in 60 seconds; ask again in {after}"
        assert detail(refused, 429) == said


def test_a_key_has_a_rate_of_its_own_for_each_visitor(serve: Serve, keys: Path) -> None:
    own, _ = create(keys, Terms(rate="1/hour"))
    bare, _ = create(keys, Terms())
    with serve(rate="1/minute") as client:
        first = client.get(f"{SEARCH}&key={own}")
        assert first.headers["ratelimit-policy"] == '"visitor";q=1;w=3600'
        assert client.get(f"{SEARCH}&key={own}").status_code == 429
        assert client.get(SEARCH).status_code == 200
        assert client.get(f"{SEARCH}&key={bare}").status_code == 429
    with serve(rate="1/minute", proxies="192.0.2.0/24") as client:
        other = client.get(f"{SEARCH}&key={own}", headers={"X-Forwarded-For": "198.51.100.7"})
        assert other.status_code == 200


@pytest.mark.parametrize(
    ("proxies", "statuses"), [("", [200, 429, 429]), ("192.0.2.1, ::1", [200, 200, 429])]
)
def test_only_proxies_that_are_named_say_who_asks(
    proxies: str, statuses: list[int], serve: Serve
) -> None:
    with serve(rate="1/minute", proxies=proxies) as client:
        asked = [
            client.get(SEARCH, headers={"X-Forwarded-For": said}).status_code
            for said in ("203.0.113.1", "203.0.113.2", "192.0.2.99, 203.0.113.1")
        ]
    assert asked == statuses


def test_a_file_that_is_full_costs_a_count_and_no_answer(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(rate="1/minute") as client:
        assert client.get(SEARCH).status_code == 200
        gate = client.app.middleware_stack  # type: ignore[attr-defined]
        while not hasattr(gate, "_gate"):
            gate = gate.app
        gate._gate._rates._limiter.storage._database.close()
        assert client.get(SEARCH).status_code == 200
    assert "requests are not counted: Cannot operate on a closed database." in caplog.messages


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_visitor_is_an_address_or_the_network_of_a_customer(address: str, visitor: str) -> None:
    assert network(address) == visitor


def test_a_frame_with_a_key_is_for_the_sites_of_that_key(serve: Serve, keys: Path) -> None:
    secret, key = create(keys, Terms(origins=(CITY, "https://b.example")))
    free, _ = create(keys, Terms())
    assert KeyFile(keys).find(secret) == key
    with serve(frame_ancestors="'self'") as client:
        for sent, framers in (
            (secret, f"{CITY} https://b.example"),
            (free, "'self'"),
            ("x", "'self'"),
        ):
            frame = client.get("/embed", params={"key": sent})
            policy = frame.headers["content-security-policy"]
            assert policy.endswith(f"; frame-ancestors {framers}")
            assert f' key="{sent}" ' in frame.text
        assert " key=" not in client.get("/embed").text
