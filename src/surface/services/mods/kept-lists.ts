// What people agreed to, file by file, and what sessions have seen: kept so that a change can be shown and told.
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { writePrivateFile } from "../../foundation/files/private-file.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { type CountedFolder, digestOfFiles } from "./mod-digest.ts";

/** Bytes of a list: paths and digests of five thousand files. */
const LIST_BYTES_MAX = 4 * 1024 * 1024;
/** Extensions that are remembered, of all projects. */
const SEEN_MAX = 5_000;

const listSchema = v.strictObject({
  version: v.literal(1),
  files: v.pipe(v.array(v.tuple([v.string(), v.string()])), v.maxLength(10_000)),
});
const seenSchema = v.strictObject({
  version: v.literal(1),
  digests: v.pipe(v.array(v.tuple([v.string(), v.string()])), v.maxLength(SEEN_MAX)),
});

/** Keeps the list of files that a digest stands for. One that is too long is not kept: then its changes cannot be shown. */
export function keepList({ mods: folder }: Directories, { digest, files }: CountedFolder): void {
  const text = JSON.stringify({ version: 1, files: [...files] });
  if (Buffer.byteLength(text) > LIST_BYTES_MAX) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivateFile(join(folder, `${digest}.json`), text);
}

/** The list that was kept of a digest; undefined where there is none or it is another's. */
export function keptList(
  { mods: folder }: Directories,
  digest: string,
): ReadonlyMap<string, string> | undefined {
  const list = read(join(folder, `${digest}.json`), listSchema);
  const files = list === undefined ? undefined : new Map(list.files);
  return files !== undefined && digestOfFiles(files) === digest ? files : undefined;
}

/** How two lists differ, by path. */
export type ListChange = {
  readonly path: string;
  readonly how: "added" | "removed" | "changed";
};

/** The differences, by path. */
export function listChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly ListChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    const how = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    return [{ path, how } as const];
  });
}

/** What sessions of a project have seen; keys hold no name. */
export type SeenDigests = {
  /** Looks at the disk. Never throws: what cannot be read was not seen. */
  of(root: string): SeenInProject;
};

/** As it was at the look. */
export type SeenInProject = {
  /** The digest of a place that was seen. */
  digestOf(place: string): string | undefined;
  /** Remembers what is there now. Never throws: what cannot be remembered is new again. */
  keep(all: readonly { readonly place: string; readonly digest: string }[]): void;
};

/** Opens what was seen. */
export function openSeenDigests({ mods: folder }: Directories): SeenDigests {
  const file = join(folder, "seen.json");
  const keys = new Map<string, string>();
  return {
    of(root) {
      const seen = new Map(read(file, seenSchema)?.digests ?? []);
      const keyOf = (place: string): string => {
        const about = `${root}\0${place}`;
        const key = keys.get(about) ?? createHash("sha256").update(about).digest("hex");
        keys.set(about, key);
        dropOldest(keys, SEEN_MAX);
        return key;
      };
      return {
        digestOf: (place) => seen.get(keyOf(place)),
        keep(all) {
          let isOther = false;
          for (const { place, digest } of all) {
            const key = keyOf(place);
            isOther ||= seen.get(key) !== digest;
            seen.delete(key);
            seen.set(key, digest);
          }
          if (!isOther) return;
          const digests = [...seen].slice(-SEEN_MAX);
          try {
            mkdirSync(folder, { recursive: true, mode: 0o700 });
            writePrivateFile(file, JSON.stringify({ version: 1, digests }));
          } catch {
            // Told as new once more.
          }
        },
      };
    },
  };
}

function read<Output>(file: string, schema: v.GenericSchema<unknown, Output>): Output | undefined {
  const found = readRegularFileNow(file, LIST_BYTES_MAX);
  if (found?.complete !== true) return undefined;
  try {
    const told = v.safeParse(schema, JSON.parse(Buffer.from(found.bytes).toString("utf8")));
    return told.success ? told.output : undefined;
  } catch {
    return undefined;
  }
}
