// Lines of git hooks that split the names of files that git lists at their spaces.

type Line = { readonly line: number; readonly text: string };

/** What git lists names by, when it ends them with a line. */
const LISTS = String.raw`git\s+(?:-\S+\s+)*(?:diff|diff-index|diff-tree|ls-files|show|log|status)\b(?![^|)\x60]*\s(?:-\w*z\b|--null))[^)\x60|]*?(?:--name-only|--name-status|ls-files|-s\b|--short|--porcelain)`;
const LISTS_WIDE = String.raw`git\s+(?:-\S+\s+)*(?:diff|diff-index|diff-tree|ls-files|show|log|status)\b(?![^|)\x60]*\s(?:-\w*z\b|--null))(?=[^)\x60]*(?:--name-only|--name-status|ls-files|-s\b|--short|--porcelain)|\s*ls-files)`;
const NAMED = new RegExp(
  String.raw`^\s*(?:export\s+|local\s+|readonly\s+)?(\w+)=["']?(?:\$\(|\x60)\s*(?:${LISTS_WIDE}|git\s+ls-files\b(?![^|)]*\s-\w*z))`,
);
const LOOP = new RegExp(
  String.raw`\bfor\s+\w+\s+in\s+["']?(?:\$\(|\x60)\s*(?:${LISTS_WIDE}|git\s+ls-files\b(?![^|)]*\s-\w*z))`,
);
const AS_WORDS = new RegExp(
  String.raw`^(?:[^"'=]|"[^"]*"|'[^']*')*\s(?:\$\(|\x60)\s*(?:${LISTS}|git\s+ls-files\b(?![^|)]*\s-\w*z))`,
);
const AS_LIST = new RegExp(
  String.raw`=\(\s*(?:\$\(|\x60)\s*git\s+(?:diff|ls-files|diff-index|diff-tree|status)\b(?![^)]*\s-\w*z\b)`,
);
const READ_WORDS =
  /\bread\s+(?:-r\s*)?-?\w*a\s+\w+\s*<<<\s*["']?\$\(\s*git\b(?=[^)]*(?:--name-only|ls-files))/;
const TO_XARGS =
  /\bgit\b[^|]*(?:--name-only|--porcelain|--short|ls-files)[^|]*\|(?:[^|]*\|)*\s*xargs\b/;
/** Told to end names with a line or a zero, or to take each line as one. */
const WHOLE_XARGS = /xargs[^|]*(?:\s-\w*0|--null|\s-d\s*\S|--delimiter|\s-I|--replace)/;
/** Programs in other languages that split an output at every space. */
const SPLITS =
  /\.split\(\s*(?:\)|\/\\s[+*]?\/|\/ \/|["'] ["']|None\))|\bsplit\s+(?:' '|\/\\s\+\/)|\bstrings\.Fields\(|\.split\b(?!\s*\()/;
const LISTED = /--name-only|["']ls-files["']|\bgit ls-files|--porcelain/;
/** From here on names are split at lines alone. */
const BY_LINES = /\bIFS=(?:\$'\\n'|'$|"$|\$\(printf\s+'\\n)/;

/** The lines that do so, of a script or of a list of commands. */
export function splittingLines(all: readonly Line[]): readonly number[] {
  const lines = all.filter(({ text }) => !/^\s*(?:#|\/\/)/.test(text));
  const names = lines.flatMap(({ text }) => NAMED.exec(text)?.[1] ?? []);
  const splitAt = lines.findIndex(({ text }) => BY_LINES.test(text) && !/\bread\b/.test(text));
  const isProgram = /^#!.*(?:python\d?|node|ruby|perl|deno|bun|go)\b/.test(all[0]?.text ?? "");
  const whole = lines.map(({ text }) => text).join("\n");
  return lines
    .filter(({ text }, at) => {
      if (isProgram) return LISTED.test(whole) && SPLITS.test(text) && isOfNames(text, whole);
      if (TO_XARGS.test(text) && !WHOLE_XARGS.test(text)) return true;
      if (READ_WORDS.test(text)) return true;
      if (splitAt !== -1 && at > splitAt) return false;
      return (
        LOOP.test(text) ||
        AS_WORDS.test(text) ||
        AS_LIST.test(text) ||
        names.some((name) => splits(text, name))
      );
    })
    .map(({ line }) => line);
}

/** Whether what is split on a line is what git listed: on the line itself, or by the name that it was given. */
function isOfNames(text: string, whole: string): boolean {
  if (LISTED.test(text)) return true;
  const name =
    /\b(\w+)(?:\.(?:stdout|toString\(\)|trim\(\)|strip\(\)|decode\([^)]*\)))*\.split/.exec(
      text,
    )?.[1];
  return (
    name !== undefined &&
    new RegExp(
      `\\b${name}\\s*=[^\\n]*(?:--name-only|ls-files|--porcelain)|\\b${name}\\s*=[^;]{0,200}(?:--name-only|ls-files)`,
    ).test(whole)
  );
}

/** Whether a variable with names is split: in a loop, at the end of a line, or among the words of a command. */
function splits(text: string, name: string): boolean {
  if (new RegExp(`"\\$\\{?${name}\\}?"`).test(text)) return false;
  const inLoop = new RegExp(
    `\\bfor\\s+\\w+\\s+in\\s+\\$\\{?${name}\\b|\\$\\{?${name}\\}?\\s*(?:\\||$)(?=.*)`,
  );
  return inLoop.test(text) || isBareWord(text, name);
}

/** Whether a variable stands without quotes among the words of a command. */
function isBareWord(text: string, name: string): boolean {
  const found = new RegExp(`\\s\\$\\{?${name}\\}?(?=\\s|$|[;)])`).exec(text);
  if (found === null || /^\s*(?:echo|printf|\[\[?|test|if|elif|while)\b/.test(text)) return false;
  return (text.slice(0, found.index).match(/"/g)?.length ?? 0) % 2 === 0;
}
