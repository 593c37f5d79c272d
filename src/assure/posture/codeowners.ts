// CODEOWNERS as the forge reads it: the last line that fits a path decides, and a line without owners takes them away.
import { compileGlob } from "#base/glob.ts";
import type { SeenFile, SeenTree } from "./inputs/audit-inputs.ts";

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

/** Places where forges look: GitHub, then GitLab, Gitea with its fork, and Bitbucket. */
export const CODEOWNERS_PLACES = [
  ".github/CODEOWNERS",
  "CODEOWNERS",
  "docs/CODEOWNERS",
  ".gitlab/CODEOWNERS",
  ".gitea/CODEOWNERS",
  ".forgejo/CODEOWNERS",
  ".bitbucket/CODEOWNERS",
] as const;
/** Where each forge looks, the first that is there counts (their references). */
const ORDERS = {
  github: [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
  gitlab: ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
  gitea: ["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"],
  bitbucket: [".bitbucket/CODEOWNERS", "CODEOWNERS"],
} as const;
/** A service that keeps repositories and reads CODEOWNERS. */
type Forge = keyof typeof ORDERS;
const SIGNS: readonly (readonly [Forge, RegExp, RegExp])[] = [
  ["github", /github/, /^\.github\/workflows\//],
  ["gitlab", /gitlab/, /^\.gitlab-ci\.ya?ml$/],
  ["gitea", /gitea|forgejo|codeberg/, /^\.(?:gitea|forgejo)\/workflows\//],
  ["bitbucket", /bitbucket/, /^bitbucket-pipelines\.ya?ml$/],
];
const LINES_MAX = 5_000;

/** The forge that keeps a repository, by its address or its pipelines; undefined where they name none or several. */
export function forgeOf({ files }: SeenTree, host = ""): Forge | undefined {
  const named = SIGNS.filter(([, pattern]) => pattern.test(host));
  const shown = SIGNS.filter(([, , pattern]) =>
    [...files.keys()].some((path) => pattern.test(path)),
  );
  const [first, ...others] = named.length > 0 ? named : shown;
  return first === undefined || others.length > 0 ? undefined : first[0];
}

/** The places of a repository's CODEOWNERS files in the order in which its forge looks. */
export function placesFor(tree: SeenTree, host?: string): readonly string[] {
  const forge = forgeOf(tree, host);
  return forge === undefined ? CODEOWNERS_PLACES : ORDERS[forge];
}

/** The file in force; undefined where there is none that can be read. */
export function codeowners({ files }: SeenTree): Codeowners | undefined {
  const tree = { files, shown: "", entries: 0, isWhole: true };
  // Where the forge looks at none, what lies elsewhere is told of as a dead place, and its lines are looked at all the same.
  const file = [...placesFor(tree), ...CODEOWNERS_PLACES]
    .map((place) => files.get(place))
    .find((one) => one !== undefined);
  if (file?.text === undefined) return undefined;
  const hasExpressions = forgeOf(tree) === "gitea" || /^\.(?:gitea|forgejo)\//.test(file.path);
  const hasExclusions = forgeOf(tree) === "gitlab" || file.path.startsWith(".gitlab/");
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
      if (hasExclusions && pattern.startsWith("!"))
        return [{ line: index + 1, pattern, owners: [], section, fits: fitting(pattern.slice(1)) }];
      // GitHub knows no ranges of characters: a line with one fits nothing.
      const isRange =
        pattern.includes("[") && (forgeOf(tree) === "github" || file.path.startsWith(".github/"));
      const fits = hasExpressions
        ? fittingExpression(pattern)
        : isRange
          ? () => false
          : fitting(pattern);
      return [{ line: index + 1, pattern, owners, section, fits }];
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

/**
 * A line of Gitea, whose patterns are regular expressions of the whole path: its fixed pieces in their order. One that is
 * written in another way is taken to fit, so that nobody is told of an owner who is there.
 */
function fittingExpression(written: string): (path: string) => boolean {
  if (written.startsWith("!")) return () => true;
  const pieces = written
    .replace(/^\^/, "")
    .replace(/\$$/, "")
    .split(/(?:\.|\[\^\/\])[*+]/);
  if (pieces.some((piece) => /(?<!\\)[[\](){}|*+?^$]/.test(piece))) return () => true;
  const fixed = pieces.map((piece) => piece.replaceAll(/\\(.)/g, "$1"));
  return (path) => {
    let at = 0;
    for (const [index, piece] of fixed.entries()) {
      const found =
        index === fixed.length - 1 && index > 0 ? path.lastIndexOf(piece) : path.indexOf(piece, at);
      if (found < at || (index === 0 && found !== 0)) return false;
      at = found + piece.length;
    }
    return at === path.length || fixed.at(-1) === "";
  };
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
