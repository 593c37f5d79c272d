// Where a dashboard of this installation listens, for the commands that talk to it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { processState } from "#platform/processes.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../foundation/files/private-file.ts";

const stateSchema = v.object({
  version: v.literal(1),
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
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

/** The dashboard of this installation as far as its process is there; undefined when none runs. */
export function readDashboardState(directories: Directories): DashboardState | undefined {
  const text = readPrivateFile(fileOf(directories), { secret: true });
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), stateSchema), text);
  if (!read.success || processState(read.output.pid).kind === "gone") return undefined;
  const { pid, port, url } = read.output;
  return { pid, port, url };
}

export function writeDashboardState(directories: Directories, state: DashboardState): void {
  writePrivateFile(fileOf(directories), `${JSON.stringify({ version: 1, ...state })}\n`);
}

/** Removes it, unless another dashboard has written its own since. */
export function clearDashboardState(directories: Directories, pid: number): void {
  const state = readDashboardState(directories);
  if (state === undefined || state.pid === pid) rmSync(fileOf(directories), { force: true });
}
