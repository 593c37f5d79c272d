// The daemon's part: it tells what it is given, takes what others leave, and only one process sends.
import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import type { Action } from "#surface/services/notify/action.ts";
import { holdQueue, keepNotified } from "#surface/services/notify/keep-notified.ts";
import {
  actionsLeft,
  leaveAction,
  leaveOrder,
  ordersLeft,
} from "#surface/services/notify/orders.ts";
import { sampleNotice } from "../../../detect/notice/sample-notice.ts";
import { systemClock } from "../../../record/store/temporary-log.ts";
import { until } from "../../../until.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { openTargetStand } from "../export/target-stand.ts";

const noSecret = async (): Promise<string> => {
  throw new Error("no reference is fetched here");
};
const SECRET = "canary-secret-for-the-daemon-part";

describe("the daemon", () => {
  it("tells notices, takes orders and answers, and leaves the queue when it ends", async () => {
    const directory = freshDirectory();
    const places = directoriesIn(directory.path);
    const receiver = await openTargetStand(() => ({ status: 200 }));
    const said: string[] = [];
    const acted: Action[] = [];
    process.env["NOTIFY_TEST_SECRET"] = SECRET;
    const notifier = keepNotified(places, {
      clock: systemClock,
      say: (line) => said.push(line),
      fetchSecret: noSecret,
      act: async (action) => void acted.push(action),
    });
    try {
      // Without settings nobody is told, and nothing is made.
      await notifier.notify(sampleNotice(0));
      expect(existsSync(places.notify)).toBe(false);
      const yaml = `channels: [{ name: soar, to: webhook, url: "${receiver.url}", secret: "env:NOTIFY_TEST_SECRET" }]\notherwise: [soar]\n`;
      writeFileSync(places.notifyFile, yaml, { mode: 0o600 });
      await notifier.notify(sampleNotice(1, "high", "a"));
      await until("the first is told", () => receiver.seen.length === 1);
      expect(
        await holdQueue(places, {
          fetchSecret: noSecret,
          nowMs: systemClock.nowMs,
          report: () => undefined,
        }),
      ).toBeUndefined();
      await notifier.notify(sampleNotice(2, "high", "b"));
      leaveOrder(
        places.notify,
        { kind: "notice", notice: sampleNotice(3, "high", "c") },
        Date.now(),
      );
      leaveAction(places.notify, {
        action: "close",
        subject: "inc-1",
        by: "ada",
        sender: "soar",
        id: "soar.1",
        atMs: Date.now(),
      });
      await until("the others are told", () => receiver.seen.length === 3 && acted.length === 1);
      expect([...ordersLeft(places.notify), ...actionsLeft(places.notify)]).toEqual([]);
      writeFileSync(places.notifyFile, "channels: 1\n", { mode: 0o600 });
      await until("it says what is wrong", () =>
        said.some((line) => line.includes("is not valid")),
      );
      expect(said.join("\n")).not.toContain(SECRET);
    } finally {
      await notifier.end();
      delete process.env["NOTIFY_TEST_SECRET"];
      await receiver.close();
    }
    writeFileSync(places.notifyFile, "channels: []\n", { mode: 0o600 });
    const held = await holdQueue(places, {
      fetchSecret: noSecret,
      nowMs: systemClock.nowMs,
      report: () => undefined,
    });
    expect(held).toBeDefined();
    await held?.notifying.close();
    held?.release();
    directory.remove();
  });
});
