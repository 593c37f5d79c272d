// The order of an erasure: what is to be done, on disk before the first byte goes, so that whoever comes after a crash ends it.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { deletionRequestSchema } from "#record/privacy/deletion-request.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const texts = v.pipe(v.array(text), v.maxLength(100_000));

const orderSchema = v.strictObject({
  version: v.literal(1),
  id: text,
  names: texts,
  sessions: texts,
  otherSessions: texts,
  /** Folders that a person named. */
  folders: texts,
  isOwnHome: v.boolean(),
  /** Stand-in for the person, made while the key was there. */
  person: text,
  /** Users as the key store knows them, and the subjects whose keys go. */
  users: texts,
  subjects: texts,
  startedMs: count,
  size: count,
  root: text,
  events: count,
  shared: count,
  /** What was done so far, by place. */
  done: v.record(v.string(), v.strictObject({ removed: count, rewritten: count, left: count })),
  /** What other systems were sent. An order of an earlier version has none. */
  requests: v.optional(v.pipe(v.array(deletionRequestSchema), v.maxLength(10_000)), []),
  /** The signed certificate, once nothing is left to do but to hand it over. */
  certificate: v.nullable(v.string()),
});
/** An order. It names the person, and is removed as the last step. */
export type ErasureOrder = v.InferOutput<typeof orderSchema>;

const folderOf = ({ root }: Directories) => join(root, "erasures");
const pathOf = (directories: Directories, id: string) => join(folderOf(directories), `${id}.json`);

/** Writes an order, or how far it is. */
export function writeOrder(directories: Directories, order: ErasureOrder): void {
  mkdirSync(folderOf(directories), { recursive: true, mode: 0o700 });
  writePrivateFile(pathOf(directories, order.id), JSON.stringify(order));
}

/** Removes what a crash left of an order that was never whole: it names the person. Only whoever holds the log's lock. */
export function removeUnwritten(directories: Directories): void {
  for (const name of namesIn(directories))
    if (name.endsWith(".tmp")) rmSync(join(folderOf(directories), name), { force: true });
}

function namesIn(directories: Directories): readonly string[] {
  try {
    return readdirSync(folderOf(directories));
  } catch {
    return [];
  }
}

/** The orders that were begun and not ended. Throws a Failure `erasure` for one that cannot be read. */
export function openOrders(directories: Directories): readonly ErasureOrder[] {
  return namesIn(directories).flatMap((name) => {
    if (!/^[0-9a-f-]+\.json$/.test(name)) return [];
    const path = join(folderOf(directories), name);
    const parsed = v.safeParse(
      v.pipe(v.string(), v.parseJson(), orderSchema),
      readPrivateFile(path, { secret: true }),
    );
    if (!parsed.success)
      throw new Failure("erasure", `\`${path}\` is damaged: remove it and begin the erasure again`);
    return [parsed.output];
  });
}

/** The file of an order. */
export { pathOf as orderFile };
