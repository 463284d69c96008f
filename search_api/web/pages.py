"""Pages from templates, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search_api.engine.current import CurrentSearcher
from search_api.engine.searcher import Searcher
from search_api.feedback import today
from search_api.settings import Settings
from search_api.web import headers
from search_api.web.assets import address
from search_api.web.cards import document_url
from search_api.web.locales import LANGUAGES, Speech, choose, translations
from search_api.web.params import FILTERS, SAVED, VIEWS, Params

FOLDER = Path(__file__).parent / "templates"


@cache
def environment(language: str) -> Environment:
    """Return the templates as one language says them; whatever they show is escaped."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.tests["web"] = _leads_into_the_web
    made.globals.update(
        asset=address,
        document_url=document_url,
        filters=FILTERS,
        languages=LANGUAGES,
        saved=SAVED,
        speech=Speech(language),
        views=VIEWS,
    )
    return made


def language_of(request: Request, params: Params) -> str:
    """Return the language in which to answer a request."""
    return choose(params.lang, request.headers.get("accept-language", ""))


def speaker(request: Request, params: Params) -> Callable[[str], str]:
    """Return what says a sentence in the reader's language."""
    return translations(language_of(request, params)).gettext


def searcher_of(request: Request) -> Searcher:
    """Return the searcher of what is published now.

    Raises:
        SnapshotError: its files can no longer be read.
    """
    found: CurrentSearcher = request.app.state.searchers
    return found.get()


def render(
    request: Request, params: Params, template: str, status: int = 200, **shown: Any
) -> HTMLResponse:
    """Return a page.

    Args:
        request: whose language and address to use.
        params: what was asked, for the form and for links to the same in other languages.
        template: name of its file.
        status: of the response.
        **shown: what the template speaks of.
    """
    language = language_of(request, params)
    html = (
        environment(language)
        .get_template(template)
        .render(
            params=params,
            base=base_of(request),
            here=_here(request),
            elsewhere=lambda code: _spoken(request, code),
            now=today(),
            **shown,
        )
    )
    return HTMLResponse(html, status, {**headers.PAGE, "Content-Language": language})


def render_text(request: Request, template: str, media_type: str, **shown: Any) -> Response:
    """Return what is no page: a description for programs."""
    language = language_of(request, Params.read(request.query_params))
    text = environment(language).get_template(template).render(base=base_of(request), **shown)
    return Response(text, media_type=media_type, headers=headers.TEXT)


def message(
    request: Request, params: Params, status: int, heading: str, sentence: str
) -> HTMLResponse:
    """Return one sentence and the form."""
    return render(request, params, "message.html", status, heading=heading, sentence=sentence)


def unavailable(request: Request, params: Params) -> HTMLResponse:
    """Say that the index cannot be read."""
    _ = speaker(request, params)
    sentence = _("The index cannot be read at present. Please try again in a moment.")
    response = message(request, params, 503, _("Not available"), sentence)
    response.headers["Retry-After"] = "30"
    return response


def base_of(request: Request) -> str:
    """The address of this server, as set or as the request calls it, without a slash at its end."""
    settings: Settings = request.app.state.settings
    return settings.public_url or str(request.base_url).rstrip("/")


def _here(request: Request) -> str:
    """The address of the page as others can open it, whatever the visitor calls this host."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{base_of(request)}{request.url.path}{query}"


def _spoken(request: Request, language: str) -> str:
    """The address of the same page in another language."""
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"


def _leads_into_the_web(address: object) -> bool:
    """Whether an address from a document may be a link: others could run a script."""
    return str(address).startswith(("https://", "http://"))
