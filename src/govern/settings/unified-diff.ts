// The difference of two texts, line by line, in the unified format that people know from diff and git.

/** Lines of unchanged text shown around each change. */
const CONTEXT_LINES = 3;

type Line = { readonly mark: " " | "-" | "+"; readonly text: string };

/** Empty when the texts are equal. `before` is undefined when there was no file. */
export function unifiedDiff(
  before: string | undefined,
  after: string | undefined,
  name: string,
): string {
  const lines = alignLines(linesOf(before), linesOf(after));
  if (lines.every(({ mark }) => mark === " ")) return "";
  const header = [
    before === undefined ? "--- /dev/null" : `--- a/${name}`,
    after === undefined ? "+++ /dev/null" : `+++ b/${name}`,
  ];
  return `${[...header, ...hunks(lines)].join("\n")}\n`;
}

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined || text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") return lines.slice(0, -1);
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ""}\n\\ No newline at end of file`];
}

/** The common start and end are cut off first; what is left is small in a settings file. */
function alignLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let tail = 0;
  const room = Math.min(before.length, after.length) - start;
  while (tail < room && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (texts: readonly string[]) => texts.map((text): Line => ({ mark: " ", text }));
  return [
    ...same(before.slice(0, start)),
    ...alignMiddle(
      before.slice(start, before.length - tail),
      after.slice(start, after.length - tail),
    ),
    ...same(tail === 0 ? [] : before.slice(-tail)),
  ];
}

/** Cells of the table of common lines; past it everything old is shown as removed and everything new as added. */
const TABLE_CELLS_MAX = 4_000_000;

function alignMiddle(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  const lines: Line[] = [];
  if ((before.length + 1) * width > TABLE_CELLS_MAX) {
    for (const text of before) lines.push({ mark: "-", text });
    for (const text of after) lines.push({ mark: "+", text });
    return lines;
  }
  const common = commonLengths(before, after, width);
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const fresh = after[j];
    const down = common[(i + 1) * width + j] ?? -1;
    const right = common[i * width + j + 1] ?? -1;
    if (old !== undefined && fresh !== undefined && old === fresh) {
      lines.push({ mark: " ", text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || down >= right)) {
      lines.push({ mark: "-", text: old });
      i += 1;
    } else if (fresh !== undefined) {
      lines.push({ mark: "+", text: fresh });
      j += 1;
    }
  }
  return lines;
}

/** `common[i * width + j]` is the number of lines that the texts from line i and line j on have in common. */
function commonLengths(
  before: readonly string[],
  after: readonly string[],
  width: number,
): Uint32Array {
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const diagonal = common[(i + 1) * width + j + 1] ?? 0;
      const down = common[(i + 1) * width + j] ?? 0;
      const right = common[i * width + j + 1] ?? 0;
      common[i * width + j] = before[i] === after[j] ? diagonal + 1 : Math.max(down, right);
    }
  }
  return common;
}

function hunks(lines: readonly Line[]): readonly string[] {
  const isShown = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(({ mark }) => mark !== " "),
  );
  const out: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let index = 0; index < lines.length; ) {
    let end = index;
    while (end < lines.length && isShown[end] === isShown[index]) end += 1;
    const part = lines.slice(index, end);
    const oldCount = part.filter(({ mark }) => mark !== "+").length;
    const newCount = part.filter(({ mark }) => mark !== "-").length;
    if (isShown[index] === true) {
      const oldStart = oldCount === 0 ? oldLine - 1 : oldLine;
      const newStart = newCount === 0 ? newLine - 1 : newLine;
      out.push(`@@ -${oldStart},${oldCount} +${newStart},${newCount} @@`);
      out.push(...part.map(({ mark, text }) => mark + text));
    }
    oldLine += oldCount;
    newLine += newCount;
    index = end;
  }
  return out;
}
