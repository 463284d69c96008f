// A button that copies what stands beside it.

const PATIENCE = 2000;

/** Words of the page itself, so that they come in its language. */
export function words(root) {
  return root.querySelector("#words").dataset;
}

/** Make a button that copies what `text()` says, and says so. */
export function copier(root, text) {
  const said = words(root);
  const button = root.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = said.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = said.copied;
    } catch {
      button.textContent = said.failed;
    }
    setTimeout(() => { button.textContent = said.copy; }, PATIENCE);
  });
  button.setAttribute("aria-live", "polite");
  return button;
}

/** Give each quotation a button that copies it with its reference. */
export function copying(root) {
  for (const quote of root.querySelectorAll("details.quote")) {
    const sentence = quote.querySelector("blockquote").textContent;
    const citation = quote.querySelector(".citation").textContent;
    quote.append(copier(root, () => `“${sentence}”\n${citation}`));
  }
}
