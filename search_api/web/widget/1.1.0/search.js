/**
 * <citywise-search>: the search of a citywise server in any page.
 *
 * One file, so that one integrity hash covers all of it. Text reaches the page through text nodes
 * alone and styles through an adopted sheet: a strict CSP with Trusted Types needs no exception.
 * Attributes, events, parts and properties: docs/widget.md.
 */

const TEXTS = {
  en: {
    label: "Your question", ask: "Search", open: "Search", close: "Close", loading: "Searching…",
    one: "1 excerpt", many: "{n} excerpts", for: "for “{q}”",
    closest: "No exact match. These are the closest excerpts.",
    empty: "No good evidence for this question in the collection.",
    hint: "Try other words, or fewer filters.",
    offline: "You are offline. The question is asked again as soon as you are back.",
    limited: "Too many questions at once. Asked again in a moment.", wait: "Asking again in {n} s",
    failed: "The search did not answer.", retry: "Try again", more: "More excerpts",
    all: "All results on one page", cite: "Cite", copy: "Copy reference", copied: "Copied",
    context: "Read in context", marked: "Marked: the sentence most similar to the question",
    page: "page {n}", filters: "Filters", any: "{filter}: all",
    city: "City", country: "Country", region: "Region", kind: "Kind", topic: "Topic",
    language: "Language", year: "Year",
    kinds: { session: "Session note", initiative: "Initiative", news: "News",
      "press-release": "Press release", report: "Report" },
    related: "Related questions", quote: "“{name}”",
    why: { "place-missing": "No passage speaks of {names}.", searched: "Passages searched: {n}.",
      nearest: "The nearest documents: {quoted}.", topics: "Topics nearby: {names}.",
      "filter-empty": "No passage passes the filter {quoted}.",
      "filters-empty": "Some passages pass each filter, but none passes all; leave one out.",
      within: "No passage is within the filters that are preset here.",
      since: "No passage is dated {names} or later.",
      until: "No passage is dated {names} or earlier.", alike: "Did you mean {quoted}?",
      offered: "There are: {names}.", more: "There are: {names} and {n} more." },
  },
  es: {
    label: "Su pregunta", ask: "Buscar", open: "Buscar", close: "Cerrar", loading: "Buscando…",
    one: "1 fragmento", many: "{n} fragmentos", for: "para «{q}»",
    closest: "No hay coincidencias exactas. Estos son los fragmentos más cercanos.",
    empty: "La colección no ofrece buenas pruebas para esta pregunta.",
    hint: "Pruebe con otras palabras o con menos filtros.",
    offline: "No hay conexión. La pregunta se repetirá en cuanto vuelva.",
    limited: "Demasiadas preguntas a la vez. Se repetirá en un momento.",
    wait: "Se repite en {n} s",
    failed: "El buscador no ha respondido.", retry: "Reintentar", more: "Más fragmentos",
    all: "Todos los resultados en una página", cite: "Citar", copy: "Copiar la referencia",
    copied: "Copiada", context: "Leer en su contexto",
    marked: "Marcada: la frase más parecida a la pregunta",
    page: "página {n}", filters: "Filtros", any: "{filter}: todo",
    city: "Ciudad", country: "País", region: "Región", kind: "Tipo", topic: "Tema",
    language: "Idioma", year: "Año",
    kinds: { session: "Nota de sesión", initiative: "Iniciativa", news: "Noticia",
      "press-release": "Comunicado de prensa", report: "Informe" },
    related: "Preguntas relacionadas", quote: "«{name}»",
    why: { "place-missing": "Ningún pasaje habla de {names}.",
      searched: "Pasajes consultados: {n}.",
      nearest: "Los documentos más cercanos: {quoted}.", topics: "Temas cercanos: {names}.",
      "filter-empty": "Ningún pasaje pasa el filtro {quoted}.",
      "filters-empty": "Cada filtro deja pasar algunos pasajes, pero ninguno los pasa todos; " +
        "quite uno.",
      within: "Ningún pasaje está dentro de los filtros fijados aquí.",
      since: "Ningún pasaje es de {names} o posterior.",
      until: "Ningún pasaje es de {names} o anterior.", alike: "¿Quiso decir {quoted}?",
      offered: "Hay: {names}.", more: "Hay: {names} y {n} más." },
  },
  fr: {
    label: "Votre question", ask: "Chercher", open: "Chercher", close: "Fermer",
    loading: "Recherche en cours…", one: "1 extrait", many: "{n} extraits", for: "pour « {q} »",
    closest: "Aucune correspondance exacte. Voici les extraits les plus proches.",
    empty: "La collection n’apporte pas d’élément solide sur cette question.",
    hint: "Essayez d’autres mots ou moins de filtres.",
    offline: "Vous êtes hors ligne. La question sera reposée dès votre retour.",
    limited: "Trop de questions à la fois. Elle sera reposée dans un instant.",
    wait: "Nouvel essai dans {n} s",
    failed: "Le moteur de recherche n’a pas répondu.", retry: "Réessayer",
    more: "Plus d’extraits", all: "Tous les résultats sur une page", cite: "Citer",
    copy: "Copier la référence", copied: "Copiée", context: "Lire dans son contexte",
    marked: "Surlignée : la phrase la plus proche de la question",
    page: "page {n}", filters: "Filtres", any: "{filter} : tout",
    city: "Ville", country: "Pays", region: "Région", kind: "Type", topic: "Thème",
    language: "Langue", year: "Année",
    kinds: { session: "Note de séance", initiative: "Initiative", news: "Actualité",
      "press-release": "Communiqué de presse", report: "Rapport" },
    related: "Questions proches", quote: "« {name} »",
    why: { "place-missing": "Aucun passage ne parle de {names}.",
      searched: "Passages consultés : {n}.",
      nearest: "Les documents les plus proches : {quoted}.", topics: "Thèmes proches : {names}.",
      "filter-empty": "Aucun passage ne passe le filtre {quoted}.",
      "filters-empty": "Chaque filtre laisse passer des passages, mais aucun ne les passe tous ; " +
        "retirez-en un.",
      within: "Aucun passage n’est dans les filtres fixés ici.",
      since: "Aucun passage ne date de {names} ou d’après.",
      until: "Aucun passage ne date de {names} ou d’avant.",
      alike: "Vouliez-vous dire {quoted} ?",
      offered: "Il y a : {names}.", more: "Il y a : {names} et {n} de plus." },
  },
};

/* The inner root starts from initial values: a host's resets end at the element itself. */
const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
:host { display: block; }
:host([hidden]) { display: none; }
.root {
  all: initial; display: block; visibility: inherit; color-scheme: inherit;
  --paper: var(--citywise-background, light-dark(#ffffff, #1b2024));
  --ink: var(--citywise-text, light-dark(#1c2329, #e7e6e2));
  --quiet: var(--citywise-muted, light-dark(#57616b, #a9b2b9));
  --line: var(--citywise-border, light-dark(#dfdcd4, #3a4248));
  --edge: var(--citywise-control-border, light-dark(#7d8287, #828c93));
  --accent: var(--citywise-accent, light-dark(#0b5a61, #82cdd0));
  --on-accent: var(--citywise-accent-text, light-dark(#ffffff, #10181a));
  --mark: var(--citywise-mark, light-dark(#ffeeb0, #56470f));
  --notice: var(--citywise-notice, light-dark(#fdf3e1, #2f2714));
  --radius: var(--citywise-radius, 6px);
  --space: var(--citywise-space, 1em);
  font-family: var(--citywise-font, system-ui, sans-serif);
  font-size: var(--citywise-font-size, medium); line-height: 1.5;
  color: var(--ink); background: var(--paper); overflow-wrap: break-word;
}
:host([theme="light"]) .root { color-scheme: light; }
:host([theme="dark"]) .root { color-scheme: dark; }
.panel { padding: var(--space); border: 1px solid var(--line); border-radius: var(--radius); }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
form, .filters, .actions { display: flex; flex-wrap: wrap; gap: .5em; margin: 0; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
input, button, select, summary { font: inherit; color: inherit; min-height: 2.75em; }
input, select, button { border: 1px solid var(--edge); border-radius: var(--radius);
  background: var(--paper); padding: .25em .75em; margin: 0; }
input { flex: 1 1 8em; min-width: 0; appearance: none; }
input::placeholder { color: var(--quiet); opacity: 1; }
select { min-height: 2.25em; max-width: 100%; font-size: .875em; }
button { cursor: pointer; font-weight: 600; }
button:hover, select:hover { border-color: var(--accent); }
.ask, .opener { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--citywise-focus, var(--accent)); outline-offset: 2px; }
.filters { margin-top: .75em; }
.head { margin: 1em 0 0; font-size: 1em; font-weight: 600; }
.head:focus { outline: none; }
.head span { font-weight: 400; color: var(--quiet); }
.legend { margin: 0; font-size: .8125em; color: var(--quiet); }
.legend::before { content: ""; display: inline-block; width: 1.4em; height: .8em;
  margin-inline-end: .5em; background: var(--mark); border-bottom: 2px solid var(--accent); }
.note { margin: 1em 0 0; padding: .75em 1em; background: var(--notice);
  border-inline-start: 4px solid var(--accent); border-radius: var(--radius); }
.note p { margin: 0; }
.note p + p, .note button { margin-top: .5em; }
.wait { font-variant-numeric: tabular-nums; color: var(--quiet); }
.loading { display: flex; align-items: center; gap: .6em; margin: 1em 0 0; color: var(--quiet); }
.loading::before { content: ""; width: 1em; height: 1em; border: 2px solid var(--line);
  border-top-color: var(--accent); border-radius: 50%; }
.results { list-style: none; margin: .25em 0 0; padding: 0; }
.results[aria-busy="true"] { opacity: .6; }
.result { padding: 1em 0; border-bottom: 1px solid var(--line); }
.result:last-child { border-bottom: 0; }
.title { margin: 0; font-size: 1.0625em; line-height: 1.35; font-weight: 600; }
a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.title a { text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
.meta { margin: .2em 0 0; font-size: .875em; color: var(--quiet); }
.excerpt { margin: .5em 0; white-space: pre-line; }
mark { color: inherit; background: var(--mark); border-bottom: 2px solid var(--accent);
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.actions { align-items: center; gap: 0 1.25em; font-size: .875em; }
.actions a, summary { display: inline-flex; align-items: center; min-height: 2.25em; }
summary { color: var(--accent); text-decoration: underline; text-underline-offset: .15em;
  cursor: pointer; }
summary::marker, summary::-webkit-details-marker { content: none; display: none; }
details[open] { flex-basis: 100%; }
.citation { margin: 0 0 .5em; padding: .75em; border: 1px dashed var(--edge);
  border-radius: var(--radius); }
.foot { display: flex; flex-wrap: wrap; align-items: center; gap: .5em 1.25em; margin-top: 1em; }
.related { margin-top: 1em; font-size: .875em; }
.related h2 { margin: 0; font-size: 1em; font-weight: 600; }
.related ul { list-style: none; margin: .5em 0 0; padding: 0; display: grid; gap: .4em; }
.related button { font-weight: 400; text-align: start; width: 100%; min-height: 2.5em; }
dialog { color: inherit; background: var(--paper); border: 1px solid var(--edge);
  border-radius: var(--radius); padding: var(--space); width: 100%; margin: 4vh auto auto;
  max-width: min(var(--citywise-width, 44em), calc(100vw - 1em)); max-height: 90vh;
  overflow: auto; overscroll-behavior: contain; }
dialog::backdrop { background: rgb(0 0 0 / .55); }
.bar { display: flex; align-items: center; justify-content: space-between; gap: 1em;
  margin: 0 0 .75em; font-weight: 600; }
@media (prefers-reduced-motion: no-preference) {
  .loading::before { animation: turn 1s linear infinite; }
  @keyframes turn { to { transform: rotate(1turn); } }
}
@media (forced-colors: active) { mark { background: Mark; color: MarkText; } }
`);

const FACETS = ["city", "country", "region", "kind", "topic", "language", "year"];
const LIMIT = 5;
const MOST = 50;
const PATIENCE = 20_000;
const WAIT = 10;

/** Make an element: attributes by name, then children, of which strings become text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** An address that a link may have; null for anything but the web. */
function safe(address, base) {
  const url = address && URL.canParse(address, base) ? new URL(address, base) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** A date of the form 2020, 2020-05 or 2020-05-31, in words and no more exact than it is. */
function dated(date, lang) {
  const [year, month, day] = (date ?? "").split("-").map(Number);
  const time = Date.UTC(year, (month || 1) - 1, day || 1);
  if (Number.isNaN(time)) return date;
  const format = { timeZone: "UTC", year: "numeric" };
  if (month) format.month = "long";
  if (day) format.day = "numeric";
  return new Intl.DateTimeFormat(lang, format).format(time);
}

/** Seconds to wait: `Retry-After` is a number of seconds or a date. */
function pause(header) {
  if (!header) return WAIT;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : WAIT;
}

/** What went wrong, as one of the states that people see. */
class Trouble extends Error {
  constructor(state, detail = "", { status = null, after = null } = {}) {
    super(detail);
    Object.assign(this, { state, detail, status, after });
  }
}

async function trouble(response) {
  const { status } = response;
  const problem = await response.json().catch(() => ({}));
  const after = response.headers.get("Retry-After");
  if (status === 429) return new Trouble("limited", "", { status, after: pause(after) });
  return new Trouble("error", String(problem?.detail ?? ""), { status });
}

/** Ask once. Throws Trouble, or AbortError where a later question has taken over. */
async function fetchAnswer(url, signal) {
  const late = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, {
      credentials: "omit",
      referrerPolicy: "origin",
      signal: AbortSignal.any([signal, late]),
    });
    if (!response.ok) throw await trouble(response);
    const answer = await response.json();
    if (!Array.isArray(answer?.results)) throw new Trouble("error");
    return answer;
  } catch (error) {
    if (signal.aborted || error instanceof Trouble) throw error;
    throw new Trouble(navigator.onLine ? "error" : "offline");
  }
}

class CitywiseSearch extends HTMLElement {
  static observedAttributes = ["endpoint", "key", "limit", "filters", "lang", "mode", "target"];

  #root = this.attachShadow({ mode: "open" });
  #internals = this.attachInternals();
  #state = "idle";
  #answer = null;
  #asked = "";
  #chosen = {};
  #request = null;
  #clock = null;
  #ui = null;
  #gone = null;
  #lets = true;

  get state() {
    return this.#state;
  }
  get answer() {
    return this.#answer;
  }

  connectedCallback() {
    this.#root.adoptedStyleSheets = [STYLE];
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    for (const type of ["keydown", "keypress", "keyup"]) {
      // First of all listeners: a host that listens while keys come down must not hear them either.
      window.addEventListener(type, (event) => this.#shield(event), { capture: true, signal });
    }
    document.addEventListener("keydown", (event) => this.#shortcut(event), { signal });
    window.addEventListener("popstate", () => this.#follow(), { signal });
    window.addEventListener("online", () => this.#state === "offline" && this.#ask(), { signal });
    this.#draw();
    this.#follow(this.#form?.querySelector("[name=q]")?.value);
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#stop();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#ui || before === after) return;
    const question = this.#ui.input.value;
    this.#draw();
    this.#ui.input.value = question;
    if (this.#asked) this.#ask();
  }

  /** Ask a question as if it had been typed. */
  search(question) {
    this.#ui.input.value = question;
    return this.#submit();
  }

  /** Show the dialog, or put the focus into the field where the widget is part of the page. */
  open() {
    const { dialog, input } = this.#ui;
    if (dialog && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
  }

  close() {
    this.#ui.dialog?.close();
  }

  // What the attributes and the child form say

  get #form() {
    return this.querySelector("form");
  }
  get #endpoint() {
    const address = (this.getAttribute("endpoint") ?? "").replace(/\/*$/, "/");
    return new URL(address, document.baseURI);
  }

  /** Sent in the address: a header would cost a preflight. It searches, and opens no page. */
  get #key() {
    return this.getAttribute("key");
  }

  get #limit() {
    const wanted = parseInt(this.getAttribute("limit"), 10) || LIMIT;
    return Math.min(Math.max(wanted, 1), MOST);
  }

  get #target() {
    return this.getAttribute("target");
  }

  get #lang() {
    const near = this.closest("[lang]")?.lang || navigator.language || "";
    const short = near.toLowerCase().split("-")[0];
    return short in TEXTS ? short : "en";
  }

  /** The visitor's own way to write dates, where it is of the same language. */
  get #locale() {
    return navigator.languages.find((each) => each.split("-")[0] === this.#lang) ?? this.#lang;
  }

  get #texts() {
    return TEXTS[this.#lang];
  }

  get #stateName() {
    const name = this.getAttribute("url-state");
    return name === null ? null : name || "q";
  }

  /** Filters that always hold, and the names of those that visitors may choose. */
  get #filters() {
    const given = [...new URLSearchParams(this.getAttribute("filters") ?? "")];
    const hidden = this.#form?.querySelectorAll("input[type=hidden][name]") ?? [];
    return {
      fixed: [...given.filter(([, value]) => value), ...[...hidden].map((i) => [i.name, i.value])],
      offered: given
        .filter(([name, value]) => !value && FACETS.includes(name))
        .map(([name]) => name),
    };
  }

  #parameters() {
    const { fixed, offered } = this.#filters;
    const parameters = [...fixed];
    for (const name of offered.filter((each) => this.#chosen[each])) {
      const value = this.#chosen[name];
      if (name === "year") parameters.push(["since", value], ["until", value]);
      else parameters.push([name, value]);
    }
    return parameters;
  }

  // Keys

  #shield(event) {
    if (!event.composedPath().includes(this.#root)) return;
    if (event.type === "keydown") {
      this.#shortcut(event);
      this.#lets = !this.#ui.dialog?.open; // holds for the way up too, when Escape has closed it
    }
    if (this.#lets && (event.key === "Escape" || event.key === "Tab")) return;
    event.stopImmediatePropagation();
  }

  /** Off unless asked for: single keys get in the way of those who speak or mistype. */
  #shortcut(event) {
    const wanted = this.getAttribute("shortcut")?.split("+");
    const from = event.composedPath()[0];
    const typing = from.isContentEditable || from.matches?.("input, select, textarea");
    if (!wanted?.[0] || event.defaultPrevented || event.isComposing || typing) return;
    const key = wanted.at(-1) || "+";
    const held = wanted.slice(0, -1);
    const right = ["Control", "Alt", "Meta"].every(
      (name) => event.getModifierState(name) === held.includes(name),
    );
    if (!right || event.key.toLowerCase() !== key.toLowerCase()) return;
    event.preventDefault();
    this.open();
  }

  // Asking

  #submit() {
    this.#asked = this.#ui.input.value.trim();
    if (!this.#asked) {
      this.#remember();
      return this.#clear();
    }
    const { fixed } = this.#filters;
    const filters = this.#parameters().slice(fixed.length);
    if (!this.#tell("search", { question: this.#asked, filters }, true)) return undefined;
    this.#remember();
    return this.#ask();
  }

  #stop() {
    this.#request?.abort();
    clearInterval(this.#clock);
  }

  #clear() {
    this.#stop();
    this.#answer = null;
    this.#show("idle");
  }

  async #ask(offset = 0) {
    this.#stop();
    const request = (this.#request = new AbortController());
    const url = new URL("v1/search", this.#endpoint);
    const wanted = [["q", this.#asked], ["k", this.#limit], ...this.#parameters()];
    if (offset) wanted.push(["offset", offset]);
    if (this.#key) wanted.push(["key", this.#key]);
    url.search = new URLSearchParams(wanted);
    this.#show("loading");
    try {
      const answer = await fetchAnswer(url, request.signal);
      if (request.signal.aborted) return;
      this.#receive(answer, offset);
    } catch (error) {
      if (!request.signal.aborted) this.#fail(error, offset);
    }
  }

  #receive(answer, offset) {
    const { results, verdict = null } = answer;
    const held = offset ? [...this.#answer.results, ...results] : results;
    this.#answer = { ...answer, results: held };
    const none = verdict === "none" || !held.length;
    this.#show(none ? "empty" : verdict === "partial" ? "closest" : "results", offset);
    this.#tell("answer", {
      question: this.#asked,
      verdict,
      count: none ? 0 : held.length,
      answer: this.#answer,
    });
  }

  #fail(error, offset) {
    const { state = "error", detail = "", status = null, after = null } = error;
    if (!offset) this.#answer = null;
    this.#show(state, offset, detail);
    if (state === "limited") this.#countDown(after, offset);
    this.#tell("error", { question: this.#asked, state, status, detail, retryAfter: after });
  }

  #countDown(seconds, offset) {
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      this.#ui.wait.textContent = fill(this.#texts.wait, { n: Math.max(left, 0) });
      if (left <= 0) this.#ask(offset);
    };
    this.#clock = setInterval(tick, 250);
    tick();
  }

  #tell(name, detail, cancelable = false) {
    const type = `citywise:${name}`;
    return this.dispatchEvent(
      new CustomEvent(type, { detail, cancelable, bubbles: true, composed: true }),
    );
  }

  // The host's address, only where url-state asks for it

  #remember() {
    const name = this.#stateName;
    if (name === null) return;
    const url = new URL(location.href);
    const wanted = { "": this.#asked };
    for (const facet of FACETS) wanted[`.${facet}`] = this.#asked && this.#chosen[facet];
    for (const [key, value] of Object.entries(wanted)) {
      if (value) url.searchParams.set(name + key, value);
      else url.searchParams.delete(name + key);
    }
    if (url.href !== location.href) history.pushState(history.state, "", url);
  }

  /** Ask what the address asks, or else what the child form was sent with. */
  #follow(otherwise) {
    const name = this.#stateName;
    if (name === null && !otherwise) return;
    const held = new URLSearchParams(name === null ? "" : location.search);
    const question = (held.get(name) ?? otherwise ?? "").trim();
    const chosen = Object.fromEntries(
      FACETS.map((each) => [each, held.get(`${name}.${each}`) ?? ""]),
    );
    const same = FACETS.every((each) => chosen[each] === (this.#chosen[each] ?? ""));
    if (question === this.#asked && same) return;
    this.#chosen = chosen;
    this.#ui.input.value = this.#asked = question;
    if (question) this.#ask();
    else this.#clear();
  }

  // Drawing

  #draw() {
    const texts = this.#texts;
    const ui = (this.#ui = { dialog: null });
    const field = this.#form?.querySelector("[name=q]");
    const label =
      field?.labels?.[0]?.textContent.trim() || field?.getAttribute("aria-label") || texts.label;
    ui.input = make("input", {
      id: "q",
      type: "search",
      part: "input",
      dir: "auto",
      maxlength: 2000,
      autocomplete: "off",
      enterkeyhint: "search",
      placeholder: field?.placeholder || null,
    });
    ui.form = make(
      "form",
      { role: "search", part: "form", "aria-label": label },
      make("label", { for: "q", class: "unseen", part: "label" }, label),
      ui.input,
      make("button", { class: "ask", part: "button" }, texts.ask),
    );
    ui.filters = make("div", {
      class: "filters",
      part: "filters",
      role: "group",
      "aria-label": texts.filters,
    });
    ui.status = make("p", { class: "unseen", role: "status" });
    ui.body = make("div", { part: "body" });
    ui.list = make("ol", { class: "results", part: "results" });
    ui.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    const parts = [ui.form, ui.filters, ui.status, ui.body];
    const root = make("div", { class: "root", part: "root", lang: this.#lang });
    if (this.getAttribute("mode") === "dialog") root.append(...this.#inDialog(parts, label));
    else root.append(make("div", { class: "panel", part: "panel" }, ...parts));
    this.#root.replaceChildren(root);
    this.#offer();
    this.#show(this.#state);
  }

  #inDialog(parts, label) {
    const texts = this.#texts;
    const close = make("button", { type: "button", part: "close" }, texts.close);
    const opener = make(
      "button",
      { type: "button", class: "opener", part: "open", "aria-haspopup": "dialog" },
      texts.open,
    );
    const dialog = make(
      "dialog",
      { part: "dialog", "aria-label": label },
      make("div", { class: "bar" }, make("span", {}, label), close),
      ...parts,
    );
    opener.addEventListener("click", () => this.open());
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.#ui.dialog = dialog;
    return [opener, dialog];
  }

  /** Selects for the filters on offer, with counts as the last answer has them. */
  #offer() {
    const texts = this.#texts;
    const { filters } = this.#ui;
    const focused = this.#root.activeElement?.dataset.facet;
    const selects = this.#filters.offered
      .map((name) => {
        const found = this.#answer?.facets?.[name] ?? [];
        const chosen = this.#chosen[name] || "";
        const held = found.some((each) => String(each.value) === chosen);
        const options = chosen && !held ? [{ value: chosen, name: chosen }, ...found] : found;
        if (!options.length) return null;
        const select = make(
          "select",
          { part: "filter", "data-facet": name, "aria-label": texts[name] },
          make("option", { value: "" }, fill(texts.any, { filter: texts[name] })),
          ...options.map(({ value, name: said, count }) =>
            make(
              "option",
              { value },
              ((name === "kind" && texts.kinds[value]) || String(said ?? value)) +
                (count == null ? "" : ` (${count})`),
            ),
          ),
        );
        select.value = chosen;
        select.addEventListener("change", () => {
          this.#chosen[name] = select.value;
          this.#submit();
        });
        return select;
      })
      .filter(Boolean);
    filters.replaceChildren(...selects);
    filters.hidden = !selects.length;
    selects.find((each) => each.dataset.facet === focused)?.focus();
  }

  #show(state, offset = 0, detail = "") {
    const changed = state !== this.#state;
    this.#internals.states?.delete(this.#state);
    this.#internals.states?.add(state);
    this.#state = state;
    const busy = state === "loading";
    this.#ui.list.setAttribute("aria-busy", busy);
    if (!busy || !this.#answer)
      this.#ui.body.replaceChildren(...this.#pieces(state, offset, detail));
    if (!busy) this.#offer();
    this.#announce(state, detail);
    if (offset) this.#ui.list.children[offset]?.querySelector("a")?.focus();
    if (changed) this.#tell("state", { state });
  }

  #pieces(state, offset, detail) {
    const texts = this.#texts;
    const retry = make("button", { type: "button", part: "retry" }, texts.retry);
    retry.addEventListener("click", () => {
      this.#ui.input.focus();
      this.#ask(offset);
    });
    this.#ui.wait = make("p", { class: "wait", dir: "auto", "aria-hidden": "true" });
    const note = (...lines) => make("div", { class: "note", part: "note" }, ...lines);
    const line = (text) => (text ? make("p", { dir: "auto" }, text) : null);
    switch (state) {
      case "loading":
        return [make("p", { class: "loading", part: "loading", dir: "auto" }, texts.loading)];
      case "empty":
        return [note(line(texts.empty), line(this.#why() || texts.hint)), this.#related()];
      case "closest":
        return [note(line(texts.closest), line(this.#why("nearest"))), ...this.#excerpts()];
      case "results":
        return this.#excerpts();
      case "offline":
        return [note(line(texts.offline), retry), ...this.#kept()];
      case "limited":
        return [note(line(texts.limited), this.#ui.wait), ...this.#kept()];
      case "error":
        return [note(line(texts.failed), line(detail), retry), ...this.#kept()];
      default:
        return [];
    }
  }

  /** Why there is no good evidence; `shown` is a part that can be seen anyway. */
  #why(shown) {
    const { reasons, explanation } = this.#answer ?? {};
    const said = reasons?.filter(({ code }) => code !== shown).map((each) => this.#reason(each));
    return said ? said.filter(Boolean).join(" ") : explanation;
  }

  #reason({ code, names, count, filter }) {
    const { why, quote } = this.#texts;
    const about = { "filter-empty": filter, offered: count && "more" }[code];
    const text = why[about] ?? why[code] ?? "";
    if (!names.length && /\{names|\{quoted/.test(text)) return "";
    return fill(text, {
      names: names.map((name) => (code === "topics" ? name.replaceAll("-", " ") : name)).join(", "),
      quoted: names.map((name) => fill(quote, { name })).join(", "),
      n: count.toLocaleString(this.#locale),
    });
  }

  /** Questions of the collection's own list, each asked when it is pressed. */
  #related() {
    const questions = this.#answer.related ?? [];
    if (!questions.length) return "";
    const items = questions.map((question) => {
      const button = make("button", { type: "button", part: "question", dir: "auto" }, question);
      button.addEventListener("click", () => {
        this.#ui.input.focus();
        this.search(question);
      });
      return make("li", {}, button);
    });
    return make(
      "div",
      { class: "related", part: "related" },
      make("h2", { id: "related", dir: "auto" }, this.#texts.related),
      make("ul", { "aria-labelledby": "related" }, ...items),
    );
  }

  /** What had been found before asking for more went wrong. */
  #kept() {
    return this.#answer ? this.#excerpts() : [];
  }

  /** Say once what has changed; seconds that run down are not read out. */
  #announce(state, detail) {
    const texts = this.#texts;
    const { empty, offline, limited, loading } = texts;
    const results = this.#answer ? this.#count() : "";
    const closest = `${texts.closest} ${results}`;
    const error = `${texts.failed} ${detail}`;
    const said = { loading, results, closest, empty, offline, limited, error };
    this.#ui.status.textContent = said[state] ?? "";
  }

  #count() {
    const n = this.#answer.results.length;
    return n === 1 ? this.#texts.one : fill(this.#texts.many, { n });
  }

  #excerpts() {
    const texts = this.#texts;
    const { results } = this.#answer;
    const heading = make(
      "h2",
      { class: "head", part: "heading", dir: "auto" },
      `${this.#count()} `,
      make("span", {}, fill(texts.for, { q: this.#asked })),
    );
    const marked = results.some(({ segments }) => segments?.some(({ mark }) => mark));
    const legend = marked
      ? make("p", { class: "legend", part: "legend", dir: "auto" }, texts.marked)
      : null;
    this.#ui.list.replaceChildren(...results.map((result) => this.#result(result)));
    const foot = make("div", { class: "foot", part: "foot" });
    if (results.length % this.#limit === 0) {
      const more = make("button", { type: "button", part: "more" }, texts.more);
      more.addEventListener("click", () => this.#ask(results.length));
      foot.append(more);
    }
    if (!this.#key) foot.append(this.#link(this.#everything, "all", texts.all));
    return [heading, legend, this.#ui.list, foot, this.#related()].filter(Boolean);
  }

  get #everything() {
    const page = new URL(
      safe(this.#form?.getAttribute("action"), document.baseURI) ?? this.#endpoint,
    );
    page.search = new URLSearchParams([["q", this.#asked], ...this.#parameters()]);
    return page.href;
  }

  #link(href, part, text) {
    const target = this.#target;
    return make(
      "a",
      { href, part, target, rel: target === "_blank" ? "noopener" : null, dir: "auto" },
      text,
    );
  }

  #result(result) {
    const { document: source, passage_id: passage } = result;
    const texts = this.#texts;
    const here = new URL(
      `documents/${source.id.split("/").map(encodeURIComponent).join("/")}`,
      this.#endpoint,
    );
    here.search = new URLSearchParams({ passage });
    here.hash = `p-${passage}`;
    const out = safe(result.link);
    const title = this.#link(out ?? here.href, "title", source.title);
    title.lang = source.language;
    title.addEventListener("click", (event) => {
      const { rank } = result;
      const told = this.#tell(
        "open",
        { passage, document: source.id, rank, href: title.href },
        true,
      );
      if (!told) event.preventDefault();
    });
    return make(
      "li",
      { class: "result", part: "result" },
      make(
        "article",
        {},
        make("h3", { class: "title", dir: "auto" }, title),
        make("p", { class: "meta", part: "meta", dir: "auto" }, this.#meta(result)),
        make(
          "p",
          { class: "excerpt", part: "excerpt", lang: source.language, dir: "auto" },
          ...this.#segments(result),
        ),
        make(
          "div",
          { class: "actions", part: "actions" },
          out && !this.#key ? this.#link(here.href, "context", texts.context) : null,
          this.#cite(result),
        ),
      ),
    );
  }

  #segments({ segments, text }) {
    return (segments ?? [{ text }]).map((each) =>
      each.mark ? make("mark", { part: "mark" }, each.text) : each.text,
    );
  }

  #meta({ document: source, cities, section, page }) {
    const texts = this.#texts;
    const places = [...new Set((cities ?? []).map(({ name }) => name))];
    const named =
      places.slice(0, 3).join(", ") + (places.length > 3 ? ` +${places.length - 3}` : "");
    const where = page == null ? section?.at(-1) : fill(texts.page, { n: page });
    const kind = texts.kinds[source.kind];
    return [dated(source.date, this.#locale), named, kind, where].filter(Boolean).join(" · ");
  }

  #cite({ citation }) {
    const texts = this.#texts;
    const copy = make("button", { type: "button", part: "copy" }, texts.copy);
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(citation);
      copy.textContent = this.#ui.status.textContent = texts.copied;
    });
    return make(
      "details",
      { part: "cite" },
      make("summary", {}, texts.cite),
      make("p", { class: "citation", part: "citation", dir: "auto" }, citation),
      navigator.clipboard ? copy : null,
    );
  }
}

if (!customElements.get("citywise-search"))
  customElements.define("citywise-search", CitywiseSearch);
