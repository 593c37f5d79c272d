// Reading a raw text: only who is named in the approval, with a reason, and on record before a character of it is given.
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { rawEvent } from "#record/event/privacy-events.ts";
import { readSubjects } from "#record/store/keys.ts";
import { openRawStore } from "#record/store/raw-store.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import { openRawApprovals } from "../exceptions/raw-approvals.ts";

const REASON_CHARS_MAX = 300;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who reads and why. */
export type RawReader = { readonly user: string; readonly reason: string; readonly nowMs: number };

/** A reader whose access is on record: the texts of events, by their ids. */
export type OpenedRaw = (eventId: string) => Promise<string | undefined>;

/**
 * Opens the store for one purpose: `read` of the event that is named, or `backtest` over all of it. The access is durable on
 * record when this resolves. A Failure `raw` where the approval, which may be over, does not name the reader.
 */
export async function openRaw(
  directories: Directories,
  { user, reason, nowMs }: RawReader,
  purpose: { readonly what: "read"; readonly event: string } | { readonly what: "backtest" },
): Promise<OpenedRaw> {
  const latest = openRawApprovals(directories).latest();
  if (latest === undefined)
    throw new Failure(
      "raw",
      "no raw text is kept here: nobody approved it with `sallyport raw enable`",
    );
  if (!latest.approval.readers.includes(user))
    throw new Failure("raw", "the approval of the raw store does not name you as a reader");
  if (reason.trim() === "" || reason.length > REASON_CHARS_MAX)
    throw new Failure("usage", `\`--reason\` says why, in at most ${REASON_CHARS_MAX} characters`);
  if (purpose.what === "read" && !ID.test(purpose.event))
    throw new Failure("usage", "name an event by its whole id, as `sallyport log tail` shows it");
  const clock = { nowMs: () => nowMs, monotonicMs };
  const recorder = await openSpoolRecorder(directories, { clock });
  const event = rawEvent(recorder.stamp(), {
    ...purpose,
    approval: latest.approval.id,
    words: { reason, approver: user },
  });
  await recorder.append([event]);
  const store = openRawStore(directories.raw);
  const find = await readSubjects(directories.keys);
  return (id) => (ID.test(id) ? store.read(id, timeOf(id), find) : Promise.resolve(undefined));
}

/** The milliseconds in a UUIDv7. */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}
