// Which version of the client sessions on this machine are had with, as their transcripts say it.
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "#base/json.ts";
import { openFlags } from "#platform/open-flags.ts";

/** Each row of a transcript names the version; the last ones are read, because a session may go on with a newer client. */
const END_BYTES = 256 * 1024;
const ROWS_MAX = 500;
const TRANSCRIPTS_MAX = 2_000;
const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,6}[0-9A-Za-z.+-]{0,12}$/;

/** Remembers the transcript of the session that was heard of last, and says the client's version. */
export type ClientSeen = {
  note(transcript: string | undefined): void;
  /**
   * Empty while it is not known. `config` is the client's configuration directory; `roots`: projects whose transcripts are looked for
   * there where no session was heard of.
   */
  version(config: string, roots: readonly string[]): string;
};

/** Builds it; nothing is read before the version is asked for. */
export function createClientSeen(): ClientSeen {
  let noted: string | undefined;
  let last = "";
  return {
    note(transcript) {
      noted = transcript ?? noted;
    },
    version(config, roots) {
      const place = noted ?? newestTranscript(config, roots);
      last = (place === undefined ? undefined : versionIn(place)) ?? last;
      return last;
    },
  };
}

/** The version that the last row of a transcript names which names one. Never throws. */
export function versionIn(transcript: string): string | undefined {
  const rows = endOf(transcript).split("\n").slice(-ROWS_MAX).toReversed();
  for (const row of rows) {
    const version: unknown = row.includes('"version"') ? Object(readJson(row)).version : undefined;
    if (typeof version === "string" && VERSION.test(version)) return version;
  }
  return undefined;
}

function endOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, openFlags.readAny);
    const status = fstatSync(file);
    if (!status.isFile()) return "";
    const bytes = Buffer.alloc(Math.min(END_BYTES, status.size));
    const length = readSync(file, bytes, 0, bytes.length, status.size - bytes.length);
    return bytes.toString("utf8", 0, length);
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** WHY by name: the client names the folder of a project by its path, with a dash for what is no letter or digit. */
function newestTranscript(config: string, roots: readonly string[]): string | undefined {
  let newest: { readonly path: string; readonly changedMs: number } | undefined;
  for (const root of roots) {
    const folder = join(config, "projects", root.replaceAll(/[^A-Za-z0-9]/g, "-"));
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (changedMs > (newest?.changedMs ?? 0)) newest = { path, changedMs };
    }
  }
  return newest?.path;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .slice(0, TRANSCRIPTS_MAX);
  } catch {
    return [];
  }
}
