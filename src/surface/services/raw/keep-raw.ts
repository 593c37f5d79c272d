// Keeping raw texts of judged calls while an approval counts: cut, without secrets, under the person's key, never in the way of an answer.
import { redactJson } from "#guard/content/redact.ts";
import { isAtLeast } from "#guard/content/detection/finding.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { AuditEvent } from "#record/event/event.ts";
import { personOf } from "#record/event/event.ts";
import { rawEvent } from "#record/event/privacy-events.ts";
import type { EventKeys } from "#record/store/keys.ts";
import type { Log } from "#record/store/writing-log.ts";
import { openRawStore } from "#record/store/raw-store.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openHolds } from "../exceptions/holds.ts";
import { openRawApprovals } from "../exceptions/raw-approvals.ts";

const DAY_MS = 86_400_000;
const SWEEP_MS = 3_600_000;
const FIRST_SWEEP_MS = 5_000;
/** Texts that wait for the disk; past this they are left out, so that a flood cannot fill the memory. */
const WAITING_MAX = 1_000;

/** What is kept of a call: what it was asked to do and where, as JSON. Secrets are placeholders unless the approval names them. */
export function rawText(
  { tool, cwd, input }: Pick<ToolCall, "tool" | "cwd" | "input">,
  keepsSecrets: boolean,
  mark: (text: string) => string,
): string {
  const given = { tool, cwd, input } as unknown as Json;
  if (keepsSecrets) return JSON.stringify(given);
  const { value } = redactJson(given, {
    isWithheld: ({ family, tier }) => family === "secret" && isAtLeast(tier, "medium"),
    mark,
  });
  return JSON.stringify(value);
}

export type RawKeeper = {
  /** Keeps the text of a call whose decision is this event, if an approval counts. Never throws and never waits. */
  take(call: ToolCall, decision: AuditEvent): void;
  /** Resolves when all that was taken is on disk or left out. */
  settle(): Promise<void>;
  close(): void;
};

/** Opens it for the daemon that writes `log`. Texts whose time is over are removed each hour, unless a legal hold is in force. */
export function keepRaw(
  directories: Directories,
  log: Pick<Log, "append" | "stamp">,
  given: {
    readonly nowMs: () => number;
    readonly say: (line: string) => void;
    readonly keys: Pick<EventKeys, "installSubject" | "people">;
  },
): RawKeeper {
  const { nowMs, say, keys } = given;
  const { installSubject, people } = keys;
  const approvals = openRawApprovals(directories);
  const store = openRawStore(directories.raw);
  let work: Promise<void> = Promise.resolve();
  let waiting = 0;
  let problem = "";
  const told = (cause: unknown) => {
    const now = cause instanceof Error ? cause.message : "unknown";
    if (now !== problem) say(`raw texts are not kept: ${now}`);
    problem = now;
  };
  const mark = (text: string) => installSubject.pseudonym("raw-mark", text).slice(0, 8);
  const sweep = async () => {
    const removed = await sweepRaw(directories, nowMs());
    if (removed === 0) return;
    const event = rawEvent(log.stamp("daemon"), { what: "removed", days: removed });
    await log.append(event, { durable: false });
  };
  const first = setTimeout(() => void sweep().catch(told), FIRST_SWEEP_MS);
  const timer = setInterval(() => void sweep().catch(told), SWEEP_MS);
  for (const one of [first, timer]) one.unref();
  return {
    take(call, { id, sealed }) {
      const timeMs = nowMs();
      const approval = approvals.inForce(timeMs);
      const person = sealed === undefined ? undefined : personOf(sealed);
      if (approval === undefined || waiting >= WAITING_MAX) return;
      waiting += 1;
      work = work
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(async () => {
          const text = rawText(call, approval.keepsSecrets, mark);
          const subject = person === undefined ? installSubject : people.subjectOf(person);
          await store.append({ id, timeMs, subject, text });
          problem = "";
        })
        .catch(told)
        .finally(() => {
          waiting -= 1;
        });
    },
    settle: () => work,
    close() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}

/** Removes all texts, unless a legal hold is in force. */
export async function removeRaw(directories: Directories): Promise<void> {
  if (openHolds(directories).inForce().length > 0) return;
  await openRawStore(directories.raw).removeAll();
}

/** Removes texts whose time is over; how many days of them. Nothing while a legal hold is in force, or where that cannot be told. */
export async function sweepRaw(directories: Directories, nowMs: number): Promise<number> {
  if (openHolds(directories).inForce().length > 0) return 0;
  const days = openRawApprovals(directories).latest()?.approval.days ?? 0;
  return openRawStore(directories.raw).removeBefore(nowMs - days * DAY_MS);
}
