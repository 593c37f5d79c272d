// The list of clients that were noticed on this machine, which only the administrator reads and no account can shorten.
import { appendFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readJson } from "#base/json.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import type { MachineFolders } from "./places.ts";

const noticeSchema = v.object({
  time: v.string(),
  what: v.picklist(["silent", "covered"]),
  uid: v.number(),
  account: v.string(),
  pid: v.number(),
  program: v.string(),
});

/** A line of the list. */
export type NoticeLine = v.InferOutput<typeof noticeSchema>;

/** The file is moved aside at this size, once; what was aside before is gone then. */
const BYTES_MAX = 1024 * 1024;

const fileOf = ({ state }: MachineFolders): string => join(state, "noticed.jsonl");

/** Adds a line. Throws where the disk does not take it. */
export function keepNotice(folders: MachineFolders, line: NoticeLine): void {
  const file = fileOf(folders);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > BYTES_MAX) renameSync(file, `${file}.1`);
  appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** What is in the list, the oldest first. Lines that a crash cut off are left out. */
export function readNotices(folders: MachineFolders): readonly NoticeLine[] {
  const file = fileOf(folders);
  const texts = [`${file}.1`, file].map((path) => readTextSync(path) ?? "");
  return texts
    .join("")
    .split("\n")
    .flatMap((line) => {
      const read = v.safeParse(noticeSchema, readJson(line));
      return read.success ? [read.output] : [];
    });
}
