// Any order of appending, publishing and reopening gives a log that verifies and that begins with all its checkpoints.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daemonEvent } from "#record/event/guard-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import { appendMany, verifyDirectory, withLogDirectories } from "./temporary-log.ts";

type Step =
  | { readonly kind: "durable" | "lazy"; readonly count: number }
  | { readonly kind: "publish" | "reopen" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("durable" as const, "lazy" as const),
    count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 200, max: 300 })),
  }),
  fc.record({ kind: fc.constantFrom("publish" as const, "reopen" as const) }),
);

describe("sequences of a writer", () => {
  it("property.verifies-and-extends-every-earlier-checkpoint", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await withLogDirectories(async (options) => {
          let log = await openLog(options);
          let appended = 0;
          const checkpoints: Buffer[] = [];
          for (const item of steps) {
            switch (item.kind) {
              case "durable":
                await appendMany(log, item.count);
                appended += item.count;
                break;
              case "lazy":
                for (let count = 0; count < item.count; count += 1) {
                  await log.append(daemonEvent(log.stamp("daemon"), "stop"), { durable: false });
                }
                appended += item.count;
                break;
              case "publish":
                await log.publish();
                expect(log.status()).toMatchObject({ size: appended, published: appended });
                break;
              case "reopen":
                await log.close();
                log = await openLog(options);
                expect(log.status().size).toBe(appended);
                break;
              default:
                item satisfies never;
            }
            checkpoints.push(await readFile(join(options.log, "checkpoint")));
          }
          await log.close();
          for (const trusted of checkpoints) {
            const report = await verifyDirectory(options, trusted);
            expect([report.faults, report.entries]).toEqual([[], appended]);
          }
        });
      }),
      { numRuns: 12 },
    );
  });
});
