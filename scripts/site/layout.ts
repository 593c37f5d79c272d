// A whole page of the site around its text: head, search, navigation, what stands on the page, the pages before and after it.
import { posix } from "node:path";
import { escapeHtml, type Heading } from "./markdown.ts";
import type { Entry, Group } from "./navigation.ts";

export type Layout = {
  readonly url: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly groups: readonly Group[];
};

/** INVARIANT: nothing but files of the site's own folder; `test/dashboard/site.test.ts` holds a browser to it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/** From a page to another, as a link. */
export function linkFrom(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}

export function wholePage({ url, title, html, headings, groups }: Layout): string {
  const depth = url.split("/").length - 1;
  const root = "../".repeat(depth);
  const all = groups.flatMap(({ entries }) => entries);
  const at = all.findIndex((entry) => entry.url === url);
  const parts = headings.filter((heading) => heading.depth === 2);
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title === "sallyport" ? "sallyport" : `${title} - sallyport`)}</title>
<link rel="icon" href="${root}icon.svg">
<link rel="stylesheet" href="${root}site.css">
<script src="${root}theme.js"></script>
<script src="${root}site.js" defer></script>
</head>
<body>
<a class="skip" href="#site-text">To the text</a>
<header class="site-top">
<a class="home" href="${root}index.html">sallyport</a>
<form class="question" role="search">
<label class="unseen" for="site-question">Search the documentation</label>
<input id="site-question" type="search" placeholder="Search (Ctrl K)" autocomplete="off" spellcheck="false" maxlength="200">
</form>
<button id="site-theme" type="button">Theme: system</button>
<button id="site-menu" type="button" aria-expanded="false" aria-controls="site-pages">Pages</button>
</header>
<section id="site-results" class="results" aria-label="Search results" hidden>
<p id="site-count" role="status"></p>
<ol id="site-hits"></ol>
</section>
<div class="site-body">
<nav id="site-pages" class="pages" aria-label="Pages">
${groups.map((group) => groupHtml(group, url)).join("\n")}
</nav>
<main id="site-text" class="text" tabindex="-1">
${html}${stepsHtml(url, all[at - 1], at === -1 ? undefined : all[at + 1])}
</main>
${parts.length < 2 ? "" : partsHtml(parts)}
</div>
</body>
</html>
`;
}

/** A folded part of the navigation; the one that the page stands in is open. */
function groupHtml({ title, entries }: Group, url: string): string {
  const isOpen = entries.some((entry) => entry.url === url) || url === "index.html";
  const items = entries.map((entry) => {
    const current = entry.url === url ? ' aria-current="page"' : "";
    return `<li><a href="${escapeHtml(linkFrom(url, entry.url))}"${current}>${escapeHtml(entry.title)}</a></li>`;
  });
  return `<details${isOpen ? " open" : ""}><summary>${escapeHtml(title)}</summary><ul>${items.join("")}</ul></details>`;
}

function partsHtml(parts: readonly Heading[]): string {
  const items = parts.map(
    ({ anchor, text }) => `<li><a href="#${escapeHtml(anchor)}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="parts" aria-label="On this page"><p>On this page</p><ul>${items.join("")}</ul></nav>`;
}

function stepsHtml(url: string, before: Entry | undefined, after: Entry | undefined): string {
  const link = (entry: Entry | undefined, rel: "prev" | "next"): string =>
    entry === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${escapeHtml(linkFrom(url, entry.url))}"><span>${rel === "prev" ? "Before" : "Next"}</span> ${escapeHtml(entry.title)}</a>`;
  if (before === undefined && after === undefined) return "";
  return `<nav class="steps" aria-label="Before and after">${link(before, "prev")}${link(after, "next")}</nav>`;
}

/** The first page: everything by what somebody wants to do. */
export function homeHtml(groups: readonly Group[]): string {
  const cards = groups.map(({ title, entries }) => {
    const items = entries.map(
      (entry) => `<li><a href="${escapeHtml(entry.url)}">${escapeHtml(entry.title)}</a></li>`,
    );
    return `<section class="card"><h2>${escapeHtml(title)}</h2><ul>${items.join("")}</ul></section>`;
  });
  return `<h1>sallyport</h1>
<p>sallyport judges every tool call of Claude Code by what it would do, makes the client obey, and signs a record of it that nobody can change unnoticed. New here? Begin with the first page of "Start here".</p>
<div class="cards">${cards.join("\n")}</div>`;
}
