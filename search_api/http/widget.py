"""The widget's script, moving and pinned, and the bare frame that holds it.

A release lies in a folder of its own, `web/widget/1.0.0`, and never changes: pages of other sites
name it with its hash (Subresource Integrity, W3C 2016).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import new
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, Template
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from search_api.http.caching import holds
from search_api.keys import KeyFile
from search_api.settings import Settings

MOVING = "public, max-age=3600, stale-while-revalidate=86400"
PINNED = "public, max-age=31536000, immutable"
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the widget, its script, and the hash that browsers check."""

    version: str
    script: bytes
    integrity: str


def releases(folder: Traversable) -> dict[str, Release]:
    """Read the releases in a folder, oldest first, by version."""
    found = [each for each in folder.iterdir() if each.joinpath("search.js").is_file()]
    found.sort(key=lambda each: [int(part) for part in each.name.split(".")])
    scripts = {each.name: each.joinpath("search.js").read_bytes() for each in found}
    return {
        version: Release(version, script, _hashed("sha384", script))
        for version, script in scripts.items()
    }


def _hashed(algorithm: str, data: bytes) -> str:
    """Return a hash as Subresource Integrity and CSP write it."""
    return f"{algorithm}-{b64encode(new(algorithm, data).digest()).decode()}"


def _folder() -> Traversable:
    return files("search_api").joinpath("web", "widget")


@cache
def shipped() -> dict[str, Release]:
    """The releases that this server hands out, oldest first."""
    return releases(_folder())


def newest() -> Release:
    """The release behind `/widget/1/`."""
    return list(shipped().values())[-1]


@router.api_route("/widget/1/search.js", methods=READ)
def moving_script(request: Request) -> Response:
    """Send the newest script; a browser asks anew every hour."""
    return _script(request, newest(), MOVING)


@router.api_route("/widget/1/integrity.json", methods=READ)
def integrity() -> Response:
    """Send the hash of each release, for pages that pin one."""
    described = {
        version: {"src": f"/widget/{version}/search.js", "integrity": release.integrity}
        for version, release in shipped().items()
    }
    body = {"newest": newest().version, "releases": described}
    return JSONResponse(body, headers={**CROSS_ORIGIN, "Cache-Control": MOVING})


@router.api_route("/widget/{version}/search.js", methods=READ)
def pinned_script(version: str, request: Request) -> Response:
    """Send the script of a release, which never changes."""
    release = shipped().get(version)
    if release is None:
        known = ", ".join(shipped())
        raise HTTPException(404, f"no such release of the widget; there are: {known}")
    return _script(request, release, PINNED)


def _script(request: Request, release: Release, caching: str) -> Response:
    tag = f'"{release.integrity}"'
    headers = {**CROSS_ORIGIN, "Cache-Control": caching, "ETag": tag}
    if holds(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(release.script, headers=headers, media_type="text/javascript; charset=utf-8")


class Frame(BaseModel):
    """What the address of a frame may say."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=2000)
    lang: Literal["en", "es", "fr"] = "en"
    theme: Literal["light", "dark", "auto"] = "auto"
    limit: int = Field(5, ge=1, le=50)
    filters: str = Field("", max_length=2000)
    key: str = Field("", max_length=200)


STYLE = (
    "body { margin: 0 } "
    "h1 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; "
    "clip-path: inset(50%) }"
)
"""Of the frame, whose policy names its hash: no margin, and a heading for those who listen."""

LABELS = {"en": ("Your question", "Search"), "es": ("Su pregunta", "Buscar"),
          "fr": ("Votre question", "Chercher")}  # fmt: skip


@router.api_route("/embed", methods=READ)
def embed(request: Request, frame: Annotated[Frame, Query()]) -> Response:
    """Send a page that holds the widget and nothing else, for a frame in another site."""
    label, ask = LABELS[frame.lang]
    scheme = "light dark" if frame.theme == "auto" else frame.theme
    page = _page().render(frame=frame, label=label, ask=ask, scheme=scheme, style=STYLE)
    settings: Settings = request.app.state.settings
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        f"style-src '{_hashed('sha256', STYLE.encode())}'; "
        "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
        f"trusted-types 'none'; frame-ancestors {_framers(settings, frame.key)}"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "public, max-age=300"}
    return HTMLResponse(page, headers={**headers, "Referrer-Policy": "origin"})


def _framers(settings: Settings, secret: str) -> str:
    """Sites that may frame: with a key of certain sites these, for its questions come from here."""
    key = KeyFile(settings.keys).find(secret) if secret and settings.keys else None
    return " ".join(key.terms.origins if key else ()) or settings.frame_ancestors


@cache
def _page() -> Template:
    loader = FileSystemLoader(str(_folder()))
    return Environment(loader=loader, autoescape=True).get_template("embed.html")
