// What decided in the last days, read from the end of a real log without a daemon.
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { recordedUse } from "#surface/services/posture/idle-rules.ts";
import { withLog, withLogDirectories } from "../../../record/store/temporary-log.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21);

it("counts decisions of the days and their rules, and tells how far the record goes back", async () => {
  await withLogDirectories(async (options, root) => {
    let nowMs = NOW_MS - 200 * DAY_MS;
    const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now() };
    const directories = { ...directoriesIn(join(root, "data")), ...options };
    await withLog({ ...options, clock }, async (log) => {
      const decide = async (rule: string, days: number) => {
        nowMs = NOW_MS - days * DAY_MS;
        const { id } = log.stamp("hook");
        const metadata = { kind: "decision", verdict: "ask", rules: [rule] } as const;
        await log.append({ id, metadata, sealed: undefined }, { durable: true });
      };
      await decide("user:own/long-ago", 150);
      await decide("user:own/asks", 80);
      await decide("builtin:team/other", 1);
    });
    expect(await recordedUse(directories, NOW_MS)).toEqual({
      kind: "seen",
      value: {
        firstMs: NOW_MS - 150 * DAY_MS,
        decisions: 2,
        decided: new Set(["user:own/asks", "builtin:team/other"]),
      },
    });
  });
});
