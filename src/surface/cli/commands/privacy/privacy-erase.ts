// `sallyport privacy erase`: says what would be destroyed and where nothing can be done, then does it.
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { deletionWay } from "#record/privacy/deletion-request.ts";
import type { Log } from "#record/store/writing-log.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import {
  erasePerson,
  type ErasureOutcome,
  type ErasurePlan,
  type ErasurePorts,
  planErasure,
  type PlaceFinding,
  resumeErasures,
} from "../../../services/privacy/erasure.ts";
import {
  askBucketsOnce,
  type BucketOutcome,
  eraseFromBuckets,
} from "../../../services/privacy/bucket-erasure.ts";
import { askCollectorOnce } from "../../../services/privacy/collector-erasure.ts";
import { fetchRecorded } from "../../../services/secrets/providers/fetch-secret.ts";
import { bucketLines } from "./privacy-requests.ts";
import { typedAtTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { personOptions, personRequest } from "../../log/personal-places.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

/** Files of one place that are listed; the rest is counted, and `--json` has all. */
const LISTED_MAX = 20;

/** `sallyport privacy erase`. */
export const eraseCommand = defineCommand({
  meta: {
    name: "erase",
    description: `forget a person: in the log, the index, the client's files, engram, Obsidian and folders that you name

  sallyport privacy erase ada                       what would be done, and where nothing can be; changes nothing
  sallyport privacy erase ada --yes                 does it, after a word typed at a terminal
  sallyport privacy erase ada --yes --events 1200   the same where nobody can type; the plan says the number
  sallyport privacy erase ada --also ada@corp.example --folder ./exports,/mnt/archive
  sallyport privacy erase --resume --yes            ends what a crash cut short

Run \`sallyport daemon stop\` first. A legal hold on the person or a session stops it. What an erasure leaves is a signed
certificate that names nobody; \`sallyport privacy verify\` checks it.`,
  },
  args: {
    ...personOptions,
    subject: { ...personOptions.subject, required: false },
    yes: { type: "boolean", alias: "y", description: "do it; without, nothing is changed" },
    events: {
      type: "string",
      valueHint: "NUMBER",
      description: "with --yes: entries that nobody can open afterwards, as a confirmation",
    },
    resume: { type: "boolean", description: "end erasures that were begun and not ended" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const isJson = args.json === true;
    const { subject } = args;
    if ((subject === undefined || subject === "") !== (args.resume === true))
      throw new Failure("usage", "name a person, or `--resume` alone");
    const asked = personRequest({ ...args, subject: subject ?? "" });
    const { directories } = asked.where;
    const bucketPorts = { nowMs: Date.now, fetchSecret: fetchRecorded(directories) };
    const askOthers = async (log: Log) => {
      await askCollectorOnce(directories, log, Date.now());
      await askBucketsOnce(directories, bucketPorts);
    };
    const request = { ...asked, where: { ...asked.where, askOthers } };
    if (args.resume === true) {
      if (args.yes !== true) throw new Failure("usage", "`--resume` goes with `--yes`");
      const outcomes = await resumeErasures(request.where, ports());
      if (outcomes.length === 0) await print(isJson ? "[]" : "no erasure was cut short");
      for (const outcome of outcomes) await tellOutcome(outcome, isJson);
      return;
    }
    await takeSpooled(directories);
    const plan = await planErasure(request, Date.now());
    const isDry = true;
    const buckets = await eraseFromBuckets(directories, plan.order.requests, {
      ...bucketPorts,
      isDry,
    });
    if (args.yes !== true) {
      await tellPlan(plan, buckets, isJson);
      return;
    }
    if (!isJson) await tellPlan(plan, buckets, false);
    if (!(await isConfirmed(plan, args.events))) {
      process.stderr.write("sallyport: the word was not typed; nothing changed\n");
      process.exitCode = 1;
      return;
    }
    await tellOutcome(await erasePerson(request, ports()), isJson);
  },
});

function ports(): ErasurePorts {
  return {
    clock: { nowMs: () => Date.now(), monotonicMs },
    productVersion: productVersion(),
    reached: () => undefined,
  };
}

/** WHY: what goes is evidence too. A number that only the plan says stands in where nobody sits at a terminal. */
async function isConfirmed({ order }: ErasurePlan, events: string | undefined): Promise<boolean> {
  if (events === undefined)
    return typedAtTerminal([`sallyport destroys the keys of ${order.events} entries for ever`]);
  if (events !== String(order.events))
    throw new Failure(
      "usage",
      `\`--events\` is not the number of the plan: run this without \`--yes\` and read it`,
    );
  return true;
}

async function tellPlan(
  { order, places }: ErasurePlan,
  buckets: readonly BucketOutcome[],
  isJson: boolean,
): Promise<void> {
  if (isJson) {
    const { names, sessions, subjects, size, events, shared } = order;
    const log = { size, events, shared, keys: subjects.length };
    const { requests } = order;
    const objects = buckets.flatMap(({ request: { target }, objects: found }) =>
      found.map((one) => ({ target, ...one })),
    );
    const plan = { outcome: "planned", names, sessions, log, places, requests, objects };
    await print(printableJson(plan));
    return;
  }
  const { size, events, shared, subjects, sessions } = order;
  await print(
    `log: ${events} of ${size} entries can be opened by nobody once ${subjects.length} keys are destroyed; ${sessions.length} sessions`,
  );
  if (shared > 0)
    await print(
      `log: nothing can be done about ${shared} entries of before each person had a key: their key seals other people's too`,
    );
  for (const place of places) await tellPlace(place);
  for (const { target, to, entries, firstMs, lastMs } of order.requests)
    await print(
      `sent to ${target} (${to}): ${entries} entries, ${dayOf(firstMs)} to ${dayOf(lastMs)}: ${deletionWay(to).how}`,
    );
  for (const outcome of buckets)
    for (const line of bucketLines(outcome, LISTED_MAX)) await print(line);
  await print(
    "not searched: git histories, backups, copies on other machines, proof files with revealed entries",
  );
}

async function tellPlace({ id, what, found }: PlaceFinding): Promise<void> {
  const number = (act: string) => found.filter((one) => one.act === act).length;
  await print(
    `${id} (${what}): ${number("remove")} removed, ${number("rewrite")} rewritten, ${number("leave")} left`,
  );
  // What we leave is for a person to do, so it is never cut.
  const left = found.filter(({ act }) => act === "leave");
  const done = found.filter(({ act }) => act !== "leave");
  for (const { path, act, count } of done.slice(0, LISTED_MAX))
    await print(`  ${act}  ${printable(path)}${act === "rewrite" ? ` (${count})` : ""}`);
  if (done.length > LISTED_MAX) await print(`  and ${done.length - LISTED_MAX} more: --json`);
  for (const { path, why } of left) await print(`  left  ${printable(path)}: ${why ?? ""}`);
}

async function tellOutcome(outcome: ErasureOutcome, isJson: boolean): Promise<void> {
  const { order, file, residue, requests } = outcome;
  const left = Object.values(order.done).reduce((sum, counts) => sum + counts.left, order.shared);
  const open = requests.filter(({ state }) => state === "outstanding");
  if (left > 0 || residue.length > 0 || open.length > 0) process.exitCode = 1;
  if (isJson) {
    const { id, events, subjects, done } = order;
    const log = { events, keys: subjects.length };
    await print(
      printableJson({ outcome: "erased", id, log, places: done, left, residue, requests, file }),
    );
    return;
  }
  await print(`erased: ${order.events} entries can be opened by nobody any more`);
  if (left > 0) await print(`left: ${left} places that the plan names, for you to clean`);
  for (const path of residue) await print(`still names the person: ${printable(path)}`);
  for (const { target, entries } of open)
    await print(
      `outstanding: ${entries} entries were sent to ${target}; \`privacy requests\` has all`,
    );
  await print(`certificate: ${printable(file)}`);
}
