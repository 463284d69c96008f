// Panels of filters close with Escape, or when the reader goes elsewhere.

const OPEN = "details.panel[open]";

/** Close a panel; `back` puts the focus on what opened it. */
function close(panel, back) {
  panel.open = false;
  if (back) panel.querySelector("summary").focus();
}

/** Watch the panels of a page. */
export function panels(root) {
  root.addEventListener("keydown", (event) => {
    const panel = event.key === "Escape" && root.querySelector(OPEN);
    if (panel) close(panel, panel.contains(event.target));
  });
  for (const leaving of ["click", "focusin"]) {
    root.addEventListener(leaving, (event) => {
      const panel = root.querySelector(OPEN);
      if (panel && !panel.contains(event.target)) close(panel, false);
    });
  }
}
