// Which names of a program hold the payload of a hook or a part of it, and which members are asked of it.
import type { ProgramForms } from "./languages/forms.ts";
import type { Program } from "./program-calls.ts";
import { type At, type Subject, subjectOf } from "./reading.ts";

export type Subjects = ReadonlyMap<string, Subject>;

/** Words of a part of the payload, whatever it is taken of. */
const PART =
  /tool_input["'\])}.?]*[^\n]*["'.]command\b|\.get\(["']command["']|\.command\b|\[["']command["']\]|file_path|notebook_path|new_string|["'.]content\b|tool_response|["'.]prompt\b|tool_name/;
const SETS =
  /(?:(?:^[ \t]*|\b(?:const|let|var)\s+)(?!(?:try|else|finally|if|elif|while|for|with|case|default|return)\b)([A-Za-z_$][\w$]*)\s*:[\w.<>[\]| ,]+?|(?:^|[\s;({])(?:const |let |var |my )?(\$?[A-Za-z_][\w$]*)(?:\s*,\s*\w+)?)\s*:?=(?![=~>])\s*([^\n]+)/gm;
/** `const { tool_name, tool_input: input } = payload`. */
const TAKES_APART =
  /\{((?:[^{}\n]|\{[^{}\n]*\})*)\}\s*(?::\s*\w+\s*)?=\s*(?:await\s+)?(?:JSON\.parse|[A-Za-z_$][\w$]*\b)/g;

/** Names of files that a program opened by itself. */
const OPENED =
  /\bopen\((?!\s*(?:0|["']\/dev\/stdin))[^\n]*\)\s+as\s+(\w+)|(?:^|[\s;])(\w+)\s*=\s*open\((?!\s*(?:0|["']\/dev\/stdin))/gm;
/** What is read of a file with a name. */
const READS_FILE =
  /\.read_(?:text|bytes)\(|\bopen\((?!\s*(?:0|["']\/dev\/stdin))|readFile(?:Sync)?\(\s*(?!0\b|["']\/dev\/stdin|process\.stdin)|\bFile\.read\(|file_get_contents\(\s*(?!["']php:\/\/stdin)/;

/** Whether a value is read of a file: what a hook kept there is no payload. */
function isOfFile(value: string, opened: ReadonlySet<string>): boolean {
  const handle = /\bloads?\(\s*(\w+)(?:\.read\(\))?\s*[,)]/.exec(value)?.[1];
  return READS_FILE.test(value) || (handle !== undefined && opened.has(handle));
}

/** Names that hold the payload or a part of it, by what they are set from. */
export function subjectsIn({ text, forms }: Program): Subjects {
  const { loads, foreign, wraps } = forms;
  const known = new Map<string, Subject>();
  for (const [, decoded, filled] of text.matchAll(
    /\bDecode\(&(\w+)\)|Unmarshal\([^,]+,\s*&(\w+)\)/g,
  ))
    known.set(decoded ?? filled ?? "", "payload");
  const opened = new Set([...text.matchAll(OPENED)].map(([, one, other]) => one ?? other ?? ""));
  for (const [, typed, bare = "", value = ""] of text.matchAll(SETS)) {
    const name = typed ?? bare;
    // Words of a command are whole words already; the environment is no payload, and an object is made of parts.
    if (foreign.test(value) || value.startsWith("{") || isOfFile(value, opened)) continue;
    const loaded = loads.exec(value);
    const subject =
      loaded === null
        ? (subjectIn(value.replace(wraps, ""), known, forms) ??
          (PART.test(value) ? subjectOf(value) : undefined))
        : loadedPart(value.slice(loaded.index + loaded[0].length));
    if (subject !== undefined) known.set(name, subject);
  }
  for (const match of text.matchAll(TAKES_APART))
    for (const one of (match[1] ?? "").matchAll(/(\w+)(?:\s*:\s*([A-Za-z_$][\w$]*))?/g)) {
      const [, key = "", name = key] = one;
      const subject = key === "tool_input" || key === "tool_response" ? "other" : subjectOf(key);
      if (subject !== "other" || key.startsWith("tool_")) known.set(name, subject);
    }
  return known;
}

/** What is taken of the payload where it is read: all of it, or what the members behind that name. */
function loadedPart(path: string): Subject {
  const part = subjectOf(path);
  // A part that is no text of its own is looked into further.
  return part === "other" ? "payload" : part === "payload" ? "other" : part;
}

/** What an expression holds of the payload: by the last member that it names, or by its root. */
export function subjectIn(
  expression: string,
  known: Subjects,
  { members }: Pick<ProgramForms, "members">,
): Subject | undefined {
  const root = /^\W*?(\$?[A-Za-z_][\w$]*)/.exec(expression.trim());
  const before = known.get(root?.[1] ?? "");
  const behind = expression.trim().slice(root?.[0].length ?? 0);
  const isMember = new RegExp(`^(?:${members})`).test(behind);
  // WHY nothing: the parts of a path and the length of a text are other things than it.
  if (before !== undefined && before !== "payload" && before !== "other")
    return isMember ? undefined : before;
  if (
    before === undefined &&
    !/tool_input|ToolInput|["'](?:command|file_path)["']/.test(expression)
  )
    return undefined;
  const named = subjectOf(
    expression
      .slice(0, 200)
      .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
      .toLowerCase(),
  );
  if (named !== "other" && named !== "payload") return named;
  // A part of the payload that is no text of its own is looked into further.
  return before === "payload" && isMember ? "other" : before;
}

/** Members that are asked of the payload's root. */
export function fieldsIn(
  { code, text, forms }: Program,
  whole: ReadonlySet<string>,
): readonly At[] {
  const found: At[] = [];
  for (const match of text.matchAll(/\{([^{}]*)\}\s*=\s*(JSON\.parse\(|[\w$]+\s*;?\s*$)/gm)) {
    const from = match[2] ?? "";
    const open = match.index + match[0].length - 1;
    const isAll = from.startsWith("JSON")
      ? !/^\s*\??\./.test(text.slice((code.closing(open) ?? open) + 1))
      : whole.has(from.replace(/\W+$/, ""));
    if (!isAll) continue;
    for (const one of (match[1] ?? "").split(",")) {
      const field = /^\s*([a-z]\w*)/.exec(one)?.[1];
      if (field !== undefined) found.push({ at: match.index, text: field });
    }
  }
  for (const name of whole) {
    const own = name.replaceAll("$", "\\$");
    for (const match of text.matchAll(new RegExp(`(?<![\\w.$])${own}${forms.members}`, "g"))) {
      const field = match.slice(1).find((group) => group !== undefined) ?? "";
      if (!/^(?:get|keys|items|values|length|toString|trim|strip|decode)$/.test(field))
        found.push({ at: match.index, text: field });
    }
  }
  return found;
}
