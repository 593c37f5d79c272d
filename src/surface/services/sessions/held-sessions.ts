// Sessions that are held: every call of them is refused, over restarts and in each process of ours, until a person releases them.
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Holds } from "#guard/facts/facts.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

/** Why a session is held, as a word for the log and for programs. */
export const HOLD_CAUSES = [
  /** A call ran although it was refused, or although nobody answered the question about it. */
  "ran-although-refused",
  /** What ran is not what was answered. */
  "ran-otherwise",
  /** Code that runs inside of the client, and that nobody agreed to. */
  "mods",
  /** A person, or a rule of theirs, holds it while an incident is looked at. */
  "quarantine",
] as const;

/** Characters of what is told of one held session. */
const WHAT_CHARS_MAX = 1_000;
/** Digests that one held session waits for. */
const DIGESTS_MAX = 256;
/** Held sessions that are kept; of more the longest held are forgotten, for each is one line of what a person is told. */
const HELD_MAX = 4_096;

const heldSchema = v.strictObject({
  version: v.literal(1),
  /** The client's id. */
  sessionId: v.pipe(v.string(), v.maxLength(256)),
  /** The guarded project. */
  root: v.pipe(v.string(), v.maxLength(4_096)),
  cause: v.picklist(HOLD_CAUSES),
  /** A sentence that goes on after "because": what happened, for a person. Never a word of a call. */
  what: v.pipe(v.string(), v.maxLength(WHAT_CHARS_MAX)),
  /** Wall time. */
  sinceMs: v.number(),
  /** Hex SHA-256 of each mod that a person has to agree to; empty for other causes. */
  digests: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), v.maxLength(DIGESTS_MAX)),
});

/** A held session. */
export type HeldSession = Omit<v.InferOutput<typeof heldSchema>, "version">;

/** The held sessions of an installation; each question looks at the disk, so that all processes agree. */
export type HeldSessions = {
  /**
   * Holds a session from now on: every further call of it is refused, whatever the policy, an exception or a time off says. For any
   * part of the program that sees that what ran is not what was answered; `what` is told to the agent and to people, so it
   * holds no word of a call. Gives true when the session was not held before; a second reason is not kept. Never throws: where the
   * disk refuses, this process holds the session by itself.
   */
  hold(held: HeldSession): boolean;
  /** Why a session is held; undefined when it is not. Never throws: a file that cannot be read holds its session. */
  of(sessionId: string): HeldSession | undefined;
  /** All of them, the longest held first. */
  all(): readonly HeldSession[];
  /** Lets a session go on; undefined when it was not held. Only for what a person ordered, or what ended by itself. */
  release(sessionId: string): HeldSession | undefined;
};

/** Opens the held sessions of an installation. */
export function openHeldSessions({ heldSessions: directory }: Directories): HeldSessions {
  /** What could not be written; it holds as long as this process. */
  const unwritten = new Map<string, HeldSession>();
  const fileOf = (sessionId: string) => join(directory, `${nameOf(sessionId)}.json`);
  const of = (sessionId: string) =>
    unwritten.get(sessionId) ?? readHeld(fileOf(sessionId), sessionId);
  const all = () =>
    [...unwritten.values(), ...storedIn(directory)].toSorted(
      (one, other) => one.sinceMs - other.sinceMs,
    );
  return {
    of,
    all,
    hold(held) {
      if (of(held.sessionId) !== undefined) return false;
      const kept = { ...held, what: held.what.slice(0, WHAT_CHARS_MAX) };
      const digests = kept.digests.slice(0, DIGESTS_MAX);
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        const text = JSON.stringify({ version: 1, ...kept, digests });
        writePrivateFile(fileOf(held.sessionId), `${text}\n`);
        for (const { sessionId } of all().slice(0, -HELD_MAX))
          rmSync(fileOf(sessionId), { force: true });
      } catch {
        unwritten.set(held.sessionId, { ...kept, digests });
      }
      return true;
    },
    release(sessionId) {
      const held = of(sessionId);
      if (held === undefined) return undefined;
      unwritten.delete(sessionId);
      rmSync(fileOf(sessionId), { force: true, recursive: true });
      return held;
    },
  };
}

/** What a hold makes of what else restricts a session. */
export function holdsOfHeld(held: HeldSession | undefined, holds: Holds): Holds {
  if (held === undefined) return holds;
  return {
    quarantined: true,
    everything: true,
    reason: held.what,
    instead: howToRelease(held),
  };
}

/** What is done about a held session. */
export function howToRelease({
  cause,
  sessionId,
}: Pick<HeldSession, "cause" | "sessionId">): string {
  if (cause === "quarantine")
    return `tell the person to look at \`sallyport incident list\`; \`sallyport session release ${sessionId}\` lets it go on`;
  return cause === "mods"
    ? "ask the person to look at `sallyport mods list`, and to agree with `sallyport mods agree`, or to remove the mod and begin a new session"
    : `ask the person to look at \`sallyport log detect\` and to end this session; \`sallyport session release ${sessionId}\` lets it go on as it is`;
}

/** WHY a digest: the client's ids are foreign text, and a name in a folder is not the place for it. */
function nameOf(sessionId: string): string {
  return createHash("sha256").update(sessionId).digest("hex");
}

/** WHY nothing of the file is needed: whatever lies in its place must not loosen anything. */
function readHeld(file: string, sessionId: string): HeldSession | undefined {
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    const { version: _, ...held } = v.parse(heldSchema, JSON.parse(readText(file)));
    return held;
  } catch {
    const what = "the file that says why it is held cannot be read";
    const cause = "ran-although-refused";
    return { sessionId, root: "", cause, what, sinceMs: 0, digests: [] };
  }
}

function storedIn(directory: string): readonly HeldSession[] {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory).flatMap((name) => {
    const parsed = v.safeParse(
      v.pipe(v.string(), v.parseJson(), heldSchema),
      textOrNothing(join(directory, name)),
    );
    if (!parsed.success) return [];
    const { version: _, ...held } = parsed.output;
    return [held];
  });
}

function textOrNothing(file: string): string {
  try {
    return readText(file);
  } catch {
    return "";
  }
}

function readText(file: string): string {
  return readPrivateFile(file, { secret: true }) ?? "";
}
