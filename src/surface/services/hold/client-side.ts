// The client's own rules for a command, judged on the text that the agent wrote: the client itself will see the rewritten one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import { isObject } from "#base/json.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { type NativeSession, openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type {
  NativeAnswer,
  NativeCall,
  NativeLayer,
  NativeMode,
  NativeStack,
} from "#guard/native/stack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { lookOnce, statusAt } from "../../foundation/files/picture.ts";
import { openProjectBook, type ProjectBook } from "../projects/projects.ts";
import { DISK, isTrusted, readSettings } from "../containment/native-reading.ts";

/** What the client's settings say of a directory. */
export type ClientSide = {
  /** What the client alone would do with a call. */
  judgeCall(call: NativeCall, mode: NativeMode): NativeAnswer;
  /** What the client alone would do with a command. */
  judge(command: string, cwd: string, mode: NativeMode): NativeAnswer;
  /** The client wraps commands in a sandbox of its own: only one of the two can. */
  readonly hasSandbox: boolean;
  /** Directories that settings name beside the project, as they are written there. */
  readonly additional: readonly NamedDirectory[];
};

/** One of them, and where it stands. */
export type NamedDirectory = Pick<NativeLayer, "source" | "file"> & { readonly directory: string };

const DIRECTORIES_MAX = 32;
/** Bytes of a settings file; the client passes over a larger one. */
const BYTES_MAX = 2 * 1024 * 1024;
const DROP_INS_MAX = 256;

type Kept = { readonly stamp: string; readonly side: ClientSide };
type Source = { readonly source: NativeLayer["source"]; readonly file: string };

type ClientSides = (directory: string) => ClientSide;

/** Homes whose settings stay read: a process serves one, and tests have their own. */
const HOMES_MAX = 8;
const sides = new Map<string, ClientSides>();

/**
 * Reads the client's settings as often as they change on disk. `managed` is the directory of managed ones; refusals that we wrote into
 * them for projects registered in `data` are left out, because what they refuse the policy judges, with more to go by. WHY one for a
 * home: each call asks several times over, and what the client keeps of itself is large and changes with every prompt.
 */
export function clientSidesOf(
  home: string,
  managed: string = MANAGED_DIRECTORY.linux,
  data?: string,
): ClientSides {
  const key = `${home}\0${managed}\0${data ?? ""}`;
  const made = sides.get(key) ?? createClientSides(home, managed, data);
  sides.set(key, made);
  dropOldest(sides, HOMES_MAX);
  return made;
}

function createClientSides(home: string, managed: string, data: string | undefined): ClientSides {
  const register = data === undefined ? undefined : directoriesIn(data).projectsFile;
  const book = register === undefined ? undefined : openProjectBook(register);
  const known = new Map<string, Kept>();
  return (directory) => {
    const sources = sourcesOf(directory, home, managed);
    const stamp = [
      ...sources.map(({ file }) => stampOf(file)),
      stampOf(join(home, ".claude.json")),
      ...(register === undefined ? [] : [stampOf(register)]),
    ];
    const key = stamp.join(" ");
    const kept = known.get(directory);
    if (kept?.stamp === key) return kept.side;
    const side = readSide(directory, home, { sources, ours: (file) => ourRules(book, file) });
    if (known.size >= DIRECTORIES_MAX) known.clear();
    known.set(directory, { stamp: key, side });
    return side;
  };
}

/** Files of settings by layer, whether or not they are there. */
function sourcesOf(directory: string, home: string, managed: string): readonly Source[] {
  const dropIns = join(managed, "managed-settings.d");
  return [
    { source: "managed", file: join(managed, "managed-settings.json") },
    ...lookOnce("drop-ins", dropIns, () => namesIn(dropIns)).map(
      (name): Source => ({ source: "managed", file: join(dropIns, name) }),
    ),
    { source: "local", file: join(directory, ".claude", "settings.local.json") },
    { source: "project", file: join(directory, ".claude", "settings.json") },
    { source: "user", file: join(home, ".claude", "settings.json") },
  ];
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .sort()
      .slice(0, DROP_INS_MAX);
  } catch {
    return [];
  }
}

function stampOf(file: string): string {
  const status = statusAt(file);
  return status === undefined ? "-" : `${status.mtimeMs}:${status.size}:${status.ino}`;
}

/** The client's settings of a directory, as its own decision takes them. */
export function clientStack(
  directory: string,
  home: string,
  managed: string = MANAGED_DIRECTORY.linux,
): Omit<NativeStack, "mode"> {
  const { layers } = readLayers(directory, home, sourcesOf(directory, home, managed));
  return { layers, isTrusted: isTrusted(directory, home), project: directory, home };
}

function readLayers(directory: string, home: string, sources: readonly Source[]) {
  const layers: NativeLayer[] = [];
  let hasSandbox = false;
  for (const { source, file } of sources) {
    const value = contentOf(file);
    const settings = value === undefined ? undefined : readSettings(value);
    if (value === undefined || settings === undefined) continue;
    const root = source === "user" ? join(home, ".claude") : directory;
    layers.push({ source, file, root, settings });
    const sandbox = isObject(value) ? value["sandbox"] : undefined;
    if (isObject(sandbox) && sandbox["enabled"] === true) hasSandbox = true;
  }
  return { layers, hasSandbox };
}

/** The refusals that we wrote into a file, as the register has them; of a damaged one none. */
function ourRules(book: ProjectBook | undefined, file: string): readonly string[] {
  try {
    return (book?.all() ?? []).find(({ settingsFile }) => settingsFile === file)?.undo.rules ?? [];
  } catch {
    return [];
  }
}

function withoutRules(layer: NativeLayer, rules: readonly string[]): NativeLayer {
  const { permissions } = layer.settings;
  if (permissions?.deny === undefined || rules.length === 0) return layer;
  const ours = new Set(rules);
  const deny = permissions.deny.filter((text) => !ours.has(text));
  return { ...layer, settings: { ...layer.settings, permissions: { ...permissions, deny } } };
}

function readSide(
  directory: string,
  home: string,
  from: { readonly sources: readonly Source[]; readonly ours: (file: string) => readonly string[] },
): ClientSide {
  const { layers: all, hasSandbox } = readLayers(directory, home, from.sources);
  const layers = all.map((layer) => withoutRules(layer, from.ours(layer.file)));
  const trusted = isTrusted(directory, home);
  const sessions = new Map<NativeMode, NativeSession>();
  const sessionIn = (mode: NativeMode): NativeSession => {
    const stack = { layers, mode, isTrusted: trusted, project: directory, home };
    const session = sessions.get(mode) ?? openSession(stack);
    sessions.set(mode, session);
    return session;
  };
  const judgeCall = (call: NativeCall, mode: NativeMode): NativeAnswer =>
    simulateNative(sessionIn(mode), call, DISK);
  return {
    judgeCall,
    judge: (command, cwd, mode) =>
      judgeCall({ tool: "Bash", input: { command }, cwd, hasRunShell: true }, mode),
    hasSandbox,
    additional: layers.flatMap(({ source, file, settings }) =>
      (settings.permissions?.additionalDirectories ?? []).map((directory) => ({
        source,
        file,
        directory,
      })),
    ),
  };
}

/** A file's content; undefined for one that the client passes over, or that is not there. */
function contentOf(file: string): Json | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > BYTES_MAX) return undefined;
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    return text.trim() === "" ? {} : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}
