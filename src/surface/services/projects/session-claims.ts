// Which of several hooks of ours records an event: the first that writes its line, in whatever process it runs.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openFlags } from "#platform/open-flags.ts";
import type { Project } from "./project.ts";

/** The caller that is no entry of the register: a hook that a repository shares. */
export const SHARED_CALLER = "0".repeat(16);

/** The project of a hook that stands in no entry of the register, before it is known which one decides for it. */
export function sharedProject(directory: string): Project {
  return { id: SHARED_CALLER, root: directory, entry: SHARED_CALLER };
}

/** One line: digest of the event (32 hex characters), who was called (16), and the end of the line. */
const LINE_BYTES = 32 + 1 + 16 + 1;
const LINE_FEED = 10;
/** Lines that are looked back; the hooks of one event are called within seconds. */
const LINES_MAX = 1_024;

/** Says whether `caller` (16 hex characters) is the first to be called for an event of a session. */
export type Claim = (session: string, caller: string, event: string) => boolean;

/**
 * The name of an event among those of its session: 32 hex characters. WHY without the end: measured, a command is given the
 * text that is posted to a server, and a line break after it.
 */
export function eventDigest(payload: Uint8Array): string {
  const end = payload.at(-1) === LINE_FEED ? -1 : undefined;
  return createHash("sha256").update(payload.subarray(0, end)).digest("hex").slice(0, 32);
}

/**
 * Builds the claims over one file for each session in `directory`. The same event told twice to one caller is two events;
 * told once to each of two callers it is one. Where the file cannot be used everybody is the first: an event may then be
 * recorded twice, and never not at all.
 */
export function createClaims(directory: string, nameOf: (session: string) => string): Claim {
  return (session, caller, event) => {
    const line = `${event} ${caller}\n`;
    try {
      const path = join(directory, `${nameOf(session)}.claims`);
      return isFirst(writeAndLook(path, line), event, caller);
    } catch {
      return true;
    }
  };
}

/** Appends the line and gives what the file ends with, the line included and perhaps later ones. */
function writeAndLook(path: string, line: string): string {
  const writing = openSync(path, openFlags.append, 0o600);
  try {
    writeSync(writing, line);
  } finally {
    closeSync(writing);
  }
  const descriptor = openSync(path, openFlags.read);
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, LINES_MAX * LINE_BYTES));
    const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("latin1", 0, read);
  } finally {
    closeSync(descriptor);
  }
}

/** The n-th time that a caller tells of an event belongs to the n-th time that another one does. */
function isFirst(text: string, event: string, caller: string): boolean {
  const callers = text
    .split("\n")
    .filter((line) => line.startsWith(event))
    .map((line) => line.slice(event.length + 1));
  const mine = callers.lastIndexOf(caller);
  const nth = callers.filter((one) => one === caller).length;
  const before = callers.slice(0, mine);
  const others = new Set(before.filter((one) => one !== caller));
  return [...others].every((other) => before.filter((one) => one === other).length < nth);
}
