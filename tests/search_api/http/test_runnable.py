"""Every request that the description shows is sent, and answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from indexer.build import build
from indexer.report import Recipe
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import FEWEST_PLACES, ROOT

SHIPPED = ROOT / "corpus" / "initiatives" / "sub-saharan-africa.yaml"
SHOWN = ("cape-town-water-tanks", "freetown-food-masks-farming")


@pytest.fixture(scope="module")
def client(
    long_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A server of the documents of the shipped corpus that the examples name, cut as shipped."""
    folder = tmp_path_factory.mktemp("shown")
    records = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    kept = [each for each in records if each["id"] in SHOWN]
    (folder / "corpus").mkdir()
    lines = "\n".join(json.dumps(each, default=str) for each in kept)
    (folder / "corpus" / "shown.jsonl").write_text(lines, encoding="utf-8")
    recipe = Recipe(
        folder / "corpus", folder / "index", cache, str(long_model), False, FEWEST_PLACES
    )
    assert build(recipe).documents == len(SHOWN)
    with TestClient(create_app(Settings(index=folder / "index"))) as client:
        yield client


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    paths = create_app(Settings(index=Path("nowhere"))).openapi()["paths"]
    return {(method, path): told for path, of in paths.items() for method, told in of.items()}


@cache
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = create_app(Settings(index=Path("nowhere"))).openapi()["components"]
    return dict(found["schemas"])


def shown(described: dict[str, Any]) -> Any:
    """The first example of a parameter or a body; None where there is none."""
    schema = described["schema"]
    given = described.get("examples") or schema.get("examples")
    if given is None and "$ref" in schema:
        properties = schemas()[schema["$ref"].rpartition("/")[2]]["properties"]
        return {name: of["examples"][0] for name, of in properties.items() if "examples" in of}
    return None if given is None else given[0]


@pytest.mark.parametrize(("method", "path"), operations())
def test_what_is_shown_can_be_asked(method: str, path: str, client: TestClient) -> None:
    told = operations()[method, path]
    parameters = {each["name"]: shown(each) for each in told.get("parameters", [])}
    required = {each["name"] for each in told.get("parameters", []) if each["required"]}
    assert {name for name in required if parameters[name] is None} == set()
    asked = {name: value for name, value in parameters.items() if value is not None}
    address = path.format(**asked)
    query = {name: value for name, value in asked.items() if f"{{{name}}}" not in path}
    content = told.get("requestBody", {}).get("content", {})
    body = {"json": shown(content["application/json"])} if content else {}
    answer = client.request(method, address, params=query, **body)
    assert answer.status_code == 200, answer.text
    assert answer.content
