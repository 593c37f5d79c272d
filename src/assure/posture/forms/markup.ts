// Foreign text in markup: escaped for HTML, XML and Markdown, with what could steer a reader written as an escape.
import { printable } from "#base/printable.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or a quoted attribute of HTML and XML. Characters that XML does not know are escaped by `printable`. */
export function escapeMarkup(text: string): string {
  return printable(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, "?")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** One page of HTML: nothing is loaded and nothing runs. `title` and `body` are markup already. */
export function htmlPage(title: string, style: string, body: readonly string[]): string {
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">",
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title><style>${style}</style></head><body><main>`,
    ...body,
    "</main></body></html>",
    "",
  ].join("\n");
}

/** Text as a code span of Markdown (CommonMark 6.1): fenced by more backticks than it holds, so that nothing in it speaks. */
export function codeSpan(text: string): string {
  const shown = printable(text).trim();
  if (shown === "") return "";
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Words of ours or others as plain text of Markdown: whatever would begin a form is put behind a backslash. */
export function plainWords(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_{}[\]<>#|!~@]/g, (character) => `\\${character}`)
    .replaceAll("://", ":\\//");
}
