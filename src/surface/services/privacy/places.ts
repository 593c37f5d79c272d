// The places outside the log that are searched for a person: the client's files, our own, engram, Obsidian, and named folders.
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import * as v from "valibot";
import { userId } from "#platform/user.ts";
import type { PersonInLog } from "#record/store/person-in-log.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type Belonging, folderPlace } from "./folder-place.ts";
import type { PersonalPlace } from "./place.ts";

/** Where to look. Paths are absolute; `folders` and `vaults` were named by a person. */
export type Surroundings = {
  readonly home: string;
  /** The client's own folder. */
  readonly client: string;
  /** Where the system puts what is gone after a moment. */
  readonly temporary: string;
  readonly directories: Directories;
  readonly folders: readonly string[];
  /** Whether the home directory is the person's: then what the client keeps of nobody else is theirs. */
  readonly isOwnHome: boolean;
};

/** Opens every place that is there. `sessions` are the person's, others' sessions stay. */
export function openPlaces(
  where: Surroundings,
  known: Pick<PersonInLog, "sessions" | "otherSessions"> & { readonly exports: readonly string[] },
): readonly PersonalPlace[] {
  const { home, client, directories } = where;
  const engram = join(home, ".engram");
  const places: PersonalPlace[] = [
    folderPlace({
      id: "client",
      what: "the client's transcripts, memory, history and caches",
      roots: [client, join(home, ".claude.json"), clientTemporary(where)].filter(existsSync),
      belonging: clientFiles(where, known),
    }),
    folderPlace({
      id: "engram",
      what: "engram: its database and exports",
      roots: [engram].filter(existsSync),
    }),
    ...obsidianVaults(home).map((root, place) =>
      folderPlace({ id: `obsidian-${place + 1}`, what: "a vault of Obsidian", roots: [root] }),
    ),
    ...where.folders.map((root, place) =>
      folderPlace({ id: `folder-${place + 1}`, what: "a folder that was named", roots: [root] }),
    ),
    ...known.exports.map((path, place) =>
      folderPlace({
        id: `export-${place + 1}`,
        what: "a file that events were delivered to",
        roots: withRotated(path),
      }),
    ),
    folderPlace({
      id: "own",
      what: "our own files beside the log",
      roots: [directories.root],
      belonging: (path) => ownFile(path, directories),
    }),
  ];
  return places;
}

/** A file and what another program made of it when it was full: `events.jsonl.1`, `events.jsonl-20261121.gz`. */
function withRotated(path: string): readonly string[] {
  const folder = dirname(path);
  const name = basename(path);
  if (!existsSync(folder)) return [];
  const isOf = (one: string) => one === name || /^[.-][\w.-]*$/.test(one.slice(name.length));
  return readdirSync(folder)
    .filter((one) => one.startsWith(name) && isOf(one))
    .map((one) => join(folder, one));
}

/** Where the client puts output of background commands, in folders of sessions. */
export function clientTemporary({ temporary }: Pick<Surroundings, "temporary">): string {
  return join(temporary, `claude-${userId() ?? 0}`);
}

const SESSION = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** What the client needs to start, or what a person wrote for it: never removed by us. */
const CLIENT_SETTINGS = /^(?:settings(?:\.local)?\.json|\.credentials\.json|CLAUDE\.md)$/;
/** What the client makes anew, in which a missing line would break it. */
const CLIENT_CACHES =
  /^(?:shell-snapshots|statsig|telemetry|cache|paste-cache|image-cache|debug|backups)$/;

/** Judges the client's files by the ids in their path: of the person's sessions, of somebody else's, of nobody known. */
function clientFiles(
  { client, home, isOwnHome }: Surroundings,
  { sessions, otherSessions }: Pick<PersonInLog, "sessions" | "otherSessions">,
): (path: string) => Belonging {
  const own = new Set(sessions);
  return (path) => {
    if (path === join(home, ".claude.json"))
      return {
        kind: "fixed",
        why: "the client keeps its login and projects in it: run `/logout` in the client, then remove the file",
      };
    const inside = relative(client, path).split(sep);
    const [first = ""] = inside;
    if (inside.length === 1 && CLIENT_SETTINGS.test(first))
      return first === "CLAUDE.md"
        ? { kind: "content" }
        : { kind: "fixed", why: "the client works by it: take the name out by hand" };
    const ids = path.match(SESSION) ?? [];
    if (ids.some((id) => own.has(id))) return { kind: "person" };
    if (ids.some((id) => otherSessions.has(id))) return { kind: "content" };
    // What the log knows no session of is the home directory's user's.
    const isRemembered = ids.length > 0 || inside.includes("memory") || CLIENT_CACHES.test(first);
    return isOwnHome && isRemembered ? { kind: "person" } : { kind: "content" };
  };
}

const LOG = "it is of the log, which is sealed: destroying the key erases it";
const SIGNED =
  "it is signed by the operator and would count for nothing without the words: withdraw or release what names the person";
const WORKS = "the guard works by it: take the project or entry out with its own command";

/** Our own files. What is sealed holds no name; what is signed or works is told rather than broken. */
function ownFile(path: string, directories: Directories): Belonging {
  const { log, keys, spool, outputFile, sessions, raw, root } = directories;
  const isIn = (folder: string) => path.startsWith(`${folder}${sep}`);
  // The order of an erasure names the person until it ends; the index is erased by its own means.
  if (isIn(join(root, "erasures")) || isIn(dirname(directories.indexFile)))
    return { kind: "skipped" };
  // Which the kernel keeps empty, for itself.
  if (
    isIn(join(root, "hold/layers")) &&
    [path, dirname(path)].every((one) => basename(one) === "work")
  )
    return { kind: "skipped" };
  if (isIn(log) || isIn(keys) || isIn(spool) || isIn(sessions) || isIn(raw))
    return { kind: "fixed", why: LOG };
  const signed = [
    ...[directories.statementsFile, directories.exceptionsFile, directories.holdsFile],
    directories.rawFile,
    ...[directories.lockdownSettings, directories.approversFile],
  ];
  const isSigned = signed.includes(path) || isIn(directories.approvals);
  if (isSigned || isIn(directories.deployments)) return { kind: "fixed", why: SIGNED };
  if (path === outputFile) return { kind: "content" };
  return { kind: "fixed", why: WORKS };
}

const vaultsSchema = v.object({
  vaults: v.record(v.string(), v.object({ path: v.pipe(v.string(), v.minLength(1)) })),
});
const VAULTS_MAX = 32;

/** Vaults that Obsidian knows, by the list that the program keeps of them. */
export function obsidianVaults(home: string): readonly string[] {
  const lists = [
    join(home, ".config", "obsidian", "obsidian.json"),
    join(home, "Library", "Application Support", "obsidian", "obsidian.json"),
    join(home, ".var", "app", "md.obsidian.Obsidian", "config", "obsidian", "obsidian.json"),
  ];
  const found = lists.flatMap((path) => {
    const text = existsSync(path) ? readPrivateFile(path, { secret: false }) : undefined;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), vaultsSchema), text);
    return parsed.success ? Object.values(parsed.output.vaults).map((one) => one.path) : [];
  });
  return [...new Set(found)].filter((path) => existsSync(path)).slice(0, VAULTS_MAX);
}
