// Requests of people about their data, kept beside the log; each step is put on record before it counts.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { personRequestEvent } from "#record/event/privacy-events.ts";
import {
  dueMsOf,
  type PersonRequest,
  type PersonRight,
  personRequestSchema,
  type RequestStep,
  withStep,
} from "#record/privacy/person-request.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

const REQUESTS_MAX = 10_000;
const fileSchema = v.strictObject({
  version: v.literal(1),
  requests: v.pipe(v.array(personRequestSchema), v.maxLength(REQUESTS_MAX)),
});

const fileOf = ({ root }: Directories) => join(root, "person-requests.json");

/** All requests, the oldest first. Throws a Failure `privacy` where the file was damaged. */
export function readPersonRequests(directories: Directories): readonly PersonRequest[] {
  const file = fileOf(directories);
  const text = readPrivateFile(file, { secret: true });
  if (text === undefined) return [];
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (parsed.success) return parsed.output.requests;
  throw new Failure(
    "privacy",
    `\`${file}\` is damaged: restore it; \`sallyport log query kind:person-request\` says what was entered`,
  );
}

/** The request of that id, which may be cut short. Throws a Failure `usage` where it names none, or several. */
export function personRequestNamed(directories: Directories, id: string): PersonRequest {
  const found = readPersonRequests(directories).filter((one) => id !== "" && one.id.startsWith(id));
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  throw new Failure(
    "usage",
    `\`${printable(id)}\` names ${only === undefined ? "no request" : "several requests"}: \`sallyport privacy case list\` shows their ids`,
  );
}

/** A new request; nothing is kept of it yet. */
export function newPersonRequest(input: {
  readonly right: PersonRight;
  readonly reference: string;
  readonly receivedMs: number;
  readonly nowMs: number;
}): PersonRequest {
  const { right, reference, receivedMs, nowMs } = input;
  const steps = [{ step: "received" as const, atMs: nowMs, note: "" }];
  return { id: randomBytes(6).toString("hex"), right, reference, receivedMs, steps };
}

/** Puts the last step of a request on record, then keeps the request. */
export async function keepPersonRequest(
  directories: Directories,
  request: PersonRequest,
  nowMs: number,
): Promise<void> {
  const { id, right, receivedMs, steps } = request;
  const last = steps.at(-1);
  if (last === undefined) return;
  const recorder = await openSpoolRecorder(directories, {
    clock: { nowMs: () => nowMs, monotonicMs },
  });
  const event = personRequestEvent(recorder.stamp(), {
    what: last.step,
    request: id,
    right,
    receivedMs,
    dueMs: dueMsOf(request),
  });
  await recorder.append([event]);
  const others = readPersonRequests(directories);
  const requests = others.some((one) => one.id === id)
    ? others.map((one) => (one.id === id ? request : one))
    : [...others, request];
  if (requests.length > REQUESTS_MAX)
    throw new Failure("privacy", `more than ${REQUESTS_MAX} requests are kept: archive the file`);
  writePrivateFile(fileOf(directories), `${JSON.stringify({ version: 1, requests })}\n`);
}

/** A request with one more step, on record. Throws a Failure `usage` where it cannot be taken now. */
export async function enterStep(
  directories: Directories,
  request: PersonRequest,
  {
    step,
    note,
    nowMs,
  }: { readonly step: RequestStep; readonly note: string; readonly nowMs: number },
): Promise<PersonRequest> {
  const next = withStep(request, { step, atMs: nowMs, note });
  await keepPersonRequest(directories, next, nowMs);
  return next;
}
