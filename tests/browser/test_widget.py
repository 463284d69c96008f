from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from search_api.http.shown import SEARCH_ANSWER
from search_api.settings import Settings
from tests.browser.conftest import PATIENCE, serving
from tests.browser.looks import LOOKS, fits, put_on
from tests.browser.stage import HOSTILE, Stage, host_app, stage_app, whole

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDGET = "citywise-search"
QUESTION = "informal settlements"
Axe = Callable[..., None]


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def staged(stage: Stage) -> Iterator[str]:
    with serving(stage_app(stage)) as server, serving(host_app(server)) as host:
        yield host


@pytest.fixture(scope="module")
def hosted(served: str) -> Iterator[str]:
    """The hostile site around the real server."""
    with serving(host_app(served)) as host:
        yield host


def visit(page: Page, host: str, **query: Any) -> None:
    page.goto(f"{host}/?{urlencode(query)}")
    until(page, "document.querySelector('citywise-search').shadowRoot !== null")


def ask(page: Page, question: str) -> None:
    page.locator(f"{WIDGET} [part=input]").focus()
    page.keyboard.type(question)
    page.keyboard.press("Enter")


def reach(page: Page, state: str) -> None:
    page.locator(f"{WIDGET}:state({state})").wait_for()


def until(page: Page, expression: str) -> None:
    """Wait for an expression to hold; the browser may not wait itself, as CSP forbids eval."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        page.wait_for_timeout(20)


def test_a_hostile_host_neither_hears_keys_nor_changes_the_answer(
    page: Page, hosted: str, served: str, axe: Axe
) -> None:
    visit(page, hosted, hostile=1)
    ask(page, f"sf/j {QUESTION}")
    reach(page, "closest")  # no passage holds "sf/j"
    assert page.locator(f"{WIDGET} [part=input]").input_value() == f"sf/j {QUESTION}"
    assert page.evaluate("heard") == []
    answer = page.request.get(f"{served}/v1/search?q=sf/j+informal+settlements&k=5").json()
    expected = [result["text"] for result in answer["results"]]
    excerpts = page.locator(f"{WIDGET} [part=excerpt]")
    assert excerpts.evaluate_all("all => all.map((each) => each.textContent)") == expected != []
    style = excerpts.first.evaluate(
        "each => [...['textTransform', 'textAlign', 'letterSpacing', 'fontSize'].map("
        "(name) => getComputedStyle(each)[name]), getComputedStyle(each).color]"
    )
    assert style == ["none", "start", "normal", "16px", "rgb(28, 35, 41)"]
    panel = page.locator(f"{WIDGET} [part=panel]")
    assert panel.evaluate("each => getComputedStyle(each).padding") == "16px"
    assert [name for name, _ in page.evaluate("told")] == ["search", "state", "state", "answer"]
    axe(page, WIDGET)


def test_a_hostile_host_neither_hears_keys_nor_changes_the_dialog(
    page: Page, hosted: str, axe: Axe
) -> None:
    page.emulate_media(color_scheme="dark")
    visit(page, hosted, hostile=1, attributes="mode=dialog filters=city")
    page.locator(f"{WIDGET} [part=open]").click()
    ask(page, f"sf/j {QUESTION}")
    reach(page, "closest")  # no passage holds "sf/j"
    assert page.locator(f"{WIDGET} [part=input]").input_value() == f"sf/j {QUESTION}"
    assert page.evaluate("heard") == []
    assert page.locator(f"{WIDGET} dialog").evaluate(
        "each => [getComputedStyle(each).padding, getComputedStyle(each).opacity]"
    ) == ["16px", "1"]
    axe(page, WIDGET)


def test_escape_and_tab_are_left_to_the_host_where_no_dialog_is_open(
    page: Page, staged: str
) -> None:
    visit(page, staged)
    page.locator(f"{WIDGET} [part=input]").focus()
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    assert page.evaluate("[...new Set(heard)]") == ["Tab"]
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.part.value") == "button"


WHY = {
    "en": "No passage speaks of Oslo. Passages searched: 1,207. The nearest documents: “Tanks”, "
    "“Taps”. Topics nearby: public space, water. No passage is dated 2030 or later. No passage "
    "passes the filter “news”. There are: report and 2 more. No passage is within the filters that "
    "are preset here.",
    "es": "Ningún pasaje habla de Oslo. Pasajes consultados: 1207. Los documentos más cercanos: "
    "«Tanks», «Taps». Temas cercanos: public space, water. Ningún pasaje es de 2030 o posterior. "
    "Ningún pasaje pasa el filtro «news». Hay: report y 2 más. Ningún pasaje está dentro de los "
    "filtros fijados aquí.",
    "fr": "Aucun passage ne parle de Oslo. Passages consultés : 1 207. Les documents les plus "
    "proches : « Tanks », « Taps ». Thèmes proches : public space, water. "
    "Aucun passage ne date de 2030 ou d’après. Aucun passage ne passe le filtre « news »."
    " Il y a : report et 2 de plus. Aucun passage n’est dans les filtres fixés ici.",
}
"""What the stage's reasons say in each language."""

STATES = {
    "results": ("a question", None),
    "closest": (
        "partial",
        "No exact match. These are the closest excerpts."
        "No passage speaks of Oslo. Passages searched: 1,207.",
    ),
    "empty": ("none", f"No good evidence for this question in the collection.{WHY['en']}"),
    "limited": (
        "limited",
        "Too many questions at once. Asked again in a moment.Asking again in 60 s",
    ),
    "error": (
        "broken",
        "The search did not answer.an error of the program; its log says moreTry again",
    ),
    "loading": ("a question", "Searching…"),
}


@pytest.mark.parametrize("mode", ["inline", "dialog", "hostile"])
@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_and_is_accessible(
    state: str, mode: str, page: Page, staged: str, stage: Stage, expected: list[str], axe: Axe
) -> None:
    """Alone in a page, in a dialog, and in a page that resets everything and takes keys."""
    question, said = STATES[state]
    stage.wait = 60  # longer than looking takes
    expected += ["429 (Too Many Requests)", "500 (Internal Server Error)"]
    hostile = mode == "hostile"
    visit(page, staged, attributes=f"mode={mode} filters=city&amp;kind", hostile=int(hostile))
    if mode == "dialog":
        page.locator(f"{WIDGET} [part=open]").click()
    if state == "loading":
        page.route("**/v1/search?*", lambda _: None)  # never answered
    ask(page, question)
    reach(page, state)
    assert page.evaluate("document.querySelector('citywise-search').state") == state
    if said:
        shown = page.locator(f"{WIDGET} :is([part=note], [part=loading])")
        assert shown.text_content() == said
    assert page.locator(f"{WIDGET} [part=input]").input_value() == question
    assert page.evaluate("heard") == []
    for look in LOOKS:
        put_on(page, look)
        axe(page, WIDGET if hostile else None)
        assert hostile or fits(page), look
    assert page.evaluate("document.querySelector('citywise-search').state") == state


def test_nothing_is_asked_and_nothing_is_wrong_before_a_question(
    page: Page, staged: str, stage: Stage, axe: Axe
) -> None:
    visit(page, staged)
    reach_idle = page.evaluate("document.querySelector('citywise-search').state")
    assert (reach_idle, stage.asked) == ("idle", [])
    assert page.get_by_role("searchbox", name="Ask the network").is_visible()
    axe(page)


LISTENER = """() => {
  window.read = [];
  const root = document.querySelector("citywise-search").shadowRoot;
  const status = root.querySelector("[role=status]");
  new MutationObserver(() => read.push(status.textContent)).observe(status, {childList: true});
}"""


def test_the_countdown_runs_down_is_read_out_once_and_then_the_answer_comes(
    page: Page, staged: str, stage: Stage, expected: list[str]
) -> None:
    expected.append("429 (Too Many Requests)")
    visit(page, staged)
    page.evaluate(LISTENER)
    ask(page, "limited")
    reach(page, "limited")
    page.get_by_text("Asking again in 1 s").wait_for()
    reach(page, "results")
    limited = "Too many questions at once. Asked again in a moment."
    assert page.evaluate("read") == ["Searching…", limited, "Searching…", "5 excerpts"]
    assert stage.limited == 2


def test_offline_is_said_and_mended_by_itself(
    page: Page, staged: str, expected: list[str], axe: Axe
) -> None:
    expected.append("ERR_INTERNET_DISCONNECTED")
    visit(page, staged)
    page.context.set_offline(True)
    ask(page, QUESTION)
    reach(page, "offline")
    note = page.locator(f"{WIDGET} [part=note] p").text_content()
    assert note == "You are offline. The question is asked again as soon as you are back."
    axe(page)
    page.context.set_offline(False)
    reach(page, "results")


def test_a_retry_asks_again(page: Page, staged: str, stage: Stage, expected: list[str]) -> None:
    expected.append("500 (Internal Server Error)")
    visit(page, staged)
    ask(page, "broken")
    page.get_by_role("button", name="Try again").click()
    until(page, "told.filter(([name]) => name === 'error').length === 2")
    assert stage.asked == ["q=broken&k=5"] * 2


@pytest.mark.parametrize("lang", WHY)
def test_why_there_is_nothing_is_said_in_the_language_of_the_place(
    lang: str, page: Page, staged: str
) -> None:
    visit(page, staged, attributes=f"lang={lang}")
    ask(page, "none")
    reach(page, "empty")
    said = page.locator(f"{WIDGET} [part=note] p").all_text_contents()
    assert said[1] == WHY[lang]


def test_a_related_question_is_asked_by_keyboard_and_the_field_has_the_focus(
    page: Page, staged: str, stage: Stage
) -> None:
    visit(page, staged, attributes="url-state")
    ask(page, "none")
    related = page.get_by_role("list", name="Related questions").get_by_role("button")
    related.first.wait_for()
    assert related.all_text_contents() == ["shade", "slow tanks"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reach(page, "results")
    assert stage.asked == ["q=none&k=5", "q=shade&k=5"]
    assert page.url.endswith("&q=shade")
    focused = "document.activeElement.shadowRoot.activeElement"
    assert page.evaluate(f"[{focused}.part.value, {focused}.value]") == ["input", "shade"]


def test_a_later_question_aborts_the_earlier_one(page: Page, staged: str) -> None:
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(str(request.failure)))
    visit(page, staged)
    ask(page, "slow")
    reach(page, "loading")
    page.evaluate("document.querySelector('citywise-search').search('quick')")
    reach(page, "results")
    page.wait_for_timeout(900)
    assert page.locator(f"{WIDGET} [part=heading]").text_content() == "5 excerpts for “quick”"
    assert failed == ["net::ERR_ABORTED"]
    assert [name for name, _ in page.evaluate("told")].count("answer") == 1


def test_by_keyboard_alone_from_shortcut_to_citation_and_back(page: Page, staged: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, staged, attributes="mode=dialog shortcut=k filters=city")
    page.locator(f"{WIDGET} [part=open]").focus()
    page.keyboard.press("k")
    page.locator(f"{WIDGET} dialog[open]").wait_for()
    page.keyboard.type("kk settlements")
    page.keyboard.press("Enter")
    reach(page, "results")
    focus = "document.activeElement.shadowRoot.activeElement"

    def tab_to(part: str) -> None:
        for _ in range(12):
            if page.evaluate(f"{focus}?.closest('[part]')?.part.value") == part:
                return
            page.keyboard.press("Tab")
        pytest.fail(f"no way by keyboard to {part}")

    tab_to("filter")
    page.keyboard.type("Free")  # a closed select takes the option that begins with these letters
    until(
        page, "document.querySelector('citywise-search').shadowRoot.querySelector('select').value"
    )
    reach(page, "results")
    tab_to("title")
    page.keyboard.press("Enter")
    assert (
        "/documents/cape-town-water-tanks?passage=b4db612d0372e11c#p-b4db612d0372e11c"
        in (page.evaluate("told").pop()[1])
    )
    tab_to("cite")
    page.keyboard.press("Enter")
    tab_to("copy")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    clipboard = page.evaluate("navigator.clipboard.readText()")
    assert clipboard == SEARCH_ANSWER["results"][0]["citation"]
    heard = page.evaluate("heard.length")
    page.keyboard.press("Escape")
    page.locator(f"{WIDGET} dialog").wait_for(state="hidden")
    assert page.evaluate(f"{focus}.part.value") == "open"
    assert page.evaluate("heard.length") == heard


def test_a_single_key_opens_nothing_unless_asked_for(page: Page, staged: str) -> None:
    visit(page, staged, attributes="mode=dialog")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.locator(f"{WIDGET} dialog[open]").count() == 0
    assert page.evaluate("heard") != []


def test_presets_hold_and_choices_are_sent_with_them(page: Page, staged: str, stage: Stage) -> None:
    preset = "kind=initiative&amp;topic=water supply&amp;city"
    visit(page, staged, attributes=f"limit=2 filters='{preset}'")
    ask(page, QUESTION)
    city = page.get_by_role("combobox", name="City")
    city.wait_for()
    assert city.locator("option").all_text_contents() == [
        "City: all", "Freetown (3)", "Cape Town (2)",
    ]  # fmt: skip
    assert page.get_by_role("combobox").count() == 1
    city.select_option("3369157")
    reach(page, "results")
    until(page, "told.filter(([name]) => name === 'answer').length === 2")
    asked = "q=informal+settlements&k=2&kind=initiative&topic=water+supply"
    assert stage.asked == [asked, f"{asked}&city=3369157"]
    assert page.get_by_role("combobox", name="City").input_value() == "3369157"


def test_more_appends_and_takes_the_focus_to_the_first_new_one(page: Page, staged: str) -> None:
    visit(page, staged, attributes="limit=2")
    ask(page, QUESTION)
    page.get_by_role("button", name="More excerpts").click()
    page.get_by_text("4 excerpts for").wait_for()
    titles = page.locator(f"{WIDGET} [part=title]")
    expected = [result["document"]["title"] for result in whole()["results"][:4]]
    assert titles.all_text_contents() == expected
    focused = "document.activeElement.shadowRoot.activeElement.textContent"
    assert page.evaluate(focused) == expected[2]


def test_a_question_in_the_address_can_be_shared_and_gone_back_from(
    page: Page, staged: str
) -> None:
    visit(page, staged, attributes="url-state=ask filters=city")
    ask(page, "first")
    reach(page, "results")
    assert page.url.endswith("&ask=first")
    page.locator(f"{WIDGET} [part=input]").fill("")
    ask(page, "second")
    page.get_by_text("for “second”").wait_for()
    page.get_by_role("combobox", name="City").select_option("963597")
    page.wait_for_url(re.compile(r"&ask=second&ask.city=963597$"))
    page.reload()
    page.get_by_text("for “second”").wait_for()
    assert page.get_by_role("combobox", name="City").input_value() == "963597"
    page.go_back()
    page.go_back()
    page.get_by_text("for “first”").wait_for()
    assert page.locator(f"{WIDGET} [part=input]").input_value() == "first"


def test_what_a_source_says_is_shown_as_text_and_its_links_lead_to_the_web_only(
    page: Page, staged: str
) -> None:
    visit(page, staged)
    ask(page, "hostile")
    reach(page, "results")
    for part in ("title", "excerpt", "citation"):
        assert page.locator(f"{WIDGET} [part={part}]").text_content() == HOSTILE
    href = str(page.locator(f"{WIDGET} [part=title]").get_attribute("href"))
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/x%20y/%3Cb%3E\?passage=\w+#p-\w+"
        r"|http://127\.0\.0\.1:\d+/documents/\.\./x%20y/%3Cb%3E\?passage=\w+#p-\w+", href
    )  # fmt: skip
    assert page.title() == "Host"


@pytest.mark.parametrize(
    ("lang", "button", "count"),
    [
        ("en", "Search", "5 excerpts"),
        ("es", "Buscar", "5 fragmentos"),
        ("fr-CA", "Chercher", "5 extraits"),
        ("de", "Search", "5 excerpts"),
    ],
)
def test_it_speaks_the_language_of_its_place(
    lang: str, button: str, count: str, page: Page, staged: str
) -> None:
    visit(page, staged, attributes=f"lang={lang}")
    ask(page, QUESTION)
    reach(page, "results")
    assert page.locator(f"{WIDGET} [part=button]").text_content() == button
    assert page.locator(f"{WIDGET} [role=status]").text_content() == count
    spoken = lang[:2] if lang != "de" else "en"
    assert page.locator(f"{WIDGET} [part=root]").get_attribute("lang") == spoken


def test_forced_colours_and_reduced_motion_are_respected(page: Page, staged: str, axe: Axe) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    visit(page, staged)
    ask(page, "slow")
    loading = page.locator(f"{WIDGET} [part=loading]")
    loading.wait_for()
    assert loading.evaluate("each => getComputedStyle(each, '::before').animationName") == "none"
    reach(page, "results")
    mark = page.locator(f"{WIDGET} mark").first
    assert mark.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 0)"
    axe(page)


def test_themes_hold_against_the_system(page: Page, staged: str) -> None:
    page.emulate_media(color_scheme="dark")
    grounds = {}
    for theme in ("light", "dark", "auto"):
        visit(page, staged, attributes=f"theme={theme}")
        root = page.locator(f"{WIDGET} [part=root]")
        grounds[theme] = root.evaluate("each => getComputedStyle(each).backgroundColor")
    light, dark = "rgb(255, 255, 255)", "rgb(27, 32, 36)"
    assert grounds == {"light": light, "dark": dark, "auto": dark}


def test_without_scripts_the_child_form_asks(browser: Browser, staged: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(staged)
    page.get_by_label("Ask the network").fill(QUESTION)
    with page.expect_navigation():
        page.get_by_role("button", name="Go").click()
    assert page.url.endswith("/?q=informal+settlements")
    assert not page.url.startswith(staged)
    context.close()


def test_the_frame_answers_inside_another_site(page: Page, hosted: str, axe: Axe) -> None:
    visit(page, hosted, frame="/embed?q=informal+settlements&lang=fr&limit=2")
    frame = page.frame_locator("iframe")
    frame.get_by_text("2 extraits pour « informal settlements »").wait_for()
    title = frame.locator("[part=title]").first
    assert (title.get_attribute("target"), title.get_attribute("rel")) == ("_blank", "noopener")
    axe(page.frames[1])


def test_a_frame_opens_only_in_the_sites_of_the_setting(
    page: Page, stage: Stage, expected: list[str]
) -> None:
    expected += ["frame-ancestors", "ERR_BLOCKED_BY_RESPONSE"]
    app = stage_app(stage)
    app.state.settings = Settings(frame_ancestors="https://city.example")
    with serving(app) as server, serving(host_app(server)) as host:
        visit(page, host, frame="/embed?q=settlements")
        page.wait_for_timeout(300)
        assert "chrome-error" in page.frames[1].url
    assert stage.asked == []
