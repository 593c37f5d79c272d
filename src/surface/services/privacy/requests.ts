// Following what left: which targets got a person's events, the register of what was asked of them, and asking the collector.
import { statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  type DeletionRequest,
  deletionRequestSchema,
  isSameRequest,
  rangesOf,
  withRequests,
} from "#record/privacy/deletion-request.ts";
import type { PersonMatcher } from "#record/privacy/person.ts";
import { findDeliveries } from "#record/store/delivery-store.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readTargets } from "../export/targets-file.ts";
import type { Forwarder } from "../fleet/forwarder.ts";
import { readForwarding } from "../fleet/forwarding.ts";

const REQUESTS_MAX = 100_000;
const fileSchema = v.strictObject({
  version: v.literal(1),
  requests: v.pipe(v.array(deletionRequestSchema), v.maxLength(REQUESTS_MAX)),
});

const fileOf = ({ root }: Directories) => join(root, "erasure-requests.json");

/** All requests, the oldest first. A Failure `erasure` where the file was damaged. */
export function readRequests(directories: Directories): readonly DeletionRequest[] {
  const file = fileOf(directories);
  const text = readPrivateFile(file, { secret: true });
  if (text === undefined) return [];
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (parsed.success) return parsed.output.requests;
  throw new Failure("erasure", `\`${file}\` is damaged: restore it; the log says what was asked`);
}

/** Adds requests, or says how they stand now. */
export function putRequests(directories: Directories, more: readonly DeletionRequest[]): void {
  if (more.length === 0) return;
  const requests = withRequests(readRequests(directories), more);
  writePrivateFile(fileOf(directories), `${JSON.stringify({ version: 1, requests })}\n`);
}

/** Puts what was settled in the place of what was open. */
export function settleRequest(directories: Directories, settled: DeletionRequest): void {
  const requests = readRequests(directories).map((one) =>
    isSameRequest(one, settled) ? settled : one,
  );
  writePrivateFile(fileOf(directories), `${JSON.stringify({ version: 1, requests })}\n`);
}

const FILE = /^file (\/.+)$/;

/** Files that events are, or were, delivered to: of the targets and of the record of deliveries. */
export function exportFiles(
  directories: Directories,
  requests: readonly Pick<DeletionRequest, "destination">[],
): readonly string[] {
  const recorded = requests.flatMap(({ destination }) => FILE.exec(destination)?.[1] ?? []);
  const set = readTargets(directories.exportsFile).flatMap(({ path }) => path ?? []);
  return [...new Set([...set, ...recorded])].sort();
}

/** Who got entries of the person, by their indices in rising order: each target by the record of deliveries, and the collector. */
export async function draftRequests(
  directories: Directories,
  { erasure, subjects, positions, period, nowMs }: Draft,
): Promise<readonly DeletionRequest[]> {
  const kinds = new Map(readTargets(directories.exportsFile).map(({ name, to }) => [name, to]));
  const open = { askedMs: nowMs, state: "outstanding", settledMs: null, note: "" } as const;
  const deliveries = await findDeliveries(directories.exports, positions);
  const requests = deliveries.map((delivery): DeletionRequest => {
    const { target, destination, fields, first, last, firstMs, lastMs, isCertain } = delivery;
    const went = positions.filter((place) => place >= first && place <= last);
    const to = kinds.get(target) ?? (FILE.test(destination) ? "file" : "unknown");
    return {
      erasure,
      target,
      to,
      destination,
      fields,
      subjects: [],
      isCertain,
      ...open,
      entries: delivery.entries,
      ranges: rangesOf(went),
      firstMs,
      lastMs,
    };
  });
  const collector = readForwarding(directories.forwardingFile);
  if (collector === undefined || subjects.length === 0) return requests;
  const { fromMs, untilMs } = period ?? { fromMs: nowMs, untilMs: nowMs };
  return [
    ...requests,
    {
      erasure,
      target: "collector",
      to: "collector",
      destination: collector.url,
      fields: "",
      entries: positions.length,
      ranges: rangesOf(positions),
      isCertain: false,
      ...open,
      firstMs: fromMs,
      lastMs: untilMs,
      subjects: [...subjects],
    },
  ];
}

type Draft = {
  readonly erasure: string;
  readonly subjects: readonly string[];
  readonly positions: readonly number[];
  readonly period: { readonly fromMs: number; readonly untilMs: number } | undefined;
  readonly nowMs: number;
};

/**
 * The requests as they are kept: without the name, and done where the erasure reaches the file itself. A user name that is a word
 * is searched in no text (`isSearched` is false): where it left in the clear, the entries stay asked for.
 */
export function keptRequests(
  requests: readonly DeletionRequest[],
  matcher: PersonMatcher,
  { isSearched, nowMs }: { readonly isSearched: boolean; readonly nowMs: number },
): readonly DeletionRequest[] {
  return requests.map((one): DeletionRequest => {
    const path = FILE.exec(one.destination)?.[1];
    const destination = matcher.without(one.destination);
    if (path === undefined) return { ...one, destination };
    if (!isSearched && one.fields.includes("user=clear"))
      return {
        ...one,
        destination,
        note: "the name is a word that texts hold by chance: delete these entries by the ids of their events (`--ids`)",
      };
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
      ? { ...one, destination, state: "done", settledMs: nowMs, note: "erased in the file itself" }
      : { ...one, destination, note: "the file is not where it was" };
  });
}

/** How the collector answered: what is settled now, and whether it has to be asked again before anything is handed in. */
export type Asked = { readonly settled: readonly DeletionRequest[]; readonly isWaiting: boolean };

/**
 * Asks the collector for what is outstanding with it, and writes down what it did. Rejects with a Failure `collector` where it
 * is not reached. `tree` is the name of the log's key.
 */
export async function askCollector(
  directories: Directories,
  erase: Forwarder["erase"],
  { tree, nowMs }: { readonly tree: string; readonly nowMs: number },
): Promise<Asked> {
  const settled: DeletionRequest[] = [];
  for (const request of readRequests(directories)) {
    if (request.to !== "collector" || request.state !== "outstanding") continue;
    const answer = await erase(tree, request.subjects);
    if (answer.kind === "waiting") {
      const why = "why" in answer ? answer.why : undefined;
      if (why !== undefined && request.note !== why)
        settleRequest(directories, { ...request, note: why });
      return { settled, isWaiting: true };
    }
    if (answer.kind === "refused") {
      if (request.note !== answer.why)
        settleRequest(directories, { ...request, note: answer.why.slice(0, 300) });
      continue;
    }
    const note = `${answer.events} entries of its store`;
    const done = { ...request, state: "done", settledMs: nowMs, note } as const;
    settleRequest(directories, done);
    settled.push(done);
  }
  return { settled, isWaiting: false };
}
