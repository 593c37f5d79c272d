// CODEOWNERS as the forge reads it: the last line that fits a path decides, and a line without owners takes them away.
import { compileGlob } from "#base/glob.ts";
import type { SeenFile, SeenTree } from "./sights.ts";

/** One line with a pattern. `line` counts from 1. */
export type OwnerLine = {
  readonly line: number;
  readonly pattern: string;
  readonly owners: readonly string[];
  /** Of GitLab: each section has an owner of its own for a path. Empty outside of sections. */
  readonly section: string;
  readonly fits: (path: string) => boolean;
};
/** The file in force and its lines. */
export type Codeowners = { readonly file: SeenFile; readonly lines: readonly OwnerLine[] };

/** Places where forges look, the first that is there counts: GitHub, then GitLab. */
export const CODEOWNERS_PLACES = [
  ".github/CODEOWNERS",
  "CODEOWNERS",
  "docs/CODEOWNERS",
  ".gitlab/CODEOWNERS",
] as const;
const LINES_MAX = 5_000;

/** The file in force; undefined where there is none that can be read. */
export function codeowners({ files }: SeenTree): Codeowners | undefined {
  const file = CODEOWNERS_PLACES.map((place) => files.get(place)).find((one) => one !== undefined);
  if (file?.text === undefined) return undefined;
  const isOwner = (word: string): boolean => word.includes("@");
  let section = "";
  let usual: readonly string[] = [];
  const lines = file.text
    .split(/\r?\n/)
    .slice(0, LINES_MAX)
    .flatMap((raw, index): OwnerLine[] => {
      const text = raw.replace(/(?:^|\s)#.*$/, "").trim();
      // The owners of a section of GitLab are those of its lines that name none.
      if (text === "") return [];
      const head = /^\^?\[([^\]]+)\](?:\[\d+\])?\s*(.*)$/.exec(text);
      if (head !== null) {
        section = head[1] ?? "";
        usual = (head[2] ?? "").split(/\s+/).filter(isOwner);
        return [];
      }
      const [pattern = "", ...named] = text.split(/\s+/);
      // A word that is no account, team or address owns nothing: the forges pass over it.
      const own = named.filter(isOwner);
      const owners = own.length > 0 || named.length > 0 ? own : usual;
      return [{ line: index + 1, pattern, owners, section, fits: fitting(pattern) }];
    });
  return { file, lines };
}

/** The line that decides about a path. */
export function decidingLine({ lines }: Codeowners, path: string): OwnerLine | undefined {
  return lines.findLast(({ fits }) => fits(path));
}

/** Who owns a path. */
export function ownersOf(owners: Codeowners, path: string): readonly string[] {
  return decidingLine(owners, path)?.owners ?? [];
}

function fitting(pattern: string): (path: string) => boolean {
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  if (bare === "*" || bare === "**") return () => true;
  const isRooted = pattern.startsWith("/") || bare.includes("/");
  const glob = isRooted || bare.startsWith("**/") ? bare : `**/${bare}`;
  const exact = compileGlob(glob);
  const below = compileGlob(`${glob.replace(/\/\*\*$/, "")}/**`);
  // `docs/*` takes files of that folder alone, `docs/` and `docs/**` all below.
  if (bare.endsWith("/*")) return exact;
  return (path) => exact(path) || below(path);
}
