// Erasing from buckets that events were delivered to: objects are written anew without the person's entries, read back, and older versions deleted.
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { Failure } from "#base/failure.ts";
import { type DeletionRequest, rangesIn } from "#record/privacy/deletion-request.ts";
import { ERASED } from "#record/privacy/person.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type Bucket, openBucket } from "../export/bucket.ts";
import { readPem } from "../export/pem-file.ts";
import type { FetchSecret } from "../secrets/providers/fetch-secret.ts";
import { createPorts } from "../export/target-ports.ts";
import { type ExportTarget, readTargets } from "../export/targets-file.ts";
import { readRequests, settleRequest } from "./requests.ts";

const unzip = promisify(gunzip);
const zip = promisify(gzip);
/** Bytes of an object when it is unpacked: the largest batch is a quarter of it. */
const OBJECT_BYTES_MAX = 64 * 1024 * 1024;
const NOTE_CHARS_MAX = 300;

/** An object that holds entries of the person. `act` is what is done: `remove` where nothing else is in it. */
export type FoundObject = {
  readonly name: string;
  readonly act: "rewrite" | "remove";
  readonly lines: number;
};

/** What was done, or would be. */
export type BucketErasure = {
  readonly objects: readonly FoundObject[];
  /** Older versions that were deleted; in a dry run 0. */
  readonly versions: number;
};

/** How a request to a bucket stands after it was tried. */
export type BucketOutcome = {
  readonly request: DeletionRequest;
  readonly objects: readonly FoundObject[];
};

type Ports = {
  readonly nowMs: () => number;
  readonly fetchSecret: FetchSecret;
  readonly waitMs?: number;
};

/**
 * Takes the entries of outstanding requests out of the buckets that they went to, and writes down what was done. What cannot be
 * done stays outstanding and says why. With `isDry` nothing is changed, here or there. Never rejects for a bucket's sake.
 */
export async function eraseFromBuckets(
  directories: Directories,
  requests: readonly DeletionRequest[],
  { isDry, ...ports }: Ports & { readonly isDry: boolean },
): Promise<readonly BucketOutcome[]> {
  const targets = readTargets(directories.exportsFile);
  const outcomes: BucketOutcome[] = [];
  for (const request of requests) {
    if (request.to !== "s3" || request.state !== "outstanding") continue;
    let objects: readonly FoundObject[] = [];
    let settled: DeletionRequest;
    try {
      const done = await eraseOne(directories, request, { targets, isDry, ports });
      objects = done.objects;
      settled = { ...request, state: "done", settledMs: ports.nowMs(), note: noteOf(done, isDry) };
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      settled = { ...request, note: cause.message.slice(0, NOTE_CHARS_MAX) };
    }
    if (!isDry) settleRequest(directories, settled);
    outcomes.push({ request: isDry ? { ...request, note: settled.note } : settled, objects });
  }
  return outcomes;
}

/** For whoever erases: tries every bucket once, and says which requests are done now. */
export async function askBucketsOnce(directories: Directories, ports: Ports): Promise<void> {
  const requests = readRequests(directories);
  if (requests.some(({ to, state }) => to === "s3" && state === "outstanding"))
    await eraseFromBuckets(directories, requests, { ...ports, isDry: false });
}

async function eraseOne(
  directories: Directories,
  request: DeletionRequest,
  given: {
    readonly targets: readonly ExportTarget[];
    readonly isDry: boolean;
    readonly ports: Ports;
  },
): Promise<BucketErasure> {
  const ranges = rangesIn(request.ranges);
  if (ranges === undefined)
    throw new Failure(
      "bucket",
      "it names more ranges than are told apart: delete by the events' ids (`--ids`)",
    );
  const target = given.targets.find(
    (one) => one.bucket !== undefined && isWhere(request.destination, one.target.destination),
  );
  if (target?.bucket === undefined)
    throw new Failure(
      "bucket",
      "no target of `exports.yaml` goes there now: set it up again, or delete the entries there",
    );
  const ids = await idsAt(directories, ranges);
  const { bucket, ca } = target;
  const { nowMs, waitMs } = given.ports;
  const secrets = createPorts(target, given.ports);
  try {
    const opened = openBucket({
      url: bucket.url,
      prefix: bucket.prefix,
      region: bucket.region,
      nowMs,
      ca: readPem(ca),
      credentials: {
        id: await secrets.secret(bucket.keyId),
        secret: await secrets.secret(bucket.secretKey),
      },
      ...(waitMs === undefined ? {} : { waitMs }),
    });
    try {
      return await eraseFrom(opened, { ranges, ids, isDry: given.isDry });
    } finally {
      opened.close();
    }
  } finally {
    secrets.close();
  }
}

type Ranges = readonly { readonly first: number; readonly last: number }[];
/** Whether a destination is the one of a request, in which a name may be erased. */
function isWhere(kept: string, destination: string): boolean {
  const parts = kept.split(ERASED).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".{1,100}")}$`, "u").test(destination);
}

type Gone = {
  readonly ranges: Ranges;
  /** Ids by index, as far as the log still has the entries. */
  readonly ids: ReadonlyMap<number, string>;
};

async function idsAt(
  { log, keys }: Directories,
  ranges: Ranges,
): Promise<ReadonlyMap<number, string>> {
  const view = await viewLog(log, keys);
  const size = await view.size();
  const ids = new Map<number, string>();
  for (const { first, last } of ranges)
    for await (const { index, leaf } of view.leaves(first, Math.min(size, last + 1)))
      if (leaf.kind === "leaf") ids.set(index, leaf.id);
  return ids;
}

async function eraseFrom(
  bucket: Bucket,
  { isDry, ...gone }: Gone & { readonly isDry: boolean },
): Promise<BucketErasure> {
  const objects: FoundObject[] = [];
  let versions = 0;
  const isVersioned = !isDry && (await bucket.isVersioned());
  for (const name of await (isVersioned ? bucket.listVersioned() : bucket.list())) {
    if (!mayHold(name, gone.ranges)) continue;
    const found = await eraseObject(bucket, name, { ...gone, isDry });
    if (found !== undefined) objects.push(found);
    // WHY also where nothing was found: a run that broke off may have left older versions of what it wrote anew.
    if (isVersioned) versions += await bucket.dropOlder(name);
  }
  return { objects, versions };
}

/** By the name that the exporter gives: `<first>-<last>.jsonl.gz`. */
function mayHold(name: string, ranges: Ranges): boolean {
  const [, from, to] = /^(\d{12})-(\d{12})\.jsonl\.gz$/.exec(name) ?? [];
  return ranges.some(({ first, last }) => first <= Number(to) && last >= Number(from));
}

async function eraseObject(
  bucket: Bucket,
  name: string,
  { isDry, ...gone }: Gone & { readonly isDry: boolean },
): Promise<FoundObject | undefined> {
  const bytes = await bucket.get(name);
  if (bytes === undefined) return undefined;
  const lines = (await linesOf(bytes)).split("\n").filter((line) => line !== "");
  const kept = lines.filter((line) => !isGone(line, gone));
  if (kept.length === lines.length) return undefined;
  const act = kept.length === 0 ? "remove" : "rewrite";
  const found = { name, act, lines: lines.length - kept.length } as const;
  if (isDry) return found;
  if (act === "remove") await bucket.remove(name);
  else {
    const body = await zip(`${kept.join("\n")}\n`);
    await bucket.put(name, body);
    if ((await bucket.get(name))?.equals(body) !== true)
      throw new Failure("bucket", `\`${name}\` does not read back as it was written`);
  }
  return found;
}

async function linesOf(bytes: Buffer): Promise<string> {
  try {
    return (await unzip(bytes, { maxOutputLength: OBJECT_BYTES_MAX })).toString("utf8");
  } catch {
    throw new Failure(
      "bucket",
      "an object with these entries is no gzip file of lines: look at who else writes there",
    );
  }
}

/** An entry of the person: its index is theirs, and its id is the one that the log has there. Forms: native, OCSF, ECS. */
function isGone(line: string, { ranges, ids }: Gone): boolean {
  let document: Record<string, Record<string, unknown> | undefined>;
  try {
    document = JSON.parse(line) as typeof document;
  } catch {
    return false;
  }
  const index: unknown =
    document["index"] ?? document["metadata"]?.["sequence"] ?? document["event"]?.["sequence"];
  const id: unknown = document["id"] ?? document["metadata"]?.["uid"] ?? document["event"]?.["id"];
  if (typeof index !== "number") return false;
  if (!ranges.some(({ first, last }) => first <= index && index <= last)) return false;
  return !ids.has(index) || ids.get(index) === id;
}

function noteOf({ objects, versions }: BucketErasure, isDry: boolean): string {
  const number = (act: FoundObject["act"]) => objects.filter((one) => one.act === act).length;
  if (isDry)
    return `${number("rewrite")} objects would be written anew, ${number("remove")} deleted, older versions too`;
  const older = versions === 0 ? "" : `, ${versions} older versions deleted`;
  return `${number("rewrite")} objects written anew, ${number("remove")} deleted${older}`;
}
