// Which signed answers were taken already: their ids, on disk for as long as a signature is fresh.
import { join } from "node:path";
import * as v from "valibot";
import { readJson } from "#base/json.ts";
import { createTurns } from "#base/turns.ts";
import {
  makePrivateDirectory,
  readBounded,
  replaceFile,
  syncDirectory,
} from "#record/store/files/private-files.ts";
import { TOLERANCE_MS } from "./inbound.ts";

/** Ids that are remembered at once. When so many are fresh, no more are taken: an id that was forgotten could come again. */
export const REPLAY_IDS_MAX = 10_000;
const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** A signature is fresh for twice the tolerance; a clock that was set back keeps ids longer. */
const KEPT_MS = 3 * TOLERANCE_MS;

const schema = v.strictObject({
  version: v.literal(1),
  taken: v.pipe(
    v.array(v.strictTuple([v.pipe(v.string(), v.maxLength(256)), v.number()])),
    v.maxLength(REPLAY_IDS_MAX),
  ),
});

export type ReplayStore = {
  /**
   * Hands on what came under an id, once. `new`: it was handed on, and the id is remembered durably. `seen`: it was here before.
   * `full`: too many came within minutes. `damaged`: the file cannot be read, so nothing is taken. Rejects where `hand` does; the
   * id may then come again. A kill between the two lets it come again too: what is handed on must bear that.
   */
  take(
    id: string,
    nowMs: number,
    hand: () => Promise<void>,
  ): Promise<"new" | "seen" | "full" | "damaged">;
};

/** Opens the store of a directory; one process at a time uses it. */
export function openReplayStore(directory: string): ReplayStore {
  const file = join(directory, "taken.json");
  const inTurn = createTurns();
  const read = async (): Promise<Map<string, number> | undefined> => {
    const bytes = await readBounded(file, FILE_BYTES_MAX);
    if (bytes === undefined) return new Map();
    const parsed = v.safeParse(schema, readJson(bytes.toString("utf8")));
    return parsed.success ? new Map(parsed.output.taken) : undefined;
  };
  const write = async (taken: ReadonlyMap<string, number>): Promise<void> => {
    await makePrivateDirectory(directory);
    await replaceFile(file, `${JSON.stringify({ version: 1, taken: [...taken] })}\n`);
    await syncDirectory(directory);
  };
  return {
    take: (id, nowMs, hand) =>
      inTurn(file, async () => {
        const taken = await read();
        if (taken === undefined) return "damaged";
        if (taken.has(id)) return "seen";
        for (const [one, atMs] of taken) if (nowMs - atMs > KEPT_MS) taken.delete(one);
        if (taken.size >= REPLAY_IDS_MAX) return "full";
        // WHY in this order: the sender who got no answer sends again, and must not be told that all is well.
        await hand();
        await write(taken.set(id, nowMs));
        return "new";
      }),
  };
}
