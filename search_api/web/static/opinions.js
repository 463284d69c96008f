// A reader's word on an excerpt is sent without leaving the page.
import { words } from "./copying.js";

/** Send a form; where that fails, it is sent as ever. */
async function send(root, form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "text/plain" },
  }).catch(() => null);
  if (!response?.ok) {
    button.disabled = false;
    return false;
  }
  const noted = root.createElement("p");
  noted.className = "noted";
  noted.tabIndex = -1;
  noted.textContent = words(root).thanks;
  form.replaceWith(noted);
  noted.focus();
  return true;
}

/** Watch the forms of a page. */
export function opinions(root) {
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form.feedback") || form.dataset.plain) return;
    event.preventDefault();
    const button = event.submitter;
    if (await send(root, form, button)) return;
    form.dataset.plain = "yes";
    form.requestSubmit(button);
  });
}
