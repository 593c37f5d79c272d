// All rows under one client and one guard, some at a time.
import { availableParallelism, tmpdir } from "node:os";
import { buildProgram } from "../built-program.ts";
import type { Door, Harmless } from "./door.ts";
import { type DoorStand, type Guard, openDoorStand } from "./door-stand.ts";
import { type DoorOutcome, type HarmlessOutcome, tryDoor, tryHarmless } from "./run-door.ts";

export type Rows = { readonly doors: readonly Door[]; readonly harmless: readonly Harmless[] };

/** What was tried with what. */
export type Where = {
  readonly version: string;
  readonly guard: Guard;
  /** The client's program. */
  readonly client: string;
  /** Whether files can be mounted into the managed directory. */
  readonly isManagedHere: boolean;
  /** Sessions at a time; undefined: as many as there are processors. */
  readonly width?: number;
  /** No row is begun later than this many milliseconds after the first; what is left has no outcome. */
  readonly lastsMs?: number;
};

/** How each row was found, by its id; `skipped` and `failed` say why there is no outcome. */
export type Column = Pick<Where, "version" | "guard"> & {
  readonly doors: Readonly<Record<string, DoorOutcome>>;
  readonly harmless: Readonly<Record<string, HarmlessOutcome>>;
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
};

/** Tries every row once; a session that tells nothing is tried a second time before its row counts as failed. */
export async function tryColumn(where: Where, rows: Rows): Promise<Column> {
  const { version, guard, client } = where;
  const doors: Record<string, DoorOutcome> = {};
  const uses: Record<string, HarmlessOutcome> = {};
  const skipped: string[] = [];
  const failed: string[] = [];
  const jobs = [
    ...rows.doors.map((row) => ({
      row,
      run: async (stand: DoorStand) => {
        doors[row.id] = await tryDoor(stand, row, client);
      },
    })),
    ...rows.harmless.map((row) => ({
      row,
      run: async (stand: DoorStand) => {
        uses[row.id] = await tryHarmless(stand, row, client);
      },
    })),
  ].filter(({ row }) => {
    const isHere = row.managedFiles === undefined || where.isManagedHere;
    if (!isHere) skipped.push(`${row.id}: managed files need root`);
    return isHere;
  });
  const began = Date.now();
  const isTime = () => where.lastsMs === undefined || Date.now() - began < where.lastsMs;
  // WHY here: stands are opened at the same time, and one build is enough.
  if (guard !== "none") built();
  const work = async () => {
    const stand = await openDoorStand(guard, client);
    try {
      for (let job = jobs.shift(); job !== undefined && isTime(); job = jobs.shift()) {
        const { row, run } = job;
        await run(stand)
          .catch(() => run(stand))
          .catch((cause: unknown) => failed.push(`${row.id}: ${String(cause)}`));
      }
    } finally {
      await stand.close();
    }
  };
  const width = Math.min(where.width ?? availableParallelism(), jobs.length);
  await Promise.all(Array.from({ length: width }, work));
  return { version, guard, doors, harmless: uses, skipped, failed };
}

function built(): void {
  const { status, stdout, stderr } = buildProgram(tmpdir());
  if (status !== 0) throw new Error(`cannot build the program: ${stderr}${stdout}`);
}
