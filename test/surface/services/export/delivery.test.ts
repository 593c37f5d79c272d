// The delivery engine over a real log and real sockets: order, retries, dead letters, crashes, and a week without a target.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findDeliveries, openDeliveryStore } from "#record/store/delivery-store.ts";
import { appendMany } from "../../../record/store/temporary-log.ts";
import { SECRET, withDelivery } from "./delivery-stand.ts";
import { openTargetStand, type SeenRequest, type TargetStand } from "./target-stand.ts";

const HOUR = 3_600_000;
let stand: TargetStand | undefined;
afterEach(async () => {
  await stand?.close();
  stand = undefined;
});

async function start(play: TargetStand["play"]): Promise<TargetStand> {
  stand = await openTargetStand(play);
  return stand;
}
const ok = () => ({ status: 200, body: { text: "Success", code: 0 } });
const splunk = (url: string, more = "") =>
  `targets:\n  - { name: siem, to: splunk-hec, url: "${url}", token: "vault:secret/siem#token", acknowledge: false, batch: { entries: 100, seconds: 0 }${more} }\n`;

type Hec = {
  readonly event: { readonly index: number; readonly id: string };
  readonly host?: string;
};
const eventsOf = ({ body }: SeenRequest): readonly Hec[] =>
  body
    .toString("utf8")
    .split("\n")
    .map((line) => JSON.parse(line) as Hec);
const indicesOf = (requests: readonly SeenRequest[]) =>
  requests.flatMap((request) => eventsOf(request).map(({ event }) => event.index));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("delivery", () => {
  it("sends every entry once and in order, and says up to where and where to", async () => {
    const target = await start(ok);
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 250);
      await delivery.pass();
      expect(indicesOf(target.seen)).toEqual(upTo(250));
      expect(target.seen.map((request) => eventsOf(request).length)).toEqual([100, 100, 50]);
      expect(target.seen[0]?.headers.authorization).toBe(`Splunk ${SECRET}`);
      expect(delivery.fetched).toEqual(["secret/siem"]);
      const record = await openDeliveryStore(join(delivery.directory, "siem")).read();
      expect(record).toMatchObject({ next: 250, delivered: 250, dead: 0, missed: 0 });
      expect(record?.spans).toEqual([
        expect.objectContaining({
          first: 0,
          end: 250,
          count: 250,
          destination: `splunk-hec ${target.url}`,
        }),
      ]);
      const [found] = await findDeliveries(delivery.directory, [3, 249, 300]);
      expect(found).toMatchObject({
        target: "siem",
        entries: 2,
        first: 3,
        last: 249,
        isCertain: true,
      });
      expect(found?.fields).toContain("user=pseudonym host=pseudonym");
      await delivery.pass();
      expect(target.seen).toHaveLength(3);
    });
  });

  it("keeps the secret out of every file", async () => {
    const target = await start(() => ({ status: 401, body: `token ${SECRET} is wrong` }));
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 5);
      await delivery.pass();
      const text = await readFile(join(delivery.directory, "siem", "delivery.json"), "utf8");
      expect(`${text}${JSON.stringify(delivery.news)}`).not.toContain(SECRET);
      expect(delivery.news).toEqual([
        { target: "siem", what: "failing", reason: "answers 401", count: 0 },
      ]);
    });
  });

  it("loses nothing in a week offline, holds nothing in memory, and tells the trouble once", async () => {
    let isDown = true;
    const target = await start(() => (isDown ? { status: 503 } : ok()));
    await withDelivery(splunk(target.url), async (delivery) => {
      for (let times = 0; times < 7 * 4; times += 1) {
        if (times % 2 === 0) await appendMany(delivery.log, 20);
        await delivery.pass(6 * HOUR);
      }
      expect(delivery.news.map(({ what }) => what)).toEqual(["failing"]);
      isDown = false;
      const before = target.seen.length;
      await delivery.pass(HOUR);
      expect(indicesOf(target.seen.slice(before))).toEqual(upTo(280));
      expect(delivery.news.map(({ what }) => what)).toEqual(["failing", "delivering"]);
    });
  });

  it("waits as long as Retry-After says, and no longer than an hour", async () => {
    const asked = ["120", "999999"];
    const target = await start((_, count) =>
      count <= 2 ? { status: 429, headers: { "retry-after": asked[count - 1] ?? "" } } : ok(),
    );
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 1);
      await delivery.pass();
      await delivery.pass(119_000);
      expect(target.seen).toHaveLength(1);
      await delivery.pass(2_000);
      expect(target.seen).toHaveLength(2);
      await delivery.pass(HOUR + 1_000);
      expect(target.seen).toHaveLength(3);
    });
  });

  it("halves what is too large until it fits, and loses nothing", async () => {
    const target = await start((request) =>
      eventsOf(request).length > 30 ? { status: 413 } : ok(),
    );
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 150);
      await delivery.pass();
      const taken = target.seen.filter((request) => eventsOf(request).length <= 30);
      expect(indicesOf(taken)).toEqual(upTo(150));
    });
  });

  it("buries the one entry that a target refuses, and raises it when a person says so", async () => {
    let refused: number | undefined = 57;
    const target = await start((request) =>
      eventsOf(request).some(({ event }) => event.index === refused)
        ? { status: 400, body: { text: "Invalid data format", code: 6 } }
        : ok(),
    );
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 120);
      await delivery.pass();
      const store = openDeliveryStore(join(delivery.directory, "siem"));
      expect(await store.deadLetters()).toEqual([
        { index: 57, reason: "answers 400", timeMs: delivery.nowMs },
      ]);
      expect(await store.read()).toMatchObject({ next: 120, delivered: 119, dead: 1 });
      refused = undefined;
      await store.askToResume(true);
      const before = target.seen.length;
      await delivery.pass();
      expect(indicesOf(target.seen.slice(before))).toEqual([57]);
      expect(await store.deadLetters()).toEqual([]);
      expect(delivery.news.map(({ what }) => what)).toEqual(["dead", "resumed"]);
    });
  });

  it("does not bury a log in a target that refuses everything", async () => {
    const target = await start(() => ({ status: 400, body: { code: 7 } }));
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 64);
      for (let count = 0; count < 20; count += 1) await delivery.pass(HOUR);
      const record = await openDeliveryStore(join(delivery.directory, "siem")).read();
      expect(record).toMatchObject({ next: 8, dead: 8, delivered: 0 });
      expect(delivery.news).toContainEqual({
        target: "siem",
        what: "failing",
        count: 0,
        reason: "refuses everything: answers 400",
      });
    });
  });

  it.each(["cut", "cut-answer"] as const)(
    "sends again after a connection that was %s",
    async (how) => {
      const target = await start((_, count) => (count === 1 ? how : ok()));
      await withDelivery(splunk(target.url), async (delivery) => {
        await appendMany(delivery.log, 10);
        await delivery.pass();
        await delivery.pass(HOUR);
        expect(target.seen).toHaveLength(2);
        expect(target.seen[1]?.body.equals(target.seen[0]?.body ?? Buffer.alloc(0))).toBe(true);
        const [found] = await findDeliveries(delivery.directory, [5]);
        expect(found?.isCertain).toBe(true);
      });
    },
  );

  it("says of what was sent into silence that it may be there", async () => {
    const target = await start(() => "cut");
    await withDelivery(splunk(target.url), async (delivery) => {
      await appendMany(delivery.log, 10);
      await delivery.pass();
      expect(await findDeliveries(delivery.directory, [9])).toMatchObject([
        { target: "siem", entries: 1, isCertain: false },
      ]);
    });
  });

  it("goes on where it was after a restart, from now on where that is wanted", async () => {
    const target = await start(ok);
    await withDelivery(splunk(target.url, ", from: now"), async (delivery) => {
      await appendMany(delivery.log, 10);
      await delivery.pass();
      expect(target.seen).toHaveLength(0);
      await appendMany(delivery.log, 5);
      await delivery.pass();
      delivery.restart();
      await appendMany(delivery.log, 5);
      await delivery.pass();
      expect(indicesOf(target.seen)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    });
  });

  it("goes on with the others when one target cannot be made", async () => {
    const target = await start(ok);
    const broken = `  - { name: broken, to: http, url: "${target.url}", ca: /nonexistent/ca.pem }\n`;
    await withDelivery(
      splunk(target.url).replace("targets:\n", `targets:\n${broken}`),
      async (delivery) => {
        await appendMany(delivery.log, 5);
        await expect(delivery.pass()).rejects.toMatchObject({ code: "exports-file" });
        expect(indicesOf(target.seen)).toEqual(upTo(5));
      },
    );
  });
});
