// `sallyport privacy requests`: what other systems were sent of people who were erased, how it leaves them, and what is still open.
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { userName } from "#platform/user.ts";
import { type DeletionRequest, deletionWay } from "#record/privacy/deletion-request.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { fetchRecorded } from "../../../services/secrets/providers/fetch-secret.ts";
import {
  attestRequests,
  eventIdsOf,
  recordRequests,
  requestsNamed,
} from "../../../services/privacy/attest-request.ts";
import { type BucketOutcome, eraseFromBuckets } from "../../../services/privacy/bucket-erasure.ts";
import { readRequests } from "../../../services/privacy/requests.ts";
import { typedAtTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

const NOTE_CHARS_MAX = 300;

/** `sallyport privacy requests`. */
export const requestsCommand = defineCommand({
  meta: {
    name: "requests",
    description: `what other systems were sent of people who were erased, and what became of it

  sallyport privacy requests                                    all of them; none names anybody
  sallyport privacy requests 3f2a/siem --ids                    ids of the events, one a line, to delete them there
  sallyport privacy requests 3f2a/siem --attest "ticket 4711"   says that it is done; typed at a terminal, on record
  sallyport privacy requests --dry-run                          objects of buckets that would be written anew or deleted
  sallyport privacy requests --carry-out                        does it; typed at a terminal, on record

What we can reach ourselves (files, objects of buckets, the collector's stores) is done by the erasure; what it could not reach is asked
again by the daemon for a collector and by \`--carry-out\` for a bucket.`,
  },
  args: {
    request: { type: "positional", required: false, description: "ERASURE/TARGET, as listed" },
    ids: { type: "boolean", description: "ids of the events" },
    "dry-run": { type: "boolean", description: "what `--carry-out` would do in buckets" },
    "carry-out": { type: "boolean", description: "take the entries out of buckets" },
    attest: { type: "string", valueHint: "TEXT", description: "how it was deleted there" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { request: name } = args;
    if (name === undefined && (args.ids === true || args.attest !== undefined))
      throw new Failure("usage", "name a request as ERASURE/TARGET");
    const requests =
      name === undefined ? readRequests(directories) : requestsNamed(directories, name);
    if (args.ids === true) {
      for (const request of requests)
        for await (const id of eventIdsOf(directories, request)) await print(id);
      return;
    }
    if (args["dry-run"] === true || args["carry-out"] === true)
      return carryOut(directories, requests, { isAsked: args["carry-out"] === true });
    if (args.attest !== undefined) return attest(directories, requests, args.attest);
    if (requests.some(({ state }) => state === "outstanding")) process.exitCode = 1;
    if (args.json === true) {
      const told = requests.map((one) => ({ ...one, way: deletionWay(one.to) }));
      return print(printableJson(told));
    }
    for (const request of requests) await print(requestText(request));
    if (requests.length === 0)
      await print("no other system was sent anything of people who were erased");
  },
});

async function attest(
  directories: ReturnType<typeof directoriesIn>,
  requests: readonly DeletionRequest[],
  note: string,
): Promise<void> {
  if (note.trim() === "" || note.length > NOTE_CHARS_MAX)
    throw new Failure("usage", `\`--attest\` says how, in at most ${NOTE_CHARS_MAX} characters`);
  const lines = ["sallyport takes these entries to be deleted:", ...requests.map(requestText)];
  if (!(await typedAtTerminal(lines))) {
    process.stderr.write("sallyport: the word was not typed; nothing changed\n");
    process.exitCode = 1;
    return;
  }
  const approver = userName();
  const count = await attestRequests(directories, requests, {
    approver,
    note,
    nowMs: Date.now(),
  });
  await print(`attested: ${count}`);
}

async function carryOut(
  directories: ReturnType<typeof directoriesIn>,
  requests: readonly DeletionRequest[],
  { isAsked }: { readonly isAsked: boolean },
): Promise<void> {
  const ports = { nowMs: Date.now, fetchSecret: fetchRecorded(directories) };
  const planned = await eraseFromBuckets(directories, requests, { ...ports, isDry: true });
  const lines = planned.flatMap((outcome) => bucketLines(outcome, Infinity));
  if (planned.length === 0) return print("nothing is outstanding with a bucket");
  if (!isAsked) return print(lines.join("\n"));
  if (!(await typedAtTerminal(["sallyport takes these entries out of buckets:", ...lines]))) {
    process.stderr.write("sallyport: the word was not typed; nothing changed\n");
    process.exitCode = 1;
    return;
  }
  const outcomes = await eraseFromBuckets(directories, requests, { ...ports, isDry: false });
  const done = outcomes.map(({ request }) => request).filter(({ state }) => state === "done");
  await recordRequests(directories, done, { what: "done" }, Date.now());
  for (const { request } of outcomes) await print(requestText(request));
  if (done.length < outcomes.length) process.exitCode = 1;
}

/** What was found in a bucket, and why not where it was not looked at. Names of objects hold indices alone. */
export function bucketLines(
  { request: { target, note }, objects }: BucketOutcome,
  listedMax: number,
): readonly string[] {
  const listed = objects.slice(0, listedMax);
  return [
    `${printable(target)}: ${printable(note)}`,
    ...listed.map(({ act, name, lines }) => `  ${act}  ${printable(name)} (${lines} entries)`),
    ...(listed.length < objects.length ? [`  and ${objects.length - listed.length} more`] : []),
  ];
}

function requestText(request: DeletionRequest): string {
  const { erasure, target, to, entries, firstMs, lastMs, state, destination, note, ranges } =
    request;
  const way = deletionWay(to);
  return [
    `${state}  ${printable(`${erasure}/${target}`)}  ${entries} entries, ${dayOf(firstMs)} to ${dayOf(lastMs)}${note === "" ? "" : `; ${printable(note)}`}`,
    `  to ${printable(destination)}; entries ${ranges}`,
    ...(state === "outstanding"
      ? [`  ${way.hasInterface ? "" : "no interface for it: "}${way.how}`]
      : []),
  ].join("\n");
}
