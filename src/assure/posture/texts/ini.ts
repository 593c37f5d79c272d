// Entries of a file of sections, such as git's configuration or `.npmrc`, with their lines.

/** One entry. `section` and `key` in lower case, a subsection such as a remote's name as it is written. */
export type IniEntry = {
  readonly section: string;
  readonly subsection: string;
  readonly key: string;
  readonly value: string;
  readonly line: number;
};

const LINES_MAX = 5_000;

/** The entries in their order. A key without a value has the value `true`, as git reads it. */
export function readIni(text: string): readonly IniEntry[] {
  let section = "";
  let subsection = "";
  const found: IniEntry[] = [];
  for (const [index, raw] of text.split(/\r?\n/).slice(0, LINES_MAX).entries()) {
    const head = /^\s*\[\s*([^\s"\]]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(raw);
    if (head !== null) {
      section = (head[1] ?? "").toLowerCase();
      subsection = head[2] ?? "";
    }
    const rest = head === null ? raw : raw.slice(head[0].length);
    const entry = /^\s*([^\s=#;][^=]*)(?:=(.*))?$/.exec(rest);
    if (entry === null) continue;
    const value = (entry[2] ?? "true").trim().replace(/^"(.*)"$/, "$1");
    const key = (entry[1] ?? "").trim().toLowerCase();
    found.push({ section, subsection, key, value, line: index + 1 });
  }
  return found;
}
