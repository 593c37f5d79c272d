// A page of the documentation's site: its search, its menu on small screens, its theme, and buttons that copy commands.
import { keepTheme, storedTheme, type Theme } from "../src/core/stored-theme.ts";
import { excerpt, search, type SearchIndex } from "./words.ts";

declare global {
  // The index is a script, because a page that was opened as a file may fetch nothing.
  var sallyportSearch: SearchIndex | undefined;
}

const TYPING_MS = 80;
const COPIED_MS = 1_500;
const THEMES: readonly Theme[] = ["system", "light", "dark"];
/** From a page back to the folder of the site, such as `../`. */
const root = document.documentElement.dataset["root"] ?? "";

const input = part(HTMLInputElement, "site-question");
const results = part(HTMLElement, "site-results");
const count = part(HTMLElement, "site-count");
const list = part(HTMLElement, "site-hits");
const menu = part(HTMLButtonElement, "site-menu");
const theme = part(HTMLButtonElement, "site-theme");

function part<T extends HTMLElement>(type: new () => T, id: string): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no \`${id}\``);
  return found;
}

let loading: Promise<SearchIndex> | undefined;

/** The index, fetched when somebody is about to search. */
function loadIndex(): Promise<SearchIndex> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root}search-index.js`;
    script.onload = () => {
      const index = globalThis.sallyportSearch;
      if (index === undefined) reject(new Error("the search index is empty"));
      else resolve(index);
    };
    script.onerror = () => reject(new Error("the search index could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

async function show(): Promise<void> {
  const question = input.value.trim();
  results.hidden = question === "";
  if (question === "") return;
  try {
    const index = await loadIndex();
    if (question !== input.value.trim()) return;
    const hits = search(index, question);
    count.textContent =
      hits.length === 0
        ? `Nothing holds "${question}". Try fewer words, or another word for it.`
        : `${hits.length === 30 ? "The best 30 places" : hits.length === 1 ? "1 place" : `${hits.length} places`} for "${question}"`;
    list.replaceChildren(...hits.map(({ section }) => hitOf(index, section, question)));
  } catch (error) {
    count.textContent = `${error instanceof Error ? error.message : String(error)}. The pages list everything too.`;
    list.replaceChildren();
  }
}

function hitOf(index: SearchIndex, at: number, question: string): HTMLElement {
  const item = document.createElement("li");
  const section = index.sections[at];
  const page = section === undefined ? undefined : index.pages[section.page];
  if (section === undefined || page === undefined) return item;
  const link = document.createElement("a");
  link.href = `${root}${page.url}${section.anchor === "" ? "" : `#${section.anchor}`}`;
  const title = document.createElement("strong");
  title.textContent = section.heading === "" ? page.title : section.heading;
  const where = document.createElement("span");
  where.className = "where";
  where.textContent = section.heading === "" ? "" : page.title;
  const text = document.createElement("span");
  text.className = "excerpt";
  text.textContent = excerpt(section.text, question);
  link.append(title, where, text);
  link.addEventListener("click", () => (results.hidden = true));
  item.append(link);
  return item;
}

let waiting: ReturnType<typeof setTimeout> | undefined;
input.addEventListener("focus", () => void loadIndex().catch(() => undefined));
input.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => void show(), TYPING_MS);
});
input.form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void show().then(() => list.querySelector("a")?.focus());
});

/** Up and down go through the hits, Escape closes them and goes back to the field. */
document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    input.focus();
    input.select();
    return;
  }
  if (results.hidden) return;
  if (event.key === "Escape") {
    results.hidden = true;
    input.focus();
    return;
  }
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const isHere = document.activeElement === input || at >= 0;
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!isHere || step === 0) return;
  event.preventDefault();
  const next = at + step;
  (next < 0 ? input : links[Math.min(next, links.length - 1)])?.focus();
});

menu.addEventListener("click", () => {
  const isOpen = document.documentElement.classList.toggle("menu-open");
  menu.setAttribute("aria-expanded", String(isOpen));
});

let chosen = storedTheme();
theme.textContent = `Theme: ${chosen}`;
theme.addEventListener("click", () => {
  chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? "system";
  keepTheme(chosen);
  theme.textContent = `Theme: ${chosen}`;
});

for (const block of document.querySelectorAll<HTMLElement>(".code")) {
  const text = block.querySelector("code")?.textContent ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(text.trimEnd()).then(
      () => (button.textContent = "Copied"),
      () => (button.textContent = "Not copied"),
    );
    setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
  });
  block.append(button);
}

// A link into a part of the navigation that is folded shows where the reader is.
document.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
