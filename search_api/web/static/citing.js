// A citation in the format chosen appears in place, ready to be copied.
import { copier } from "./copying.js";

/** Show a text below the formats, in place of the one before. */
function show(root, box, text) {
  const made = root.createElement("div");
  made.className = "made";
  made.tabIndex = 0;
  made.role = "region";
  made.ariaLabel = box.querySelector("[aria-current]").textContent;
  made.textContent = text;
  for (const old of box.querySelectorAll(".made, .copy")) old.remove();
  box.append(made, copier(root, () => text));
}

/** Fetch a citation; where that fails, the link leads there as ever. */
async function cite(root, link) {
  const box = link.closest("details");
  for (const other of box.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(String(response.status));
    show(root, box, await response.text());
  } catch {
    location.assign(link.href);
  }
}

/** Watch the links to citations. */
export function citing(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("details.cite .formats a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    cite(root, link);
  });
}
