// Every command line of ours that the guide's pages show in a block, in the order of the pages.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A page of the guide with its command lines; `first-hour.md` and `first-day.md` have tests of their own. */
export type LinesOfPage = { readonly page: string; readonly lines: readonly string[] };

const OWN_TESTS: readonly string[] = ["docs/guide/first-hour.md", "docs/guide/first-day.md"];

/** The pages that show commands. */
export function pageLines(): readonly LinesOfPage[] {
  const guides = readdirSync(`${root}docs/guide`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/guide/${name}`);
  return ["README.md", ...guides]
    .filter((page) => !OWN_TESTS.includes(page))
    .map((page) => ({ page, lines: linesIn(readFileSync(`${root}${page}`, "utf8")) }))
    .filter(({ lines }) => lines.length > 0);
}

/** Lines of blocks that begin with the program's name, or that set a variable for it, each once, as somebody would paste them. */
export function linesIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```\w*\n(.*?)^ *```$/gms)].map(([, block = ""]) => block);
  const lines = blocks
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.trim().replace(/^\$ /, ""))
    .filter((line) => /^(?:export [A-Z]|(?:[A-Z_]+=\S+ |sudo |npx )*sallyport [a-z-])/.test(line))
    .map((line) => line.replace(/\s+#(?: .*)?$/, ""));
  return [...new Set(lines)];
}
