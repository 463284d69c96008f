from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.settings import Settings

HEADER = "X-Request-ID"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings()))  # not started: even so requests have names


@pytest.mark.parametrize(
    "given", ["x", "Root=1-67891233-abcdef012345678912345678", "a/b+c:d.e_f", "z" * 128]
)
def test_the_name_that_a_proxy_gave_is_kept(given: str, client: TestClient) -> None:
    for path in ("/healthz", "/nowhere", "/static/0/page.css"):
        assert client.get(path, headers={HEADER: given}).headers[HEADER] == given


@pytest.mark.parametrize("given", ["", "a b", "<script>", "é", 'a"b', "z" * 129])
def test_what_could_forge_a_line_of_a_log_is_no_name(given: str, client: TestClient) -> None:
    headers = [(HEADER.encode(), given.encode())]
    names = {client.get("/healthz", headers=headers).headers[HEADER] for _ in range(2)}
    assert len(names) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
