// Erasing a person: found everywhere, the files rewritten, the index cleaned, the keys destroyed, and a certificate left in the log.
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { PERSONAL_FILE_BYTES_MAX } from "#base/limits.ts";
import { erasureEvent, erasureRequestEvent } from "#record/event/privacy-events.ts";
import { certificateDigest } from "#record/privacy/certificate.ts";
import type { DeletionRequest } from "#record/privacy/deletion-request.ts";
import { createMatcher, isTelling, type PersonMatcher } from "#record/privacy/person.ts";
import { indexKeyOf } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { listSubjects, openKeys, readEventKeys } from "#record/store/keys.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import { viewLog } from "#record/store/log-view.ts";
import { destroySubject, keyTextOf } from "#record/store/people.ts";
import { findPerson } from "#record/store/person-in-log.ts";
import { openRawStore } from "#record/store/raw-store.ts";
import { destroyTexts } from "#record/store/text-keys.ts";
import { syncDirectory } from "#record/store/files/private-files.ts";
import { writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { holdsOn } from "../exceptions/holds.ts";
import { certify } from "./erasure-certificate.ts";
import { bytesOf, filesBelow } from "./file-forms.ts";
import { type ErasureOrder, openOrders, orderFile, removeUnwritten, writeOrder } from "./order.ts";
import type { Found } from "./place.ts";
import { openPlaces, type Surroundings } from "./places.ts";
import { draftRequests, exportFiles, keptRequests, putRequests, readRequests } from "./requests.ts";

/** Who is to be erased: by a user name, address, session id or pseudonym, with other names of the same person. */
export type ErasureRequest = {
  readonly subject: string;
  readonly also: readonly string[];
  readonly where: Omit<Surroundings, "isOwnHome"> & {
    /** Asks others that we can reach at once: the collector, buckets. What is not done stays outstanding. */
    readonly askOthers?: (log: Log) => Promise<void>;
  };
  /** The user of the home directory. */
  readonly homeUser: string;
};

/** What was found in one place. */
export type PlaceFinding = {
  readonly id: string;
  readonly what: string;
  readonly found: readonly Found[];
};

/** What an erasure would do. */
export type ErasurePlan = {
  readonly order: ErasureOrder;
  readonly places: readonly PlaceFinding[];
};

/** What it did. `left` is what nothing could be done about. */
export type ErasureOutcome = ErasurePlan & {
  readonly certificate: string;
  readonly file: string;
  readonly residue: readonly string[];
  /** What other systems were asked, as it stands now. */
  readonly requests: readonly DeletionRequest[];
};

/** `reached` hears of each step that is behind us on disk; the clock is the log's. */
export type ErasurePorts = {
  readonly clock: Clock;
  readonly productVersion: string;
  readonly reached: (point: string) => void;
};

/** Looks everywhere and changes nothing. A Failure `usage` where nobody can be meant, `hold` where data must be kept. */
export async function planErasure(
  request: ErasureRequest,
  nowMs: number,
  { despiteHolds = false } = {},
): Promise<ErasurePlan> {
  const { where } = request;
  const order = await draftOrder(request, nowMs);
  if (!despiteHolds) refuseHeld(where.directories, order);
  const matcher = createMatcher(order);
  const places: PlaceFinding[] = [];
  for (const place of openPlaces({ ...where, isOwnHome: order.isOwnHome }, knownOf(order, where)))
    places.push({ id: place.id, what: place.what, found: await place.look(matcher) });
  return { order: { ...order, done: Object.fromEntries(places.map(countsOf)) }, places };
}

/** What places have to know of an order. */
export function knownOf(
  { sessions, otherSessions, requests }: ErasureOrder,
  { directories }: Pick<ErasureRequest["where"], "directories">,
) {
  const exports = exportFiles(directories, requests);
  return { sessions, otherSessions: new Set(otherSessions), exports };
}

function countsOf({ id, found }: PlaceFinding) {
  const number = (act: Found["act"]) => found.filter((one) => one.act === act).length;
  const counts = { removed: number("remove"), rewritten: number("rewrite"), left: number("leave") };
  return [id, counts] as const;
}

async function draftOrder(request: ErasureRequest, nowMs: number): Promise<ErasureOrder> {
  const { where, subject, homeUser } = request;
  const { directories, folders } = where;
  const checkpoint = await (await viewLog(directories.log, directories.keys)).checkpoint();
  const found = await findPerson(directories, checkpoint.size, subject);
  const isId = found.user !== undefined && !isName(subject, found.user);
  const names = [
    ...new Set([
      ...(found.user === undefined ? [] : [found.user]),
      ...(isId ? [] : [subject]),
      ...request.also,
    ]),
  ];
  const telling = names.filter(isTelling);
  if (names.some((name) => !isTelling(name) && name !== found.user))
    throw new Failure(
      "usage",
      "a name of one or two characters, or one that is a word, stands in every text by chance: give a longer one",
    );
  const { people } = await openKeys(directories.keys);
  const id = randomUUID();
  const subjects = [...found.own.keys()];
  const { positions, period } = found;
  const requests = await draftRequests(directories, {
    erasure: id,
    subjects,
    positions,
    period,
    nowMs,
  });
  const person =
    found.user === undefined
      ? undefined
      : people.known(found.user)?.pseudonym("person", found.user);
  return {
    version: 1,
    id,
    names: telling,
    sessions: [...found.sessions],
    otherSessions: [...found.otherSessions],
    folders: [...folders],
    isOwnHome: names.includes(homeUser),
    person: person ?? `unknown-${randomBytes(8).toString("hex")}`,
    users: found.user === undefined ? [] : [found.user],
    subjects,
    requests: [...requests],
    startedMs: nowMs,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString("base64"),
    events: [...found.own.values()].reduce((sum, events) => sum + events, 0),
    shared: found.shared,
    done: {},
    certificate: null,
  };
}

function isName(given: string, user: string): boolean {
  return given.normalize("NFKC").toLowerCase() === user.normalize("NFKC").toLowerCase();
}

/** A hold stops everything, before anything was done. */
function refuseHeld(directories: Directories, { names, users, sessions }: ErasureOrder): void {
  const holds = holdsOn(directories, { sessions, subjects: [...users, ...names] });
  if (holds.length === 0) return;
  const ids = holds.map(({ id }) => `\`${id}\``).join(", ");
  throw new Failure(
    "hold",
    `nothing is erased while a legal hold keeps these data (${ids}): \`sallyport log hold list\` says which, \`log hold release\` ends one`,
  );
}

/**
 * Erases a person. Nobody else may write the log meanwhile: a Failure `log-in-use` says so. The order is on disk before anything
 * goes, so that after a crash `resumeErasures` ends what was begun.
 */
export async function erasePerson(
  request: ErasureRequest,
  ports: ErasurePorts,
): Promise<ErasureOutcome> {
  const { directories } = request.where;
  const log = await openLog({ ...directories, ...ports });
  try {
    removeUnwritten(directories);
    await log.publish();
    const plan = await planErasure(request, ports.clock.nowMs());
    writeOrder(directories, plan.order);
    ports.reached("order");
    return await carryOut(plan, { ...request.where, log }, ports);
  } finally {
    await log.close();
  }
}

/** Ends the erasures that a crash cut short; a hold that was set meanwhile stops those that destroyed no key yet. */
export async function resumeErasures(
  where: ErasureRequest["where"],
  ports: ErasurePorts,
): Promise<readonly ErasureOutcome[]> {
  const orders = openOrders(where.directories);
  if (orders.length === 0) return [];
  const log = await openLog({ ...where.directories, ...ports });
  try {
    removeUnwritten(where.directories);
    const outcomes: ErasureOutcome[] = [];
    for (const order of orders) {
      if (order.certificate === null) refuseHeld(where.directories, order);
      outcomes.push(
        await carryOut({ order, places: [] }, { ...where, folders: order.folders, log }, ports),
      );
    }
    return outcomes;
  } finally {
    await log.close();
  }
}

type Work = ErasureRequest["where"] & { readonly log: Log };

async function carryOut(
  { order, places }: ErasurePlan,
  where: Work,
  { clock, reached }: ErasurePorts,
): Promise<ErasureOutcome> {
  const { directories, log } = where;
  const matcher = createMatcher(order);
  if (order.certificate === null) {
    for (const place of openPlaces(
      { ...where, isOwnHome: order.isOwnHome },
      knownOf(order, where),
    )) {
      await place.erase(matcher);
      reached(`place:${place.id}`);
    }
    await eraseIndex(directories, order);
    reached("index");
    await eraseRaw(directories, order);
    reached("raw");
    await destroyKeys(directories, order);
    reached("keys");
    const isSearched = order.users.every((user) => order.names.includes(user));
    const nowMs = clock.nowMs();
    putRequests(directories, keptRequests(order.requests, matcher, { isSearched, nowMs }));
    reached("requests");
    await where.askOthers?.(log);
    reached("others");
  }
  const requests = readRequests(directories).filter(({ erasure }) => erasure === order.id);
  const residue = residueOf(directories, matcher, order.id);
  const certificate =
    order.certificate ??
    (await certify(directories, order, { residue: residue.length, requests }, clock.nowMs()));
  if (order.certificate === null) {
    writeOrder(directories, { ...order, certificate });
    reached("certificate");
  }
  const file = join(directories.root, "certificates", `${order.id}.cert`);
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  writePrivateFile(file, certificate);
  reached("file");
  const told = await toldInLog(directories, order);
  for (const request of requests)
    for (const what of stagesOf(request))
      if (!told.has(toldAs(what, request.target)))
        await log.append(erasureRequestEvent(log.stamp("operator"), { ...request, what }), {
          durable: true,
        });
  if (!told.has("erasure")) {
    await log.append(eventOf(log, order, certificate), { durable: true });
    reached("event");
  }
  await log.publish();
  rmSync(orderFile(directories, order.id), { force: true });
  await syncDirectory(join(directories.root, "erasures"));
  reached("end");
  return { order, places, certificate, file, residue, requests };
}

async function eraseIndex({ indexFile, keys }: Directories, order: ErasureOrder): Promise<void> {
  if (statSync(indexFile, { throwIfNoEntry: false }) === undefined) return;
  // What is changed on purpose is sealed anew, or the daemon would take it for an edit.
  const eventKeys = await readEventKeys(keys).catch(() => undefined);
  const key = eventKeys === undefined ? undefined : indexKeyOf(eventKeys);
  const index = await openIndexFile(indexFile, { key });
  try {
    for (const id of order.subjects) index.erase(id);
    index.settle();
  } finally {
    index.close();
  }
}

/** What a person's key seals of raw texts, as long as it tells which ones they are. */
async function eraseRaw({ raw, keys }: Directories, { subjects }: ErasureOrder): Promise<void> {
  const known = (await listSubjects(keys)).filter(({ id }) => subjects.includes(id));
  await openRawStore(raw).erase(known);
}

/** The keys, every copy of one in the data directory, and what leads from the person to one. */
async function destroyKeys({ root, keys }: Directories, order: ErasureOrder): Promise<void> {
  const texts = order.subjects.flatMap((id) => keyTextOf(keys, id) ?? []);
  if (texts.length > 0)
    for (const path of filesBelow(root).paths) {
      const isKey = order.subjects.some((id) => path.endsWith(`${id}.key`));
      if (!isKey && holdsText(path, texts)) rmSync(path, { force: true });
    }
  const { people } = await openKeys(keys);
  for (const user of order.users) rmSync(people.pointerOf(user), { force: true });
  for (const id of order.subjects) {
    // WHY no copies of these are looked for: without the person's key they open nothing.
    destroyTexts(keys, id);
    destroySubject(keys, id);
  }
  // Where the install's own key was the person's, the next one begins here: hooks make none.
  await openKeys(keys);
}

function holdsText(path: string, texts: readonly string[]): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || status.size > PERSONAL_FILE_BYTES_MAX) return false;
  const bytes = bytesOf(path);
  return bytes !== undefined && texts.some((text) => bytes.includes(text));
}

/** Files of the data directory whose bytes still name the person, but the order itself. */
function residueOf(
  directories: Directories,
  matcher: PersonMatcher,
  id: string,
): readonly string[] {
  const own = orderFile(directories, id);
  return filesBelow(directories.root).paths.filter((path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (path === own || status === undefined) return false;
    if (matcher.isIn(path.slice(directories.root.length))) return true;
    if (status.size > PERSONAL_FILE_BYTES_MAX) return false;
    const bytes = bytesOf(path);
    // Of what may not be read nobody can say that it names nobody.
    return bytes === undefined || matcher.isInBytes(bytes);
  });
}

function eventOf(log: Log, order: ErasureOrder, certificate: string) {
  const all = Object.values(order.done);
  const sum = (name: "removed" | "rewritten" | "left") =>
    all.reduce((total, counts) => total + counts[name], 0);
  return erasureEvent(log.stamp("operator"), {
    id: order.id,
    digest: certificateDigest(certificate),
    events: order.events,
    removed: sum("removed"),
    rewritten: sum("rewritten"),
    left: sum("left") + order.shared,
  });
}

const toldAs = (what: unknown, target: unknown) => `${String(what)} ${String(target)}`;

/** What the log says of a request: that it was made, and what became of it at once. */
function stagesOf({ state }: DeletionRequest): readonly ("asked" | "done")[] {
  return state === "done" ? ["asked", "done"] : ["asked"];
}

/** What the log says already: `erasure`, and each stage of each request. */
async function toldInLog(
  { log, keys }: Directories,
  order: ErasureOrder,
): Promise<ReadonlySet<string>> {
  const view = await viewLog(log, keys);
  const told = new Set<string>();
  for await (const { leaf } of view.leaves(order.size, await view.size())) {
    if (leaf.kind !== "leaf" || leaf.metadata["erasure"] !== order.id) continue;
    const { kind, what, target } = leaf.metadata;
    told.add(kind === "erasure" ? "erasure" : toldAs(what, target));
  }
  return told;
}
