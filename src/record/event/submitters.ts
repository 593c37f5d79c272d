// Who hands events in, and what of it may come through the spool: one table for those who write there and for the log that takes it.
import type { EventKind, Submitter } from "./event.ts";
import type { JsonObject } from "../log/leaf.ts";

/** Kinds, and where one is not enough the words of `what` that may be said. */
type Sayable = Readonly<Partial<Record<EventKind, true | readonly string[]>>>;

/**
 * By submitter. The process that has the log appends to it and spools nothing, so that nobody speaks in its name by a file: the
 * spool is for hooks and commands, which have no log. INVARIANT: `openSpoolRecorder` writes by this table what the sequencer takes by it.
 */
export const SPOOLED: Readonly<Record<Submitter, "everything" | "nothing" | Sayable>> = {
  hook: "everything",
  cli: {
    secret: true,
    imported: true,
    import: true,
    archive: true,
    retention: true,
    disclosure: true,
    "erasure-request": true,
    "person-request": true,
    raw: true,
    dashboard: true,
    undo: true,
    control: true,
    isolation: true,
    egress: true,
    mcp: true,
    fleet: true,
    // What of policies a person chooses by a command, with or without a daemon.
    policy: ["observed", "enforced"],
  },
  daemon: "nothing",
  operator: "nothing",
  telemetry: "nothing",
  unknown: "nothing",
};

/** Whether the log takes an event of this clear metadata from the spool. Total. */
export function isSpoolable({ submitter, kind, what }: JsonObject): boolean {
  const known = typeof submitter === "string" && Object.hasOwn(SPOOLED, submitter);
  const sayable = known ? SPOOLED[submitter as Submitter] : "nothing";
  if (typeof sayable === "string") return sayable === "everything";
  const words =
    typeof kind === "string" && Object.hasOwn(sayable, kind) && sayable[kind as EventKind];
  return Array.isArray(words) ? words.includes(what) : words === true;
}
