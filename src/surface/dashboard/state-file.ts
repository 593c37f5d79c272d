// Where a dashboard of this installation listens, for the commands that talk to it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { ownStart, processState } from "#platform/processes.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../foundation/files/private-file.ts";

const stateSchema = v.object({
  version: v.literal(1),
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** In the words of the system, so that a number that was given away again does not count; none where it does not tell. */
  started: v.optional(v.pipe(v.string(), v.maxLength(128))),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  url: v.optional(v.pipe(v.string(), v.url(), v.maxLength(256))),
});

/** A dashboard that runs. `url` is where people of a team open it. */
export type DashboardState = {
  readonly pid: number;
  readonly port: number;
  readonly url?: string | undefined;
};

const fileOf = ({ root }: Directories) => join(root, "dashboard.json");

/**
 * The dashboard of this installation as far as its process is there; undefined when none runs. WHY nothing is sent to its port on
 * this word alone: `askForLink` and `askForCode` have it prove itself.
 */
export function readDashboardState(directories: Directories): DashboardState | undefined {
  const text = readPrivateFile(fileOf(directories), { secret: true });
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), stateSchema), text);
  if (!read.success) return undefined;
  const { pid, port, url, started } = read.output;
  const now = processState(pid);
  if (now.kind === "gone") return undefined;
  const isOther = started !== undefined && now.started !== undefined && now.started !== started;
  return isOther ? undefined : { pid, port, url };
}

/** Says that this process is the dashboard. */
export function writeDashboardState(
  directories: Directories,
  where: Omit<DashboardState, "pid">,
): void {
  const state = { version: 1, pid: process.pid, started: ownStart(), ...where };
  writePrivateFile(fileOf(directories), `${JSON.stringify(state)}\n`);
}

/** Removes it, unless another dashboard has written its own since. */
export function clearDashboardState(directories: Directories, pid: number): void {
  const state = readDashboardState(directories);
  if (state === undefined || state.pid === pid) rmSync(fileOf(directories), { force: true });
}
