// Programs that deployed hooks start: their digests when a deployment is made, and how they lie there now.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import type { Site } from "#govern/compile/site.ts";
import type { Deployment } from "#govern/deploy/deployment.ts";
import type { ObservedProgram } from "#govern/deploy/drift.ts";
import { openFlags } from "#platform/open-flags.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import { isOurShim } from "../program/in-force.ts";

const PERMISSIONS = 0o777;
/** A larger program is not held by its digest: it would be read whole with each look. */
const PROGRAM_BYTES_MAX = 64 * 1024 * 1024;

type Program = NonNullable<Deployment["programs"]>[number];

/** The programs of a site's hooks, as far as they can be read. */
export function programsOf({ hooks, ownHooks }: Site): readonly Program[] {
  const named = [
    ...(hooks === undefined
      ? []
      : [{ path: hooks.program, data: hooks.transport === "machine" ? null : hooks.data }]),
    ...ownHooks.map(({ program }) => ({ path: program, data: null })),
  ];
  const once = named.filter(({ path }, at) => named.findIndex((one) => one.path === path) === at);
  return once.flatMap(({ path, data }) => {
    const seen = readProgram(path);
    return typeof seen === "string" ? [] : [{ path, data, digest: digestOf(seen.bytes) }];
  });
}

/** How a program lies there now. */
export function observeProgram({ path, data }: Program): ObservedProgram {
  const seen = readProgram(path);
  if (typeof seen === "string") return { kind: seen };
  const { bytes, mode } = seen;
  const isOurs = data !== null && isOurShim(directoriesIn(data), path, bytes.toString("utf8"));
  return { kind: "file", digest: digestOf(bytes), mode, isOurs };
}

function readProgram(
  path: string,
): { readonly bytes: Buffer; readonly mode: number } | "missing" | "unreadable" {
  try {
    const descriptor = openSync(path, openFlags.readAny);
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile() || status.size > PROGRAM_BYTES_MAX) return "unreadable";
      return { bytes: readFileSync(descriptor), mode: status.mode & PERMISSIONS };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    return errorCode(cause) === "ENOENT" ? "missing" : "unreadable";
  }
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
