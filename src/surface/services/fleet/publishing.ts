// Putting a fleet's bundles and assignments where machines fetch them: a folder that any file server can hand out.
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import {
  type Assignment,
  assignmentPath,
  bundlePath,
  machineDigest,
} from "#govern/bundle/assignment.ts";
import { writeBeside } from "#govern/settings/deploy.ts";
import { errorCode } from "#platform/private-file.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { keyLabel } from "../policy/bundle-keys.ts";
import { formatAssignment, readAssignment, requireAssigned } from "./signed-assignment.ts";

/** A file server reads them as whoever it is. */
const FILE_MODE = 0o644;
/** Files that are looked at and written at once. */
const AT_ONCE = 16;
/** Days after which an assignment that did not change is signed anew: machines tell one of 30 days as old. */
const RENEW_DAYS = 7;
const DAY_MS = 86_400_000;

/** What one machine is to have. */
export type MachineOrder = {
  readonly machine: string;
  readonly bundle: Assignment["bundle"];
};

export type Publication = {
  readonly signer: NoteSigner;
  readonly fleet: string;
  readonly assignments: readonly MachineOrder[];
  /** The texts of bundles by the SHA-256 that orders name; those that are published already may be missing. */
  readonly bundles: readonly string[];
  readonly nowMs: number;
};

/** What was done, in numbers of files. */
export type Published = {
  readonly bundles: number;
  readonly written: number;
  readonly unchanged: number;
};

/**
 * Writes what changed and nothing else, each file whole, bundles before what names them. A machine whose order did not change keeps
 * its file for a week. Throws a Failure `fleet-publish` where a bundle is missing or a file cannot be written.
 */
export async function writeAssignments(directory: string, given: Publication): Promise<Published> {
  const { assignments, fleet, signer, nowMs } = given;
  const bundles = await writeBundles(directory, given);
  const counts = { bundles, written: 0, unchanged: 0 };
  const made = new Set<string>();
  const one = async ({ machine, bundle }: MachineOrder): Promise<void> => {
    const path = join(directory, assignmentPath(fleet, machine));
    const before = await assignmentAt(path, signer);
    const isSame =
      before !== undefined &&
      before.key === keyLabel(signer.verifier) &&
      before.fleet === fleet &&
      JSON.stringify(sorted(before.bundle)) === JSON.stringify(sorted(bundle)) &&
      nowMs - before.issuedMs < RENEW_DAYS * DAY_MS;
    if (isSame) {
      counts.unchanged += 1;
      return;
    }
    // WHY of the time: a folder that was lost and made anew goes on above what machines have seen.
    const number = Math.max((before?.number ?? 0) + 1, Math.floor(nowMs));
    const digest = machineDigest(fleet, machine);
    const text = formatAssignment(
      { format: 1, fleet, machine: digest, number, issuedMs: Math.floor(nowMs), bundle },
      signer,
    );
    await writeIn(path, text, made);
    counts.written += 1;
  };
  for (let first = 0; first < assignments.length; first += AT_ONCE)
    await Promise.all(assignments.slice(first, first + AT_ONCE).map(one));
  return counts;
}

async function writeBundles(
  directory: string,
  { assignments, bundles }: Publication,
): Promise<number> {
  const texts = new Map(
    bundles.map((text) => [createHash("sha256").update(text).digest("hex"), text]),
  );
  const named = new Set(assignments.flatMap(({ bundle }) => bundle?.content ?? []));
  const made = new Set<string>();
  let written = 0;
  for (const content of named) {
    const path = join(directory, bundlePath(content));
    const known = await textAt(path);
    const isThere =
      known !== undefined && createHash("sha256").update(known).digest("hex") === content;
    if (isThere) continue;
    const text = texts.get(content);
    if (text === undefined)
      throw new Failure(
        "fleet-publish",
        `the bundle ${content} that a machine is to have is neither given nor in \`${directory}\``,
      );
    await writeIn(path, text, made);
    written += 1;
  }
  return written;
}

/** What is published for a machine now; undefined for nothing that the signer stands for, which is written anew. */
async function assignmentAt(path: string, signer: NoteSigner): Promise<Assignment | undefined> {
  const text = await textAt(path);
  if (text === undefined) return undefined;
  try {
    const signed = readAssignment(text, path);
    requireAssigned(signed, [signer.verifier], path);
    return signed.assignment;
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw unwritable(path, cause);
  }
}

async function writeIn(path: string, text: string, made: Set<string>): Promise<void> {
  const folder = dirname(path);
  try {
    if (!made.has(folder)) await mkdir(folder, { recursive: true, mode: 0o755 });
    made.add(folder);
    const temporary = await writeBeside(path, text, FILE_MODE);
    try {
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw cause;
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): Failure {
  return new Failure(
    "fleet-publish",
    `\`${path}\` cannot be written; check the disk and its rights`,
    {
      cause,
    },
  );
}

function sorted(bundle: Assignment["bundle"]): unknown {
  return bundle === null ? null : [bundle.version, bundle.content, bundle.stage];
}
