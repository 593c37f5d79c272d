// Every folder of src says in a README what lives there, and the tables of places in READMEs name only what is there.
import { posix } from "node:path";

const LINES_MAX = 8;
const TABLE = "| what | where |";

type NotedFile = { readonly path: string; readonly text: string | undefined };

/** Folders of `src` that lack their note, or whose note has another name or is no short text. `files` are of the whole repository. */
export function roomNoteFaults(files: readonly NotedFile[]): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text ?? ""]));
  const rooms = new Set(
    files.flatMap(({ path }) => (/^src\/.+\.ts$/.test(path) ? [posix.dirname(path)] : [])),
  );
  const without = [...rooms].flatMap((room) => {
    const note = texts.get(`${room}/README.md`);
    if (note === undefined)
      return [`${room} has no README.md: say what lives there, and what does not`];
    const [title = "", gap, ...lines] = beforeTable(note).trimEnd().split("\n");
    const isNamed = title === `# ${room.slice("src/".length)}` && gap === "";
    const isShort = lines.length > 0 && lines.length <= LINES_MAX && lines.join(" ").endsWith(".");
    return isNamed && isShort
      ? []
      : [
          `${room}/README.md has the folder's name as its title, and one to ${LINES_MAX} lines of sentences before its table`,
        ];
  });
  const empty = [...texts.keys()].filter(
    (path) => /^src\/.+\/README\.md$/.test(path) && !isAbove(rooms, posix.dirname(path)),
  );
  return [...without, ...empty.map((path) => `${path} describes a folder without source files`)];
}

/** Places that a table of a README, or a page of how to change something, names and that are not there. */
export function placeNameFaults(files: readonly NotedFile[]): readonly string[] {
  const paths = files.map(({ path }) => path);
  const names = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  return files.flatMap(({ path, text = "" }) =>
    namedPlaces(path, text).flatMap((place) =>
      isThere(place, paths, names) ? [] : [`${path} names \`${place}\`, which is not there`],
    ),
  );
}

function namedPlaces(path: string, text: string): readonly string[] {
  const isDoor = /^(?:AGENTS\.md|docs\/contributing\/.*\.md)$/.test(path);
  const isTable = /^(?:src|test|scripts)\/.*README\.md$/.test(path) && text.includes(TABLE);
  if (!isDoor && !isTable) return [];
  return [...text.matchAll(/`((?:src|test|scripts|data|docs|dashboard)\/[^`\s]*)`/g)].flatMap(
    ([, place = ""]) => alternatives(place),
  );
}

/** `a/{b,c}.ts` as `a/b.ts` and `a/c.ts`. */
function alternatives(place: string): readonly string[] {
  const found = /^([^{]*)\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}(.*)$/.exec(place);
  if (found === null) return [place];
  const [, before = "", inner = "", after = ""] = found;
  return inner.split(/,(?![^{]*\})/).flatMap((one) => alternatives(`${before}${one}${after}`));
}

function isThere(place: string, paths: readonly string[], names: ReadonlySet<string>): boolean {
  const plain = place.replace(/\/$/, "");
  if (!/[<*]|NNNN|NAME/.test(plain)) return names.has(plain);
  const parts = plain.split(/<[^>]*>|\*|NNNN-title|NAME/);
  const pattern = new RegExp(
    `^${parts.map((part) => part.replace(/[.+?^$()[\]{}|\\]/g, "\\$&")).join("[^/]+")}$`,
  );
  return paths.some((path) => pattern.test(path)) || [...names].some((name) => pattern.test(name));
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

function beforeTable(note: string): string {
  const at = note.indexOf(TABLE);
  return at < 0 ? note : note.slice(0, at);
}

function isAbove(rooms: ReadonlySet<string>, folder: string): boolean {
  return [...rooms].some((room) => room === folder || room.startsWith(`${folder}/`));
}
