// Requirements as Python's tools read them: one line or word of a file of requirements, and files that include others.
import { parentPath } from "#base/path.ts";
import type { LookedAt } from "./looked-at.ts";

/** Lines of one file, and files in one another. */
const LINES_MAX = 2_000;
const NESTED_MAX = 3;

const NAME = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[\w\s.,-]*\])?/;
/** What may follow a name: operators and versions, none of which an address or a path can hold. */
const VERSIONS = /^(?:\(?[<>=!~][\w.,<>=!~*+()-]*)?$/;
const MARKER = /^[\w\s.'"<>=!()~+-]*$/;
/** A word of this end is taken for a file. */
const ARCHIVE = /\.(?:whl|zip|egg|t[agbx]z|txz|tlz|tbz2?|tar(?:\.\w+)?)$/i;
/** A path of the project, with or without extras. */
const LOCAL = /^(\.{1,2}|[\w@.-]*\/[\w@./-]*)(?:\[[\w\s.,-]*\])?$/;

/** The name of a package in the form in which names are compared. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The name that a requirement asks a registry for; undefined where it may ask for anything else. */
export function requiredName(text: string): string | undefined {
  const [head = "", ...rest] = text.split(";");
  const found = NAME.exec(head.trim());
  const name = found?.[1] ?? "";
  const versions = head
    .trim()
    .slice(found?.[0].length ?? 0)
    .replaceAll(/\s*([<>=!~,()])\s*/g, "$1")
    .trim();
  if (name === "" || !/\w$/.test(name) || ARCHIVE.test(head.trim())) return undefined;
  if (!VERSIONS.test(versions) || rest.length > 1 || !MARKER.test(rest[0] ?? "")) return undefined;
  return normalName(name);
}

/** The path that a requirement names, without its extras; undefined where it is none. */
export function localPath(text: string): string | undefined {
  const path = LOCAL.exec(text)?.[1];
  return path === undefined || ARCHIVE.test(path) ? undefined : path;
}

/** What a file of requirements asks for; `includes` and `projects` are paths as they stand there. */
type Requirements = {
  readonly names: readonly string[];
  readonly includes: readonly string[];
  readonly projects: readonly string[];
};

/** Options that say nothing of what comes but in which form. */
const PLAIN_LINE =
  /^--(?:pre|prefer-binary|require-hashes|(?:no|only)-binary[= ][\w:,.-]+|index-url[= ]https:\/\/pypi\.org\/simple\/?|use-feature[= ][\w-]+)$/;
const INCLUDE = /^(?:-r|-c|--requirement|--constraint)\s*=?\s*([\w@./-]+)$/;
const PROJECT = /^(?:-e|--editable)\s*=?\s*(\S+)$/;
const HASHES = /(?:\s+--hash[= ]sha(?:256|384|512):[0-9a-f]+)+$/;

/** Ends of lines for pip alone, and remarks that seem to go on in the next line, which do not for all. */
// eslint-disable-next-line no-control-regex
const READ_OTHERWISE = /[\v\f\x1C-\x1E\x85\u2028\u2029]|(?:^|\s)#.*\\\r?$/m;

/** The lines of a text, read; undefined where one may mean something else. */
function readRequirements(text: string): Requirements | undefined {
  const lines = text.replaceAll(/\\\r?\n/g, " ").split(/\r\n?|\n/);
  const names: string[] = [];
  const includes: string[] = [];
  const projects: string[] = [];
  if (lines.length > LINES_MAX || READ_OTHERWISE.test(text)) return undefined;
  for (const whole of lines) {
    const line = whole.replace(/(?:^|\s)#.*$/, "").trim();
    if (line === "" || PLAIN_LINE.test(line)) continue;
    const include = INCLUDE.exec(line)?.[1];
    const project = localPath(PROJECT.exec(line)?.[1] ?? line);
    const name = requiredName(line.length > 20_000 ? "" : line.replace(HASHES, ""));
    if (include !== undefined) includes.push(include);
    else if (line.startsWith("-") && project !== undefined) projects.push(project);
    else if (name !== undefined) names.push(name);
    else if (project !== undefined) projects.push(project);
    else return undefined;
  }
  return { names, includes, projects };
}

/**
 * What a file names with all that it includes; undefined where anything of it is not a plain requirement. `from` is the directory
 * that pip runs in: from there it takes paths of projects, and from the file those of further files.
 */
export function requirementsAt(
  path: string,
  from: string,
  looked: LookedAt,
  depth = 0,
): { readonly names: readonly string[]; readonly projects: readonly string[] } | undefined {
  const seen = looked.read(path);
  if (seen === undefined || seen === "missing" || depth > NESTED_MAX) return undefined;
  const read = readRequirements(seen.text);
  if (read === undefined) return undefined;
  const folder = parentPath(path);
  const inner = read.includes.map((one) => {
    const file = looked.inProject(folder, one);
    return file === undefined ? undefined : requirementsAt(file, from, looked, depth + 1);
  });
  const own = read.projects.map((one) => looked.inProject(from, one));
  const projects = [...own, ...inner.flatMap((one) => one?.projects ?? [])].filter(
    (one) => one !== undefined,
  );
  if (inner.includes(undefined) || own.includes(undefined)) return undefined;
  return { names: [...read.names, ...inner.flatMap((one) => one?.names ?? [])], projects };
}
