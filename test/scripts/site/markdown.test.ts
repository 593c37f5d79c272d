// Markdown of a page to HTML: nothing that stands in a text becomes markup, whatever it says.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexOf, indexScript } from "../../../scripts/site/search-index.ts";
import { renderMarkdown } from "../../../scripts/site/markdown.ts";
import { titleOf } from "../../../scripts/site/pages.ts";
import { wholePage } from "../../../scripts/site/layout.ts";

const render = (text: string) => renderMarkdown(text, (href) => `to/${href}`).html;
/** Tags and attributes that the renderer writes by itself; nothing else may be a tag. */
const OWN = new RegExp(
  [
    /<\/?(?:p|em|strong|del|code|pre|ul|ol|li|blockquote|table|thead|tbody|tr|td|h[1-6]|hr|br)>/,
    /<ol start="\d+">|<div class="(?:code|table)"(?: tabindex="0" role="group" aria-label="Table")?>|<\/div>/,
    /<h[1-6] id="[^"<>]*">|<th scope="col">|<\/th>|<pre tabindex="0"(?: data-language="\w+")?>/,
    /<a (?:class="anchor" )?href="[^"<>]*"(?: rel="noreferrer")?(?: aria-label="[^"<>]*")?>|<\/a>/,
    /<img src="[^"<>]*" alt="[^"<>]*" loading="lazy">/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);
const foreign = (html: string) => html.replaceAll(OWN, "").match(/[<>]/g) ?? [];

describe("hostile text", () => {
  it.each([
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<!-- --><script>alert(1)</script>",
    "<!-- a --> <b onclick=x>",
    "# <svg onload=alert(1)>",
    '# "><script>1</script>',
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](&#106;avascript:alert(1))",
    "[a](data:text/html,<script>1</script>) [v](vbscript:x) [f](file:///etc/passwd)",
    "[a](//evil.example/x) ![i](https://evil.example/x.png) ![j](javascript:1)",
    '[a](x "onmouseover=alert(1)") [b](x%22onclick=%22y)',
    '[a"><script>](x) `</code><script>`',
    '```"><script>\n</code></pre><script>alert(1)</script>\n```',
    "| <script> | `</td><script>` |\n|---|---|\n| <img src=x onerror=y> | [x](javascript:1) |",
    "<a href='javascript:1'>x</a>\n\n<style>*{display:none}</style>\n\n<base href=//evil>",
    "[x]: javascript:alert(1)\n\n[x] and [y][x]",
    '<http://a.example/"onclick=x> <javascript:alert(1)>',
    "http://a.example/<script>",
    "[a](java\tscript:alert(1)) [b](\\\\evil.example\\x)",
  ])("%j stays text", (text) => {
    const html = render(text);
    expect(foreign(html), html).toEqual([]);
    expect(html).not.toMatch(/(?:href|src)="[^"]*(?:javascript|vbscript|data|file):/i);
    expect(html).not.toMatch(/src="(?:https?:)?\/\/|href="\/\/|href="\\/);
  });
  it("of any kind stays text", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        "<",
        ">",
        '"',
        "'",
        "`",
        "|",
        "[",
        "](",
        ")",
        "<!--",
        "-->",
        "\n",
        "# ",
        "```",
        "<script>",
        "javascript:",
        "&lt;",
        "onclick=",
        "![",
        "- ",
        "> ",
        "|---|",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const html = render(pieces.join(""));
        expect(foreign(html)).toEqual([]);
        expect(html).not.toMatch(/(?:href|src)="\s*(?:javascript|vbscript|data|file):/i);
      }),
      { numRuns: 300 },
    );
  });
  it("in a title, a heading or a passage is no markup of the page or the index", () => {
    const text = '# </title><script>1</script>\n\n## "><script>2</script>\n\n</script><script>3';
    const { html, headings, passages } = renderMarkdown(text, () => undefined);
    const title = titleOf(text, "none");
    const page = wholePage({
      url: "a/b.html",
      title,
      html,
      headings: [...headings, ...headings],
      groups: [{ title, entries: [{ title, url: "a/b.html" }] }],
    });
    expect(page.match(/<script[^>]*>/g)).toEqual([
      '<script src="../theme.js">',
      '<script src="../site.js" defer>',
    ]);
    const script = indexScript(indexOf([{ url: "a/b.html", title, passages }]));
    expect(script).not.toContain("<");
  });
});

describe("a page", () => {
  it("has its links, pictures, tables and code as they are meant", () => {
    expect(render("see [a](b.md#c) and ![pic](p.svg)")).toBe(
      '<p>see <a href="to/b.md#c">a</a> and <img src="to/p.svg" alt="pic" loading="lazy"></p>\n',
    );
    expect(render("| a |  |\n|---|---|\n| `x|y` | z |").replaceAll("\n", "")).toContain(
      '<tr><th scope="col">a</th><td></td></tr>',
    );
    expect(render("```sh\na < b && c\n```")).toContain("<code>a &lt; b &amp;&amp; c\n</code>");
  });
  it("has boxes to tick as characters", () => {
    expect(render("- [ ] a\n- [x] b")).toMatch(
      /<li>(?:<p>)?\u2610 .*a[\s\S]*<li>(?:<p>)?\u2611 .*b/,
    );
    expect(render("- [ ] a")).not.toContain("<input");
  });
  it("leaves a comment out, and names twins of a heading apart", () => {
    expect(render("<!-- question -->\n\na")).toBe("<p>a</p>\n");
    expect(render("## A b\n\n## A b")).toMatch(/id="a-b"[\s\S]*id="a-b-1"/);
  });
});
