// Records and copies of one guarded project, as commands work with them: choosing, showing, taking back, putting that on record.
import { randomBytes } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { userName } from "#platform/user.ts";
import { scanText } from "#guard/content/scan.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { undoEvent } from "#record/event/undo-events.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import {
  type ChangeRecord,
  readRecords,
  type UndoPlaces,
  undoPlaces,
  writeRecord,
} from "./change-records.ts";
import { type CopyStore, openCopyStore } from "./copy-store.ts";
import type { State } from "./project-state.ts";
import type { Step } from "./steps.ts";
import { takeBack, type TakeBackPlan } from "./take-back.ts";
import { readUndoKey, undoKey } from "./undo-key.ts";

/** What there is of a project. */
export type ProjectUndo = {
  readonly places: UndoPlaces;
  readonly store: CopyStore;
  readonly records: readonly ChangeRecord[];
  readonly damaged: number;
};

/** Opens it, with a key of its own where nothing was copied so far. Throws a Failure where the key is damaged. */
export function makeProjectUndo(
  directories: Directories,
  project: { readonly id: string; readonly root: string },
): ProjectUndo {
  undoKey(directories.keys);
  const found = openProjectUndo(directories, project);
  if (found !== undefined) return found;
  throw new Failure("key-damaged", "the key of copies was made, and is gone");
}

/** Opens it; undefined where nothing was ever copied. */
export function openProjectUndo(
  { undo, keys }: Directories,
  project: { readonly id: string; readonly root: string },
): ProjectUndo | undefined {
  const key = readUndoKey(keys);
  if (key === undefined) return undefined;
  const places = undoPlaces(undo, project.id);
  const store = openCopyStore(places.copies, key);
  const { records, damaged } = readRecords(places, store);
  return { places, store, damaged, records: records.filter(({ root }) => root === project.root) };
}

/** The records of a call, by its id here or that of the client; of all calls of a session; or of the last call. */
export function chooseRecords(
  records: readonly ChangeRecord[],
  asked: { readonly call?: string | undefined; readonly session?: string | undefined },
): readonly ChangeRecord[] {
  const { call, session } = asked;
  if (session !== undefined) {
    const ids = [...new Set(records.map(({ sessionId }) => sessionId))];
    const of =
      session === "last" ? records.findLast(({ what }) => what === "call")?.sessionId : undefined;
    const matching = ids.filter(
      (id) => id === of || (session !== "last" && id.startsWith(session)),
    );
    if (matching.length !== 1) return [];
    return records.filter((one) => one.sessionId === matching[0] && one.what !== "undo");
  }
  if (call !== undefined) return records.filter(({ id, callId }) => id === call || callId === call);
  const undone = new Set(records.flatMap(({ of = [] }) => of));
  const last = records.findLast(({ id, what }) => what !== "undo" && !undone.has(id));
  return last === undefined ? [] : records.filter(({ callId }) => callId === last.callId);
}

/** Does a plan: the record that takes this back again is kept, and what was done goes into the log. */
export async function carryOut(
  { places, store }: ProjectUndo,
  plan: TakeBackPlan,
  {
    log,
    root,
    chosen,
    what = "undo",
  }: {
    /** WHY given: what cannot be put on record is not done. */
    readonly log: UndoLog;
    readonly root: string;
    readonly chosen: readonly ChangeRecord[];
    /** What a trial changed is made in the project. */
    readonly what?: "undo" | "try";
  },
): Promise<{ readonly id: string; readonly done: number; readonly failed: readonly string[] }> {
  const { done, failed } = takeBack(plan, { root, store });
  const id = randomBytes(6).toString("hex");
  const [first] = chosen;
  const isTrial = what === "try";
  if (done.length > 0)
    writeRecord(places, store, {
      id,
      timeMs: Date.now(),
      root,
      what,
      callId: id,
      tool: what,
      sessionId: first?.sessionId ?? "",
      isShared: false,
      isCut: false,
      ...(isTrial ? {} : { of: chosen.map((one) => one.id) }),
      changes: [...done],
    });
  await log(isTrial ? "committed" : "undone", {
    undo: id,
    files: done.length,
    kept: plan.steps.length - done.length,
    calls: [...new Set(chosen.map(({ callId }) => callId))],
  });
  return { id, done: done.length, failed };
}

type UndoTold = Parameters<typeof undoEvent>[1];

/** Puts on record what was done with changes. */
export type UndoLog = (
  what: UndoTold["what"],
  told: Omit<UndoTold, "what" | "root" | "user">,
) => Promise<void>;

/** What puts on record that changes were taken back, made or thrown away. Rejects where there are no keys of a log. */
export async function openUndoLog(directories: Directories, root: string): Promise<UndoLog> {
  const recorder = await openSpoolRecorder(directories);
  return (what, told) =>
    recorder.append([undoEvent(recorder.stamp(), { ...told, what, root, user: userName() })]);
}

/** Characters of one file that are shown as a difference. */
const SHOWN_CHARS_MAX = 256 * 1024;

/** The difference that a step makes, line by line, or one line that says why its lines are not shown. */
export function stepDiff({ path, now, to }: Step, store: CopyStore): string {
  const texts = [now, to].map((state) => textOf(state, store));
  const [before, after] = texts;
  if (typeof before !== "string" && before !== undefined) return `${path}: ${before.why}\n`;
  if (typeof after !== "string" && after !== undefined) return `${path}: ${after.why}\n`;
  const diff = unifiedDiff(before, after, path);
  // WHY line by line: nothing of a file is to reach a terminal as an order.
  return diff.split("\n").map(printable).join("\n");
}

function textOf(state: State, store: CopyStore): string | undefined | { readonly why: string } {
  if (state.kind === "link") return `link to ${state.to}\n`;
  if (state.kind === "none") return undefined;
  if (state.kind !== "file") return { why: state.kind };
  const bytes = state.copy === undefined ? undefined : store.get(state.copy);
  if (bytes === undefined) return { why: "no copy" };
  if (bytes.includes(0)) return { why: "binary" };
  const text = bytes.toString("utf8");
  if (text.length > SHOWN_CHARS_MAX) return { why: "too long to show" };
  if (scanText(text, "file").findings.length > 0)
    return { why: "holds what looks like a secret, so its lines are not shown" };
  return text;
}
