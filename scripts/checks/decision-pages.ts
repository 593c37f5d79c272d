// Rules over the pages of decisions: their form, their order, their index, and whoever names one of them; links of all pages.
import { posix } from "node:path";
import type { TextFault, TextFile } from "./text-rules.ts";

/** Folder of the pages, and the page that lists them. */
const FOLDER = "docs/decisions";
const INDEX = `${FOLDER}/README.md`;

/** What a page says, in this order. */
const HEADINGS: readonly string[] = ["Context", "Decision", "Consequences", "What was tried"];

/** What may become of a decision. */
const STATUSES: readonly string[] = ["in force", "history", "not in use", "not taken"];

/** More than these nobody reads before a change: what one part alone rests on is history. */
const IN_FORCE_MAX = 40;

type Page = {
  readonly path: string;
  readonly number: string;
  readonly title: string;
  readonly status: string;
};

/** Faults of the pages of decisions among `files`, and of their index. No page at all is a fault too. */
export function decisionFaults(files: readonly TextFile[]): readonly TextFault[] {
  const inFolder = files.filter(({ path }) => path.startsWith(`${FOLDER}/`));
  const texts = inFolder.filter(({ path }) => path !== INDEX).sort(byPath);
  const pages = texts.map(readPage);
  const index = inFolder.find(({ path }) => path === INDEX);
  return [
    ...texts.flatMap((file, place) => pageFaults(file, place + 1)),
    ...(texts.length === 0 ? [fault(FOLDER, 1, "has no page")] : []),
    ...(pages.filter(({ status }) => status === "in force").length > IN_FORCE_MAX
      ? [fault(INDEX, 1, `more than ${IN_FORCE_MAX} decisions are in force: mark what is history`)]
      : []),
    ...(index === undefined ? [fault(INDEX, 1, "is missing")] : indexFaults(index, pages)),
  ];
}

/** Places where a file names a decision that no page has, or names one and links to another. */
export function mentionFaults(file: TextFile, files: readonly TextFile[]): readonly TextFault[] {
  const numbers = new Set(files.flatMap(({ path }) => numberOf(path) ?? []));
  const missing = [...file.text.matchAll(/\bdecision\s+(\d{4})\b/gi)].flatMap((found) =>
    numbers.has(found[1] ?? "")
      ? []
      : [fault(file.path, lineAt(file.text, found.index), `no page is decision ${found[1]}`)],
  );
  const crossed = [...file.text.matchAll(/\[(?:decision\s+)?(\d{4})\]\(([^)\s]+)\)/gi)].flatMap(
    ({ 1: number = "", 2: link = "", index }) =>
      posix.basename(link).startsWith(`${number}-`)
        ? []
        : [fault(file.path, lineAt(file.text, index), `${number} leads to \`${link}\``)],
  );
  return [...missing, ...crossed];
}

/** Relative links of a page that lead to no file of the repository, or to no heading of the page that they name. */
export function linkFaults(
  page: TextFile,
  files: ReadonlyMap<string, string | undefined>,
): readonly TextFault[] {
  const text = withoutCode(page.text);
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(({ 1: link = "", index }) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = "", heading] = link.split("#");
    const target = file === "" ? page.path : posix.join(posix.dirname(page.path), file);
    const line = lineAt(text, index);
    const isFolder = [...files.keys()].some((path) => path.startsWith(`${target}/`));
    if (!files.has(target) && !isFolder)
      return [fault(page.path, line, `\`${link}\`: no such file`)];
    if (heading === undefined || anchorsOf(files.get(target) ?? "").has(heading)) return [];
    return [fault(page.path, line, `\`${link}\`: no such heading`)];
  });
}

function pageFaults(file: TextFile, place: number): readonly TextFault[] {
  const { path, text } = file;
  const number = numberOf(path);
  if (number === undefined) return [fault(path, 1, "is not `NNNN-title.md`")];
  const faults: TextFault[] = [];
  if (Number(number) !== place)
    faults.push(fault(path, 1, `is number ${place} in order: numbers have no holes and no twins`));
  const { title, status } = readPage(file);
  if (title === "") faults.push(fault(path, 1, `line 1 is not \`# ${number} Title\``));
  if (!STATUSES.includes(status))
    faults.push(fault(path, 3, `line 3 is not \`Status: \` and one of ${STATUSES.join(", ")}`));
  const sections = withoutCode(text).split(/^## /m).slice(1);
  const headings = sections.map((section) => section.split("\n")[0] ?? "");
  if (headings.join("|") !== HEADINGS.join("|"))
    faults.push(fault(path, 1, `its headings are not ${HEADINGS.join(", ")}`));
  for (const section of sections) {
    const [heading = "", ...rest] = section.split("\n");
    if (rest.join("").trim() === "") faults.push(fault(path, 1, `\`${heading}\` says nothing`));
  }
  return faults;
}

/** Each page has its line, in order, with its own title and status; no other line lists a page. */
function indexFaults({ path, text }: TextFile, pages: readonly Page[]): readonly TextFault[] {
  const found = text
    .split("\n")
    .flatMap((line, at) => (line.startsWith("| [") ? [{ line, at }] : []));
  const expected = pages.map(
    ({ path: page, number, title, status }) =>
      `| [${number}](${posix.basename(page)}) | ${title} | ${status} |`,
  );
  return Array.from(
    { length: Math.max(found.length, expected.length) },
    (_, place) => place,
  ).flatMap((place) => {
    const wanted = expected[place];
    const { line, at } = found[place] ?? { line: "", at: text.split("\n").length - 1 };
    if (line === wanted) return [];
    return [fault(path, at + 1, wanted === undefined ? "lists no page" : `is not \`${wanted}\``)];
  });
}

function readPage({ path, text }: TextFile): Page {
  const [first = "", , third = ""] = text.split("\n");
  const number = numberOf(path) ?? "";
  const title = first.startsWith(`# ${number} `) ? first.slice(`# ${number} `.length).trim() : "";
  return { path, number, title, status: /^Status: (.*)$/.exec(third)?.[1] ?? "" };
}

function numberOf(path: string): string | undefined {
  return /^docs\/decisions\/(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/.exec(path)?.[1];
}

/** A heading as the end of a link, in the way in which renderers of Markdown make it. */
export function anchorOf(heading: string): string {
  return heading
    .replace(/\]\([^)]*\)/g, "]")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

/** The headings of a page as the ends of links. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}

/** The text with its fenced blocks emptied, line by line, so that places stay. */
function withoutCode(text: string): string {
  let isCode = false;
  const lines = text.split("\n").map((line) => {
    const isFence = /^\s*```/.test(line);
    const isText = !isFence && !isCode;
    if (isFence) isCode = !isCode;
    return isText ? line : "";
  });
  return lines.join("\n");
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function fault(path: string, line: number, message: string): TextFault {
  return { path, line, message };
}

function byPath(one: TextFile, other: TextFile): number {
  return one.path < other.path ? -1 : 1;
}
