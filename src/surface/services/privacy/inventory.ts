// What lies on this machine about its users: the client's memory, transcripts and caches, our own data, other programs' memories.
import { existsSync, lstatSync } from "node:fs";
import { join, sep } from "node:path";
import { diskEncryption, type DiskEncryption } from "#platform/disk-encryption.ts";
import { textsFolder } from "#record/store/text-keys.ts";
import { filesBelow } from "./file-forms.ts";
import type { Surroundings } from "./places.ts";
import { clientTemporary, obsidianVaults } from "./places.ts";

/** One kind of file. Sizes in bytes, times in Unix milliseconds of the last change. */
export type InventoryItem = {
  readonly owner: "client" | "sallyport" | "engram" | "obsidian";
  readonly what: string;
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
  /** Files that others than their owner may read. */
  readonly open: number;
  /** Whether the bytes are sealed by the program that wrote them, whatever the disk does. */
  readonly sealed: boolean;
  readonly disk: DiskEncryption;
};

type Kind = Pick<InventoryItem, "owner" | "what" | "path"> & {
  readonly sealed?: boolean;
  readonly holds?: (path: string) => boolean;
};

const isMemory = (path: string) => path.includes("/memory/");

/** Looks at all of them; what is not there is left out. */
export function takeInventory(where: Omit<Surroundings, "isOwnHome">): readonly InventoryItem[] {
  return kindsOf(where)
    .filter(({ path }) => existsSync(path))
    .map(({ owner, what, path, sealed = false, holds = () => true }) => {
      const all = filesBelow(path).paths.filter(holds);
      const status = all.flatMap((one) => lstatSync(one, { throwIfNoEntry: false }) ?? []);
      const times = status.map(({ mtimeMs }) => mtimeMs);
      return {
        owner,
        what,
        path,
        files: status.length,
        sealed,
        bytes: status.reduce((sum, { size }) => sum + size, 0),
        oldestMs:
          times.length === 0 ? undefined : Math.floor(times.reduce((a, b) => Math.min(a, b))),
        newestMs:
          times.length === 0 ? undefined : Math.floor(times.reduce((a, b) => Math.max(a, b))),
        open: status.filter(({ mode }) => (mode & 0o044) !== 0).length,
        disk: diskEncryption(path),
      };
    });
}

function kindsOf(where: Omit<Surroundings, "isOwnHome">): readonly Kind[] {
  const { client, home, directories } = where;
  const ofClient = (what: string, name: string): Kind => ({
    owner: "client",
    what,
    path: join(client, name),
  });
  const isTextKey = (path: string) => path.startsWith(`${textsFolder(directories.keys)}${sep}`);
  const own = (what: string, path: string, sealed: boolean): Kind => ({
    owner: "sallyport",
    what,
    path,
    sealed,
  });
  return [
    { ...ofClient("transcripts", "projects"), holds: (path) => !isMemory(path) },
    { ...ofClient("memory of projects", "projects"), holds: isMemory },
    ofClient("memory of agents", "agent-memory"),
    ofClient("instructions of the user", "CLAUDE.md"),
    ofClient("history of prompts", "history.jsonl"),
    ofClient("lists of tasks", "todos"),
    ofClient("lists of tasks", "tasks"),
    ofClient("copies of edited files", "file-history"),
    ofClient("snapshots of the shell", "shell-snapshots"),
    ofClient("variables of sessions", "session-env"),
    ofClient("pasted text", "paste-cache"),
    ofClient("plans", "plans"),
    ofClient("traces of faults", "debug"),
    ofClient("login", ".credentials.json"),
    { owner: "client", what: "login and projects", path: join(home, ".claude.json") },
    { owner: "client", what: "output of background commands", path: clientTemporary(where) },
    own("log", directories.log, true),
    own("index", directories.indexFile, false),
    { ...own("keys", directories.keys, false), holds: (path) => !isTextKey(path) },
    own("keys of texts, one a day", textsFolder(directories.keys), false),
    own("sessions", directories.sessions, true),
    own("raw texts of calls", directories.raw, true),
    own("copies of what calls changed", directories.undo, true),
    own("events on their way", directories.spool, true),
    own("certificates of erasures", join(directories.root, "certificates"), false),
    { owner: "engram", what: "memory", path: join(home, ".engram") },
    ...obsidianVaults(home).map(
      (path): Kind => ({ owner: "obsidian", what: "notes of a vault", path }),
    ),
  ];
}
