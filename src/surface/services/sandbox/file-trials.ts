// Trials with files: opened for reading, opened for appending and closed unchanged, made under a random name and taken away again.
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, openSync, readdirSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { ProbeArea } from "#govern/sandbox/probe-areas.ts";
import type { Trial } from "#govern/sandbox/probe-report.ts";
import { openFlags } from "#platform/open-flags.ts";
import { errorCode } from "../../foundation/files/private-file.ts";

/** Files of one directory of secrets that are opened, and how deep. */
const FILES_MAX = 24;
const DEPTH_MAX = 2;
/** What lies beside keys and is none. */
const HARMLESS = /^(?:known_hosts|authorized_keys|config|environment|rc)$|\.pub$|\.old$/;

/** Trials of one probe. `shown` is how a path is named to people, `isStandIn` whether the guard put something without values there. */
export class FileTrials {
  readonly leftBehind: string[] = [];
  readonly #shown: (path: string) => string;
  readonly #isStandIn: (path: string) => boolean;

  constructor(shown: (path: string) => string, isStandIn: (path: string) => boolean = () => false) {
    this.#shown = shown;
    this.#isStandIn = isStandIn;
  }

  /** Opens a file, or the files of a directory. Nothing is read. */
  read(area: ProbeArea, path: string): readonly Trial[] {
    return this.#read(area, path, 0);
  }

  #read(area: ProbeArea, path: string, depth: number): readonly Trial[] {
    const base = { area, act: "read", target: this.#shown(path) } as const;
    let status: Stats | undefined;
    try {
      const open = openSync(path, openFlags.readAny);
      status = fstatSync(open);
      closeSync(open);
    } catch (error) {
      return [{ ...base, ...failed(error) }];
    }
    if (status.isDirectory()) return this.#readDirectory(area, path, depth);
    if (this.#isStandIn(path))
      return [
        { ...base, outcome: "refused", note: "a file without its values stands in its place" },
      ];
    // A device such as /dev/null was put over it.
    return status.isFile()
      ? [{ ...base, outcome: "reachable" }]
      : [{ ...base, outcome: "refused", note: "no file: something empty lies over it" }];
  }

  #readDirectory(area: ProbeArea, path: string, depth: number): readonly Trial[] {
    const base = { area, act: "read", target: this.#shown(path) } as const;
    let names: readonly string[];
    try {
      names = readdirSync(path);
    } catch (error) {
      return [{ ...base, ...failed(error) }];
    }
    const wanted = names.filter((name) => !HARMLESS.test(name));
    if (wanted.length === 0) return [{ ...base, outcome: "absent", note: "nothing is in it" }];
    if (depth >= DEPTH_MAX)
      return [{ ...base, outcome: "reachable", note: "the folder can be listed" }];
    const found = wanted
      .slice(0, FILES_MAX)
      .flatMap((name) => this.#read(area, join(path, name), depth + 1));
    return wanted.length > FILES_MAX
      ? [...found, { ...base, outcome: "reachable", note: "the folder can be listed" }]
      : found;
  }

  /** Opens a file for appending and closes it as it is. */
  append(area: ProbeArea, path: string): Trial {
    const base = { area, act: "append", target: this.#shown(path) } as const;
    try {
      closeSync(openSync(path, openFlags.appendAny));
      return { ...base, outcome: "reachable" };
    } catch (error) {
      return { ...base, ...failed(error) };
    }
  }

  /** Makes a file of a random name in a directory and takes it away again. */
  make(area: ProbeArea, directory: string, note?: string): Trial {
    const base = { area, act: "write", target: this.#shown(directory) } as const;
    const path = join(directory, `.sallyport-probe-${randomBytes(8).toString("hex")}`);
    try {
      closeSync(openSync(path, openFlags.appendNew, 0o600));
    } catch (error) {
      return { ...base, ...failed(error) };
    }
    try {
      rmSync(path);
    } catch {
      this.leftBehind.push(path);
    }
    return { ...base, outcome: "reachable", ...(note === undefined ? {} : { note }) };
  }

  /** Opens a device or a setting for a moment, and does nothing with it. */
  open(area: ProbeArea, path: string, how: "read" | "append"): Trial {
    const base = { area, act: how, target: path } as const;
    try {
      closeSync(openSync(path, how === "read" ? openFlags.readAny : openFlags.appendAny));
      return { ...base, outcome: "reachable" };
    } catch (error) {
      return { ...base, ...failed(error) };
    }
  }
}

/** What an error of the system comes to. */
export function failed(error: unknown): Pick<Trial, "outcome" | "errno"> {
  const errno = errorCode(error);
  switch (errno) {
    case undefined:
      return { outcome: "unknown" };
    case "ENOENT":
    case "ENOTDIR":
    case "ENXIO":
    case "ENODEV":
      return { outcome: "absent", errno };
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ELOOP":
      return { outcome: "refused", errno };
    default:
      return { outcome: "unknown", errno };
  }
}
