// Cities, topics and titles of the collection come up while a question is typed.

const PAUSE = 150;
const FEWEST = 2;
const MOST = 200;

/** What the beginning of a question may become; nothing where that fails: it helps, and no more. */
async function completions(typed, signal) {
  try {
    const response = await fetch(`/v1/suggest?${new URLSearchParams({ q: typed })}`, { signal });
    return response.ok ? (await response.json()).suggestions : [];
  } catch {
    return [];
  }
}

/** Give the field of a page a list to choose from. */
export function suggesting(root) {
  const field = root.querySelector("#q");
  const list = root.createElement("datalist");
  list.id = "suggestions";
  field.after(list);
  field.setAttribute("list", list.id);
  let pause = 0;
  let request = new AbortController();
  field.addEventListener("input", (event) => {
    clearTimeout(pause);
    request.abort();
    if (event.inputType === "insertReplacementText") return; // chosen from the list
    const { signal } = (request = new AbortController());
    const typed = field.value.trim();
    if (typed.length < FEWEST || typed.length > MOST) return;
    pause = setTimeout(async () => {
      const found = await completions(typed, signal);
      if (signal.aborted) return;
      const options = found.map(({ text }) => {
        const option = root.createElement("option");
        option.value = text;
        return option;
      });
      list.replaceChildren(...options);
    }, PAUSE);
  });
}
