// Every folder of src says in a README what lives there, so that a stranger who opens it knows where they are.
import { posix } from "node:path";

const LINES_MAX = 8;

/** Folders of `src` that lack their note, or whose note has another name or is no short text. `files` are of the whole repository. */
export function roomNoteFaults(
  files: readonly { readonly path: string; readonly text: string | undefined }[],
): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text ?? ""]));
  const rooms = new Set(
    files.flatMap(({ path }) => (/^src\/.+\.ts$/.test(path) ? [posix.dirname(path)] : [])),
  );
  const without = [...rooms].flatMap((room) => {
    const note = texts.get(`${room}/README.md`);
    if (note === undefined)
      return [`${room} has no README.md: say what lives there, and what does not`];
    const [title = "", gap, ...lines] = note.trimEnd().split("\n");
    const isNamed = title === `# ${room.slice("src/".length)}` && gap === "";
    const isShort = lines.length > 0 && lines.length <= LINES_MAX && lines.join(" ").endsWith(".");
    return isNamed && isShort
      ? []
      : [
          `${room}/README.md has the folder's name as its title, and one to ${LINES_MAX} lines of sentences`,
        ];
  });
  const empty = [...texts.keys()].filter(
    (path) => /^src\/.+\/README\.md$/.test(path) && !isAbove(rooms, posix.dirname(path)),
  );
  return [...without, ...empty.map((path) => `${path} describes a folder without source files`)];
}

function isAbove(rooms: ReadonlySet<string>, folder: string): boolean {
  return [...rooms].some((room) => room === folder || room.startsWith(`${folder}/`));
}
