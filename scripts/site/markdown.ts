// Markdown to the HTML of a page. All text is escaped, HTML in it too: what a page says of others can never become part of the page.
import { Marked, type Token, type Tokens } from "marked";
import { anchorGiver, plainText } from "./pages.ts";

export type Heading = { readonly depth: number; readonly anchor: string; readonly text: string };
/** What stands below one heading, as plain text for the search. */
export type Passage = { readonly anchor: string; readonly heading: string; readonly text: string };

export type Rendered = {
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly passages: readonly Passage[];
};

/** Where a link of the page leads on the site; undefined for one that leads nowhere there, which then is plain text. */
export type LinkResolver = (href: string, kind: "page" | "image") => string | undefined;

const SCHEMES = /^(?:https?|mailto):/i;

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The same for what a reader sees; characters that are written by their names stay so. */
function escapeText(text: string): string {
  return escapeHtml(text).replace(/&amp;(#\d{1,7}|#x[a-f0-9]{1,6}|[a-z]\w{1,30});/gi, "&$1;");
}

/** Renders a page. Throws nothing for any text. */
export function renderMarkdown(markdown: string, resolve: LinkResolver): Rendered {
  const headings: Heading[] = [];
  const anchor = anchorGiver();
  const marked = new Marked({ gfm: true, async: false });
  marked.use({
    renderer: {
      html: ({ text }) => (/^\s*<!--(?:(?!-->)[\s\S])*-->\s*$/.test(text) ? "" : escapeHtml(text)),
      // WHY here too: marked leaves what it takes for the inside of a script as it is.
      text(token) {
        if (token.type === "text" && token.tokens !== undefined)
          return this.parser.parseInline(token.tokens);
        return escapeText(token.text);
      },
      heading({ tokens, depth, text }) {
        const id = anchor(text);
        headings.push({ depth, anchor: id, text: plainText(text) });
        const inner = this.parser.parseInline(tokens);
        const label = escapeHtml(`Link to "${plainText(text)}"`);
        const link =
          depth === 1 ? "" : ` <a class="anchor" href="#${id}" aria-label="${label}">#</a>`;
        return `<h${depth} id="${id}">${inner}${link}</h${depth}>\n`;
      },
      code({ text, lang }) {
        const name = /^[a-z0-9]+/i.exec(lang ?? "")?.[0];
        const attribute = name === undefined ? "" : ` data-language="${name}"`;
        return `<div class="code"><pre tabindex="0"${attribute}><code>${escapeHtml(text)}\n</code></pre></div>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        if (SCHEMES.test(href))
          return `<a href="${escapeHtml(href)}" rel="noreferrer">${inner}</a>`;
        const target = hasScheme(href) ? undefined : resolve(href, "page");
        return target === undefined ? inner : `<a href="${escapeHtml(target)}">${inner}</a>`;
      },
      image({ href, text }) {
        const target = hasScheme(href) ? undefined : resolve(href, "image");
        if (target === undefined) return escapeHtml(text);
        return `<img src="${escapeHtml(target)}" alt="${escapeHtml(text)}" loading="lazy">`;
      },
      // A box to tick on paper; one that nobody can tick on a screen would be a form without a use.
      checkbox: ({ checked }) => (checked === true ? "\u2611 " : "\u2610 "),
      table({ header, rows }) {
        const head = header.map(({ tokens }) => {
          const inner = this.parser.parseInline(tokens);
          return inner === "" ? "<td></td>" : `<th scope="col">${inner}</th>`;
        });
        const body = rows.map(
          (row) =>
            `<tr>${row.map(({ tokens }) => `<td>${this.parser.parseInline(tokens)}</td>`).join("")}</tr>`,
        );
        return `<div class="table" tabindex="0" role="group" aria-label="Table"><table><thead><tr>${head.join("")}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>\n`;
      },
    },
  });
  const tokens = marked.lexer(markdown);
  const passages = passagesOf(tokens);
  const html = marked.parser(tokens);
  return { html, headings, passages };
}

function hasScheme(href: string): boolean {
  return /^[\s\p{Cc}]*(?:[a-z][a-z0-9+.-]*:|\/\/)/iu.test(href) || /[\p{Cc}\\]/u.test(href);
}

function passagesOf(tokens: readonly Token[]): readonly Passage[] {
  const anchor = anchorGiver();
  const found: { anchor: string; heading: string; texts: string[] }[] = [
    { anchor: "", heading: "", texts: [] },
  ];
  for (const token of tokens)
    if (token.type === "heading") {
      const { text, depth } = token as Tokens.Heading;
      const id = anchor(text);
      // The first heading is the page's title: what follows it belongs to the page.
      if (depth > 1) found.push({ anchor: id, heading: plainText(text), texts: [] });
    } else found.at(-1)?.texts.push(textOf(token));
  return found
    .map(({ texts, ...rest }) => ({ ...rest, text: texts.join(" ").replace(/\s+/g, " ").trim() }))
    .filter(({ heading, text }) => heading !== "" || text !== "");
}

/** What a reader sees of a token, without markup. */
function textOf(token: Token): string {
  if (token.type === "html") return /^\s*<!--/.test(token.raw) ? "" : token.raw;
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows]
      .map((row) => row.map((cell) => cell.tokens.map(textOf).join("")).join(" "))
      .join(" ");
  }
  if (token.type === "list")
    return (token as Tokens.List).items.map((item) => item.tokens.map(textOf).join(" ")).join(" ");
  if ("tokens" in token && token.tokens !== undefined) return token.tokens.map(textOf).join("");
  return "text" in token && typeof token.text === "string" ? token.text : " ";
}
