// What a page shows of a command's output, held against what came out: lines that differ from machine to machine are left out of the page by `...`.

/** A command of a page, and what the page shows of its output. */
export type PageBlock = { readonly command: string; readonly shown: string | undefined };

/** The blocks of a page in order: each `sh` block is a command, a `text` block right behind it what it prints. */
export function pageBlocks(page: string): readonly PageBlock[] {
  const blocks: { command: string; shown: string | undefined }[] = [];
  for (const [, language = "", text = ""] of page.matchAll(/^```(\w*)\n(.*?)\n```$/gms)) {
    const last = blocks.at(-1);
    if (language === "sh") blocks.push({ command: text, shown: undefined });
    else if (language === "text" && last !== undefined && last.shown === undefined)
      last.shown = text;
  }
  return blocks;
}

/** What differs from one run to the next, each as one word on both sides. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "TIME"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?/g, "TIME"],
  [/\b(inc|drill)-[0-9a-z]{26}\b/g, "$1-ID"],
  [/\bport \d+/g, "port N"],
  [/\bprocess \d+/g, "process N"],
  [/\b[0-9a-f]{12,64}\b/g, "DIGEST"],
  [/[A-Za-z0-9+/]{43}=/g, "DIGEST"],
  [/\b\d+(?:\.\d+)? (?:ms|s|min|h)\b/g, "N s"],
  [/\b\d+ entries\b/g, "N entries"],
  [/[ \t]+$/gm, ""],
];

/** A text without what differs from run to run. `home` and `user` are those of the run; the page says `/home/ada` and `ada`. */
export function steady(text: string, home = "/home/ada", user = "ada"): string {
  // WHY: a slow machine is told how far a command is, on a line that is then taken away again.
  const named = text
    .replaceAll(/\r\u001B\[K[^\n\r]*(?=\r\u001B\[K)/g, "")
    .replaceAll("\r\u001B[K", "")
    .replaceAll(home, "/home/ada")
    .replaceAll(new RegExp(`\\bby ${user}\\b`, "g"), "by ada");
  return VARYING.reduce((result, [pattern, word]) => result.replaceAll(pattern, word), named);
}

/** The first line that the page shows and that did not come out in its place; undefined where all did. */
export function shownFault(shown: string, actual: string): string | undefined {
  const lines = actual.split("\n");
  let at = 0;
  let mayLeaveOut = false;
  for (const line of shown.split("\n")) {
    if (line === "...") {
      mayLeaveOut = true;
      continue;
    }
    const found = mayLeaveOut ? lines.indexOf(line, at) : lines[at] === line ? at : -1;
    if (found === -1) return `\`${line}\` did not come out behind line ${at} of:\n${actual}`;
    at = found + 1;
    mayLeaveOut = false;
  }
  const rest = lines.slice(at).filter((line) => line !== "");
  return mayLeaveOut || rest.length === 0 ? undefined : `the page leaves out \`${rest[0]}\``;
}
