// What pages gain where scripts run. Everything works without this file.

const words = document.body.dataset;

function button(text, className) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}

// Copy: beside every block of code, and beside keys and addresses.
async function copy(from, by) {
  await navigator.clipboard.writeText(from.textContent.trim());
  by.textContent = words.copied;
  setTimeout(() => { by.textContent = words.copy; }, 2000);
}

function copyables(root) {
  for (const by of root.querySelectorAll("button.copy")) {
    const from = by.closest("figure")?.querySelector("code") ?? by.previousElementSibling;
    by.addEventListener("click", () => copy(from, by));
  }
}

// Passwords can be shown while they are typed.
for (const input of document.querySelectorAll('input[type="password"]')) {
  const by = button(words.show, "show");
  by.setAttribute("aria-pressed", "false");
  by.setAttribute("aria-controls", input.id);
  by.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    by.textContent = shown ? words.hide : words.show;
    by.setAttribute("aria-pressed", String(shown));
  });
  const row = document.createElement("span");
  row.className = "with-button";
  input.replaceWith(row);
  row.append(input, by);
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

// Files that are too large or too many are named before they are sent for nothing.
for (const input of document.querySelectorAll("input[data-max-bytes]")) {
  const { maxBytes, maxFiles, tooMuch } = input.dataset;
  const note = document.createElement("p");
  note.className = "errorlist";
  note.setAttribute("role", "alert");
  note.hidden = true;
  input.after(note);
  const wrong = () => input.files.length > maxFiles || [...input.files].some((one) => one.size > maxBytes);
  const tell = () => {
    note.hidden = !wrong();
    note.textContent = note.hidden ? "" : tooMuch;
  };
  input.addEventListener("change", tell);
  input.form?.addEventListener("submit", (event) => {
    if (!wrong()) return;
    event.preventDefault();
    input.focus();
  });
}

// Times stand in UTC; where scripts run they are the reader's own, with UTC in the title. They
// are written as the page writes them, so that nothing moves.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const shape = {
  day: "numeric", month: "short", year: "numeric",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
};
const clock = new Intl.DateTimeFormat(language, shape);
const exactClock = new Intl.DateTimeFormat(language, { ...shape, second: "2-digit" });

function times(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const by = "exact" in time.dataset ? exactClock : clock;
    time.textContent = by.format(new Date(time.dateTime));
  }
}

function enhance(root) {
  copyables(root);
  times(root);
}

enhance(document);
if (navigator.clipboard) document.documentElement.classList.add("scripts");

// What is unfolded stays so when a part of a page comes anew.
let unfolded = new Map();
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const found = event.target.querySelectorAll("details[id]");
  unfolded = new Map([...found].map((one) => [one.id, one.open]));
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  const part = document.getElementById(event.target.id) ?? event.target;
  for (const one of part.querySelectorAll("details[id]")) {
    if (unfolded.has(one.id)) one.open = unfolded.get(one.id);
  }
  enhance(part);
  // A button that is gone after it was pressed leaves the keyboard with what came of it.
  if (event.detail.requestConfig?.verb === "post" && document.activeElement === document.body) {
    document.getElementById("played")?.focus({ preventScroll: true });
  }
});

// Who sent a form that was not right yet starts at the summary of what is wrong.
document.querySelector(".summary")?.focus();
