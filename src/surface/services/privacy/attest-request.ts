// What a person says became of entries that another system was sent, on record in that person's name; and which events those are.
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { erasureRequestEvent } from "#record/event/privacy-events.ts";
import type { DeletionRequest } from "#record/privacy/deletion-request.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import { readRequests, settleRequest } from "./requests.ts";

/** The requests that `ERASURE/TARGET` names, or a Failure `usage`. The erasure's id may be cut short. */
export function requestsNamed(directories: Directories, name: string): readonly DeletionRequest[] {
  const [erasure = "", target] = name.split("/");
  const found = readRequests(directories).filter(
    (one) => erasure !== "" && one.erasure.startsWith(erasure) && one.target === target,
  );
  if (found.length > 0 && new Set(found.map((one) => one.erasure)).size === 1) return found;
  throw new Failure(
    "usage",
    `\`${printable(name)}\` names no request: \`sallyport privacy requests\` lists them as ERASURE/TARGET`,
  );
}

/** Puts on record that outstanding requests were carried out elsewhere, and closes them. Says how many. */
export async function attestRequests(
  directories: Directories,
  requests: readonly DeletionRequest[],
  attested: { readonly approver: string; readonly note: string; readonly nowMs: number },
): Promise<number> {
  const { approver, note, nowMs } = attested;
  const open = requests.filter(({ state }) => state === "outstanding");
  await recordRequests(
    directories,
    open,
    { what: "attested", attested: { approver, note } },
    nowMs,
  );
  // WHY what the log has sealed is not repeated here: the file would name who attested.
  for (const request of open)
    settleRequest(directories, { ...request, state: "attested", settledMs: nowMs, note: "" });
  return open.length;
}

/** Puts what became of requests on record, through the spool. */
export async function recordRequests(
  directories: Directories,
  requests: readonly DeletionRequest[],
  became: Pick<Parameters<typeof erasureRequestEvent>[1], "what" | "attested">,
  nowMs: number,
): Promise<void> {
  const clock = { nowMs: () => nowMs, monotonicMs };
  const recorder = await openSpoolRecorder(directories, { clock });
  const events = requests.map((request) =>
    erasureRequestEvent(recorder.stamp(), { ...request, ...became }),
  );
  if (events.length > 0) await recorder.append(events);
}

/** Ids of the events of a request, as other systems know them; those that were removed from the log are passed over. */
export async function* eventIdsOf(
  directories: Directories,
  { ranges }: Pick<DeletionRequest, "ranges">,
): AsyncGenerator<string> {
  const view = await viewLog(directories.log, directories.keys);
  const size = await view.size();
  for (const range of ranges.split(",").filter((one) => one !== "")) {
    const [first = 0, last = first] = range.split("-").map(Number);
    for await (const { leaf } of view.leaves(first, Math.min(size, last + 1)))
      if (leaf.kind === "leaf") yield leaf.id;
  }
}
