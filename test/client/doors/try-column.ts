// All rows under one client and one guard, some at a time.
import { availableParallelism } from "node:os";
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
};

/** How each row was found, by its id; `skipped` and `failed` say why there is no outcome. */
export type Column = Pick<Where, "version" | "guard"> & {
  readonly doors: Readonly<Record<string, DoorOutcome>>;
  readonly harmless: Readonly<Record<string, HarmlessOutcome>>;
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
};

const WIDTH_MAX = 2;

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
  const work = async () => {
    const stand = await openDoorStand(guard);
    try {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        const { row, run } = job;
        await run(stand)
          .catch(() => run(stand))
          .catch((cause: unknown) => failed.push(`${row.id}: ${String(cause)}`));
      }
    } finally {
      await stand.close();
    }
  };
  const width = Math.min(WIDTH_MAX, availableParallelism(), jobs.length);
  await Promise.all(Array.from({ length: width }, work));
  return { version, guard, doors, harmless: uses, skipped, failed };
}
