// A clock that is set or jumps: calls are judged on, sessions are remembered, the record says so, and the log verifies.
import { afterEach, describe, expect, test } from "vitest";
import { createClockWatch } from "#surface/services/hooks/clock-watch.ts";
import { openLog } from "#record/store/log-writer.ts";
import { clockEvent, daemonEvent } from "#record/event/guard-events.ts";
import { openStand, preToolUse, type Stand, verdictOf } from "./daemon-stand.ts";
import { stamp } from "../../record/event/samples.ts";
import { verifyDirectory, withLogDirectories } from "../../record/store/temporary-log.ts";

const HOUR = 3_600_000;
const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

describe("the watch", () => {
  test("tells each jump once, and neither slow drift nor time itself", () => {
    let wallMs = 1e12;
    let steadyMs = 0;
    const watch = createClockWatch({ nowMs: () => wallMs, monotonicMs: () => steadyMs });
    const after = (wall: number, steady: number) => {
      wallMs += wall;
      steadyMs += steady;
      return watch();
    };
    expect(after(HOUR, HOUR)).toBeUndefined();
    expect(after(1_500, 0)).toBeUndefined();
    expect(after(-HOUR, 10)).toBe(-HOUR + 1_490);
    expect(after(5, 5)).toBeUndefined();
    expect(after(9 * HOUR, 0)).toBe(9 * HOUR);
  });
});

describe("a daemon whose clock is set back", () => {
  test("judges on, remembers the session, and records how far", async () => {
    let offsetMs = 0;
    const opened = await openStand({
      clock: { nowMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() },
    });
    stands.push(opened);
    await opened.run.ready();
    const result = preToolUse({ hook_event_name: "PostToolUse", tool_response: {} });
    expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
    for (const jump of [-48 * HOUR, 96 * HOUR]) {
      offsetMs += jump;
      expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
      await opened.post(result);
    }
    const jumps = opened.observations.flatMap((item) =>
      item.kind === "clock" ? [Math.round(item.jumpMs / HOUR)] : [],
    );
    expect(jumps).toEqual([-48, 96]);
    expect(opened.observations.some(({ kind }) => kind === "unjudged")).toBe(false);
  });
});

describe("a log whose clock goes back", () => {
  test("keeps the order of its entries and verifies, opened anew in the past as well", async () => {
    await withLogDirectories(async (options) => {
      let nowMs = Date.now();
      const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now() };
      for (const back of [0, 72 * HOUR]) {
        nowMs -= back;
        const log = await openLog({ ...options, clock });
        for (let index = 0; index < 3; index++) {
          nowMs -= HOUR;
          await log.append(daemonEvent(log.stamp("daemon"), "start"), { durable: true });
        }
        await log.close();
      }
      const report = await verifyDirectory(options);
      expect([report.faults, report.checkpoint?.size]).toEqual([[], 6]);
    });
  });

  test("an event says by how much and which way", () => {
    expect(clockEvent(stamp, -5_000.4).metadata).toMatchObject({ went: "back", jumpMs: 5_000 });
    expect(clockEvent(stamp, 7_000).metadata).toMatchObject({ went: "ahead", jumpMs: 7_000 });
  });
});
