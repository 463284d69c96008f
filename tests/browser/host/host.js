// A page that takes single keys for itself, in every way there is, and notes what it hears.
window.heard = [];
window.told = [];
const shortcut = (event) => {
  window.heard.push(event.key);
  if (["s", "f", "/", "j"].includes(event.key)) event.preventDefault();
};
for (const type of ["keydown", "keypress", "keyup"]) {
  document.addEventListener(type, shortcut, true);
  document.addEventListener(type, shortcut);
}
for (const name of ["state", "search", "answer", "error", "open"]) {
  document.addEventListener(`citywise:${name}`, (event) => {
    window.told.push([name, event.detail.state ?? event.detail.count ?? event.detail.href ?? null]);
    if (name === "open") event.preventDefault();
  });
}
