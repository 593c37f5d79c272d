// Git's configuration files, read as text: syntax as in git-config(1), includes followed, nothing ever run.
import { realpath } from "node:fs/promises";
import { compileGlob } from "#base/glob.ts";
import { joinPath, parentPath } from "#base/path.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";

/** Bytes of one configuration file; larger ones make git's behaviour unknown. */
const CONFIG_BYTES_MAX = 256 * 1024;
/** Files read for one repository, includes counted. */
const CONFIG_FILES_MAX = 64;
/** Nesting of includes; git's own bound. */
const INCLUDE_DEPTH_MAX = 10;

/** One setting: `section.name` or `section.subsection.name`; section and name lower case, as git compares them. */
export type Setting = { readonly key: string; readonly value: string };

/** What include conditions are compared with. */
export type IncludeSubject = {
  readonly home: string;
  readonly gitDirectory: string;
  readonly branch: string | undefined;
  /** Files that must not be among those that are read, by their real paths: of who may not have a say. */
  readonly isForeign?: (file: string) => boolean;
};

/**
 * All settings of `files` in the order in which git reads them, so that later ones win; missing files are skipped.
 * Undefined when a file is malformed, unreadable, foreign or beyond a bound: then git's behaviour is not known. An include whose
 * condition cannot be told from here is taken.
 */
export async function readConfigFiles(
  files: readonly string[],
  subject: IncludeSubject,
): Promise<readonly Setting[] | undefined> {
  const settings: Setting[] = [];
  let fileCount = 0;
  const readFile = async (file: string, depth: number): Promise<boolean> => {
    if (depth > INCLUDE_DEPTH_MAX || ++fileCount > CONFIG_FILES_MAX) return false;
    const text = await readConfigText(file, subject);
    if (text === undefined) return false;
    const parsed = parseConfig(text);
    if (parsed === undefined) return false;
    for (const setting of parsed) {
      settings.push(setting);
      const included = includedFile(setting, file, subject);
      if (included !== undefined && !(await readFile(included, depth + 1))) return false;
    }
    return true;
  };
  for (const file of files) if (!(await readFile(file, 0))) return undefined;
  return settings;
}

async function readConfigText(
  file: string,
  { isForeign }: IncludeSubject,
): Promise<string | undefined> {
  let real: string;
  try {
    real = await realpath(file);
  } catch (error) {
    // A file that is not there says nothing; one that may not be read may say anything.
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "" : undefined;
  }
  if (isForeign?.(real) === true) return undefined;
  const read = await readRegularFile(real, CONFIG_BYTES_MAX);
  return read?.complete ? new TextDecoder().decode(read.bytes) : undefined;
}

function includedFile(setting: Setting, file: string, subject: IncludeSubject): string | undefined {
  const path = /^include(?:if\.([\s\S]*))?\.path$/.exec(setting.key);
  if (path === null || setting.value === "") return undefined;
  if (path[1] !== undefined && !holds(path[1], file, subject)) return undefined;
  return expandHome(setting.value, parentPath(file), subject.home);
}

/** A path as git expands it: `~/` is the home directory, a relative one starts at `directory`. */
export function expandHome(path: string, directory: string, home: string): string {
  return path === "~" || path.startsWith("~/")
    ? joinPath(home, path.slice(2))
    : joinPath(directory, path);
}

function holds(condition: string, file: string, subject: IncludeSubject): boolean {
  const split = /^(gitdir|gitdir\/i|onbranch):([\s\S]*)$/.exec(condition);
  if (split === null) return true;
  const [, kind = "", given = ""] = split;
  if (kind === "onbranch") {
    if (subject.branch === undefined) return false;
    return compileGlob(`/${given}${given.endsWith("/") ? "**" : ""}`)(`/${subject.branch}`);
  }
  let pattern = given;
  if (pattern.startsWith("~/"))
    pattern = joinPath(subject.home, pattern.slice(2)) + trailing(given);
  else if (pattern.startsWith("./"))
    pattern = joinPath(parentPath(file), pattern) + trailing(given);
  else if (!pattern.startsWith("/")) pattern = `/**/${pattern}`;
  if (pattern.endsWith("/")) pattern = `${pattern}**`;
  return compileGlob(pattern, { ignoreCase: kind === "gitdir/i" })(subject.gitDirectory);
}

function trailing(pattern: string): string {
  return pattern.endsWith("/") ? "/" : "";
}

/** Parses one configuration file; undefined where git would refuse it. A name without a value has the value `true`. */
export function parseConfig(source: string): readonly Setting[] | undefined {
  const text = source.replace(/^\ufeff/, "").replace(/\r\n/g, "\n");
  const settings: Setting[] = [];
  let section: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (/\s/.test(character)) at += 1;
    else if (character === "#" || character === ";") at = lineEnd(text, at);
    else if (character === "[") {
      const header = /\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?[ \t]*\]/y;
      header.lastIndex = at;
      const found = header.exec(text);
      if (found === null) return undefined;
      const name = (found[1] ?? "").toLowerCase();
      section = found[2] === undefined ? name : `${name}.${found[2].replace(/\\([^\n])/g, "$1")}`;
      at = header.lastIndex;
    } else {
      const name = /([A-Za-z][A-Za-z0-9-]*)[ \t]*/y;
      name.lastIndex = at;
      const found = name.exec(text);
      if (found === null) return undefined;
      const variable = (found[1] ?? "").toLowerCase();
      const key = section === undefined ? variable : `${section}.${variable}`;
      at = name.lastIndex;
      if (text[at] === "=") {
        const value = parseValue(text, at + 1);
        if (value === undefined) return undefined;
        settings.push({ key, value: value.value });
        at = value.end;
      } else if (at >= text.length || text[at] === "\n") {
        settings.push({ key, value: "true" });
        at = lineEnd(text, at);
      } else return undefined;
    }
  }
  return settings;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  b: "\b",
  '"': '"',
  "\\": "\\",
};

function parseValue(text: string, start: number): { value: string; end: number } | undefined {
  let value = "";
  let spaces = "";
  let quoted = false;
  let at = start;
  for (; at < text.length && text[at] !== "\n"; at++) {
    const character = text[at] ?? "";
    if (!quoted && /\s/.test(character)) {
      if (value !== "") spaces += character;
      continue;
    }
    if (!quoted && (character === "#" || character === ";")) {
      at = lineEnd(text, at);
      break;
    }
    value += spaces;
    spaces = "";
    if (character === '"') quoted = !quoted;
    else if (character !== "\\") value += character;
    else {
      at += 1;
      // A line that ends in a backslash goes on; the end of the file counts as the end of a line, here too.
      const escaped = (text[at] ?? "\n") === "\n" ? "" : ESCAPES[text[at] ?? ""];
      if (escaped === undefined) return undefined;
      value += escaped;
    }
  }
  return quoted ? undefined : { value, end: at };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
