// An erasure that is killed: a made-up installation of three people, erasing one of them, and what may be left afterwards.
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { findPerson } from "#record/store/person-in-log.ts";
import { viewLog } from "#record/store/log-view.ts";
import { WORK_PREFIX } from "#record/store/index/foreign-database.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { erasePerson, resumeErasures } from "#surface/services/privacy/erasure.ts";
import { openOrders } from "#surface/services/privacy/order.ts";
import { verifyCertificate } from "#surface/services/privacy/verify-certificate.ts";
import {
  filesWith,
  makePeople,
  makeWorld,
  PORTS,
  requestIn,
  type Somebody,
} from "../surface/services/privacy/world.ts";

const SEED = 9;
const PEOPLE = 3;
const EVENTS_EACH = 10;
const people = makePeople(PEOPLE, SEED);
const textsOf = ({ user, mail, sessions }: Somebody) => [user, mail, ...sessions];

function gone(): Somebody {
  const [, one] = people;
  if (one === undefined) throw new Error("there are people");
  return one;
}

/** Makes the installation in `work`, whose path is in its files, and a copy of it in `base`; ids of its events by index. */
export async function makeErasable(work: string, base: string): Promise<Map<number, string>> {
  const { directories } = await makeWorld(work, PEOPLE, SEED);
  const view = await viewLog(directories.log, directories.keys);
  const ids = new Map<number, string>();
  for await (const { index, leaf } of view.leaves(0, await view.size()))
    if (leaf.kind === "leaf") ids.set(index, leaf.id);
  cpSync(work, base, { recursive: true });
  return ids;
}

/** Ends what was begun, or erases the second of them, unless that was done. */
export async function eraseOne(root: string): Promise<void> {
  const request = requestIn(root, people, gone());
  if ((await resumeErasures(request.where, PORTS)).length > 0) return;
  const { log, keys } = request.where.directories;
  const { own } = await findPerson(
    request.where.directories,
    await (await viewLog(log, keys)).size(),
    request.subject,
  );
  if (own.size > 0) await erasePerson(request, PORTS);
}

/** What is wrong as it lies there after a kill: where no order was written nothing may have changed, where one was it ends whole. */
export async function judgeErasing(root: string, base: string): Promise<readonly string[]> {
  const directories = directoriesIn(join(root, "data"));
  const { where } = requestIn(root, people, gone());
  const isBegun = openOrders(directories).length > 0;
  if (!isBegun && certificatesIn(root).length === 0) return changedFiles(root, base);
  await resumeErasures(where, PORTS);
  return judgeErased(root);
}

/** What is wrong where the person has to be gone. */
export async function judgeErased(root: string): Promise<readonly string[]> {
  const directories = directoriesIn(join(root, "data"));
  const why: string[] = [];
  const left = filesWith(root, textsOf(gone()));
  if (left.length > 0) why.push(`half erased: ${left.map((path) => basename(path)).join(", ")}`);
  if (openOrders(directories).length > 0) why.push("an order is still open");
  const certificates = certificatesIn(root);
  if (certificates.length !== 1) why.push(`${certificates.length} certificates`);
  for (const bytes of certificates) {
    const { checks } = await verifyCertificate(bytes, directories);
    for (const { what, holds } of checks) if (!holds) why.push(`the certificate: not ${what}`);
  }
  const size = await (await viewLog(directories.log, directories.keys)).size();
  for (const one of people) {
    const { own } = await findPerson(directories, size, one.user);
    const events = [...own.values()].reduce((sum, number) => sum + number, 0);
    if (events !== (one === gone() ? 0 : EVENTS_EACH)) why.push(`${events} events of somebody`);
  }
  return why;
}

function certificatesIn(root: string): readonly Buffer[] {
  const folder = join(root, "data", "certificates");
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cert"))
    .map((name) => readFileSync(join(folder, name)));
}

/** Files of before that are gone or other ones, but those that any opening of the log writes. */
function changedFiles(root: string, base: string): readonly string[] {
  return readdirSync(base, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const inside = path.slice(base.length + 1);
    const isLog = /^data\/(?:log|keys\/log-head)/.test(inside);
    if (!entry.isFile() || isLog || inside.includes(WORK_PREFIX)) return [];
    const now = join(root, inside);
    const isSame =
      statSync(now, { throwIfNoEntry: false })?.isFile() === true && digest(now) === digest(path);
    return isSame ? [] : [`not begun, and changed: ${inside}`];
  });
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
