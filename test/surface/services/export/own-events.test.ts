// A target that fails every second time, with its events in the very log that it is sent: it must not live on them.
import { afterEach, describe, expect, it } from "vitest";
import { deliveryEvent } from "#record/event/delivery-events.ts";
import { appendMany } from "../../../record/store/temporary-log.ts";
import { type DeliveryStand, withDelivery } from "./delivery-stand.ts";
import { openTargetStand, type TargetStand } from "./target-stand.ts";

let target: TargetStand | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

const yaml = (url: string, name = "siem") =>
  `  - { name: ${name}, to: splunk-hec, url: "${url}", token: "vault:secret/siem#token", acknowledge: false, batch: { entries: 100, seconds: 0 } }\n`;

/** One pass a second, and what it tells is recorded as the daemon does. */
async function run(
  delivery: DeliveryStand,
  seconds: number,
  each: (second: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  let recorded = delivery.news.length;
  for (let second = 0; second < seconds; second += 1) {
    await each(second);
    await delivery.pass(1_000);
    for (const { target: name, what, count } of delivery.news.slice(recorded)) {
      const stamp = delivery.log.stamp("daemon");
      await delivery.log.append(
        deliveryEvent(stamp, { what, target: name, count, reason: "status" }),
        { durable: true },
      );
    }
    recorded = delivery.news.length;
  }
}

const everySecond = (_: unknown, count: number) => ({
  status: count % 2 === 1 ? 503 : 200,
  body: { text: "Success", code: 0 },
});

describe("a target that fails every second time", () => {
  it("is quiet in fifteen idle minutes, also where there are two of them", async () => {
    target = await openTargetStand(everySecond);
    await withDelivery(
      `targets:\n${yaml(target.url)}${yaml(target.url, "other")}`,
      async (delivery) => {
        await appendMany(delivery.log, 10);
        await run(delivery, 900);
        // It failed, it worked again: once each, for each of the two.
        expect(delivery.news.length).toBeLessThanOrEqual(4);
        expect(delivery.log.status().size).toBeLessThanOrEqual(14);
        expect(target?.seen.length).toBeLessThanOrEqual(8);
        // What was told goes with the next event of somebody.
        await appendMany(delivery.log, 1);
        await run(delivery, 10);
        const all = target?.seen.map(({ body }) => body.toString("utf8")).join("\n") ?? "";
        expect(all).toContain('"kind":"delivery"');
      },
    );
  });

  it("is told by counts while there is something to deliver all the time", async () => {
    target = await openTargetStand(everySecond);
    await withDelivery(`targets:\n${yaml(target.url)}`, async (delivery) => {
      await run(delivery, 2_000, (second) =>
        second % 10 === 0 ? appendMany(delivery.log, 1) : Promise.resolve(),
      );
      // 200 deliveries, each failing once: in 33 minutes two intervals begin and end.
      expect(target?.seen.length).toBeGreaterThan(300);
      expect(delivery.news.length).toBeLessThanOrEqual(7);
      expect(delivery.news.some(({ count }) => count > 50)).toBe(true);
    });
  });
});
