// The service as a whole: durable, at least once, in order; storms, escalation, orders, dead letters.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { memberOf } from "#base/json.ts";
import { announcement, incidentNotice } from "#detect/notice/notice.ts";
import type { Action } from "#surface/services/notify/action.ts";
import { isSignedBy } from "#surface/services/notify/channels/webhook-signature.ts";
import { openNotifyStore } from "#surface/services/notify/notify-store.ts";
import {
  actionsLeft,
  leaveAction,
  leaveOrder,
  ordersLeft,
} from "#surface/services/notify/orders.ts";
import { NOON_MS, sampleIncident, sampleNotice } from "../../../detect/notice/sample-notice.ts";
import { until } from "../../../until.ts";
import {
  openTargetStand,
  type Play,
  type SeenRequest,
  type TargetStand,
} from "../export/target-stand.ts";
import { textsBelow, WEBHOOK_SECRET, withNotifying } from "./notify-stand.ts";

const MINUTE_MS = 60_000;

async function withReceiver(
  play: TargetStand["play"],
  use: (stand: TargetStand) => Promise<void>,
): Promise<void> {
  const stand = await openTargetStand(play);
  try {
    await use(stand);
  } finally {
    await stand.close();
  }
}

const hook = (url: string, more = ""): string =>
  `{ name: soar, to: webhook, url: "${url}/in", secret: "env:WEBHOOK"${more} }`;
const one = (url: string, more = ""): string =>
  `channels: [${hook(url, more)}]\notherwise: [soar]\n`;
const bodies = (stand: TargetStand): unknown[] =>
  stand.seen.map(({ body }) => JSON.parse(body.toString("utf8")) as unknown);
const kinds = (stand: TargetStand): unknown[] =>
  bodies(stand).map((body) => memberOf(memberOf(body, "data"), "kind"));
const good = (): Play => ({ status: 200 });

describe("telling", () => {
  it("keeps what waits over a restart, in order, with the same ids, each taken once", async () => {
    let status = 503;
    await withReceiver(
      () => ({ status }),
      async (receiver) => {
        await withNotifying(one(receiver.url), async (stand) => {
          const rules = ["a", "b", "c"];
          await Promise.all(
            rules.map((rule, at) => stand.service.notify(sampleNotice(at, "high", rule))),
          );
          await stand.service.pass();
          expect(receiver.seen).toHaveLength(1);
          const next = await stand.again();
          status = 200;
          stand.advance(MINUTE_MS);
          await next.service.pass();
          const ids = receiver.seen.map(({ headers }) => headers["webhook-id"]);
          expect(ids).toEqual([0, 0, 1, 2].map((at) => `${sampleNotice(at).id}.soar`));
          // The same notice again, by whoever does not know that it was told.
          await next.service.notify(sampleNotice(0, "high", "a"));
          await next.service.pass();
          expect(receiver.seen).toHaveLength(4);
          const flow = await openNotifyStore(stand.directory).readFlow("soar");
          expect(flow).toMatchObject({ taken: 3, delivered: 3, dead: 0, queue: [], trouble: "" });
          expect(stand.news.map(({ what }) => what)).toEqual(["failing", "delivering"]);
          expect(statSync(stand.directory).mode & 0o777).toBe(0o700);
        });
      },
    );
  });

  it("waits as it is asked, and longer from try to try", async () => {
    await withReceiver(
      (_, count) =>
        count === 1 ? { status: 429, headers: { "retry-after": "120" } } : { status: 500 },
      async (receiver) => {
        await withNotifying(one(receiver.url), async (stand) => {
          await stand.service.notify(sampleNotice(1));
          await stand.service.pass();
          stand.advance(119_000);
          await stand.service.pass();
          expect(receiver.seen).toHaveLength(1);
          stand.advance(1_000);
          const tries: number[] = [];
          for (let second = 0; second < 60; second += 1) {
            const before = receiver.seen.length;
            await stand.service.pass();
            if (receiver.seen.length > before) tries.push(second);
            stand.advance(1_000);
          }
          const waits = tries.slice(1).map((at, place) => at - (tries[place] ?? 0));
          expect(waits.length).toBeGreaterThan(2);
          expect(waits).toEqual(waits.toSorted((a, b) => a - b));
        });
      },
    );
  });

  it("makes a dead letter of what is refused, goes on, and sends it again when a person says so", async () => {
    await withReceiver(
      (_, count) => ({ status: count === 1 ? 400 : 200 }),
      async (receiver) => {
        await withNotifying(one(receiver.url), async (stand) => {
          await stand.service.notify(sampleNotice(1, "high", "a"));
          await stand.service.notify(sampleNotice(2, "high", "b"));
          await stand.service.pass();
          const store = openNotifyStore(stand.directory);
          expect((await store.dead("soar")).map(({ reason }) => reason)).toEqual(["answers 400"]);
          expect(receiver.seen).toHaveLength(2);
          leaveOrder(stand.directory, { kind: "raise", channel: "soar" }, stand.nowMs());
          await stand.service.pass();
          expect(receiver.seen.at(-1)?.headers["webhook-id"]).toBe(
            receiver.seen[0]?.headers["webhook-id"],
          );
          expect(await store.dead("soar")).toEqual([]);
          expect(ordersLeft(stand.directory)).toEqual([]);
        });
      },
    );
  });

  it("gives up after three days, and keeps the letter", async () => {
    await withReceiver(
      () => ({ status: 500 }),
      async (receiver) => {
        await withNotifying(one(receiver.url), async (stand) => {
          await stand.service.notify(sampleNotice(1));
          await stand.service.pass();
          stand.advance(3 * 24 * 60 * MINUTE_MS + 1);
          await stand.service.pass();
          const store = openNotifyStore(stand.directory);
          expect(await store.dead("soar")).toHaveLength(1);
          expect((await store.readFlow("soar")).queue).toEqual([]);
        });
      },
    );
  });

  it("is not held up by a channel that does not answer", async () => {
    await withReceiver(
      () => new Promise<Play>(() => undefined),
      async (slow) => {
        await withReceiver(good, async (receiver) => {
          const yaml = `channels: [${hook(receiver.url)}, { name: slow, to: webhook, url: "${slow.url}", secret: "env:WEBHOOK" }]\notherwise: [slow, soar]\n`;
          await withNotifying(yaml, async (stand) => {
            await stand.service.notify(sampleNotice(1, "high", "a"));
            const first = stand.service.pass();
            await until("the other channel is told", () => receiver.seen.length === 1);
            await stand.service.notify(sampleNotice(2, "high", "b"));
            await stand.service.pass();
            expect(receiver.seen).toHaveLength(2);
            expect(slow.seen).toHaveLength(1);
            await stand.service.close();
            await first;
          });
        });
      },
    );
  });

  it("is told by the others where one channel's certificate cannot be read", async () => {
    await withReceiver(good, async (receiver) => {
      const broken = `{ name: other, to: webhook, url: "https://localhost:1", secret: "env:WEBHOOK", ca: /no/such.pem }`;
      const yaml = `channels: [${broken}, ${hook(receiver.url)}]\notherwise: [other, soar]\n`;
      await withNotifying(yaml, async (stand) => {
        await stand.service.notify(sampleNotice(1));
        await stand.service.pass();
        expect(receiver.seen).toHaveLength(1);
        const reason = "cannot be used here (exports-file)";
        expect(stand.news).toEqual([{ channel: "other", what: "failing", reason }]);
      });
    });
  });

  it("says once why a secret cannot be had, and sends when it can", async () => {
    await withReceiver(good, async (receiver) => {
      const yaml = one(receiver.url).replace("env:WEBHOOK", "env:MISSING");
      await withNotifying(yaml, async (stand) => {
        await stand.service.notify(sampleNotice(1));
        await stand.service.pass();
        stand.advance(MINUTE_MS);
        await stand.service.pass();
        expect(stand.news).toEqual([
          { channel: "soar", what: "failing", reason: "cannot be used here (defect)" },
        ]);
        stand.write(one(receiver.url));
        await stand.service.pass();
        expect(receiver.seen).toHaveLength(1);
      });
    });
  });

  it("fetches a secret anew once it was not taken", async () => {
    const secrets: Record<string, string> = { "env:WEBHOOK": "the-secret-before-it-was-replaced" };
    const signedBy = ({ headers, body }: SeenRequest, secret: string): boolean =>
      isSignedBy(secret, String(headers["webhook-signature"]), {
        id: String(headers["webhook-id"]),
        timestamp: String(headers["webhook-timestamp"]),
        body,
      });
    await withReceiver(
      (request) => ({ status: signedBy(request, WEBHOOK_SECRET) ? 200 : 401 }),
      async (receiver) => {
        await withNotifying(
          one(receiver.url),
          async (stand) => {
            await stand.service.notify(sampleNotice(1));
            await stand.service.pass();
            secrets["env:WEBHOOK"] = WEBHOOK_SECRET;
            stand.advance(MINUTE_MS);
            await stand.service.pass();
            const { delivered } = await openNotifyStore(stand.directory).readFlow("soar");
            expect([receiver.seen.length, delivered]).toEqual([2, 1]);
          },
          { secrets },
        );
      },
    );
  });

  it("goes on with the last good settings while the file is wrong, and says so", async () => {
    await withReceiver(good, async (receiver) => {
      await withNotifying(one(receiver.url), async (stand) => {
        stand.write("channels: [{ name: X }]\n");
        await stand.service.notify(sampleNotice(1));
        await expect(stand.service.pass()).rejects.toMatchObject({ code: "notify-invalid" });
        expect(receiver.seen).toHaveLength(1);
      });
    });
  });

  it("refuses a queue that somebody changed, in place of telling half of it", async () => {
    await withReceiver(good, async (receiver) => {
      await withNotifying(one(receiver.url), async (stand) => {
        await stand.service.notify(sampleNotice(1));
        writeFileSync(join(stand.directory, "channels", "soar.json"), "{}", { mode: 0o600 });
        await expect(stand.again()).rejects.toMatchObject({ code: "notify-damaged" });
      });
    });
  });
});

describe("a storm", () => {
  it("of 100,000 notices is a few messages that count them all", async () => {
    await withReceiver(good, async (receiver) => {
      const yaml = one(receiver.url, ", most: { notices: 10, minutes: 10 }");
      await withNotifying(yaml, async (stand) => {
        const before = process.memoryUsage().heapUsed;
        let most = 0;
        for (let batch = 0; batch < 100; batch += 1) {
          const notices = Array.from({ length: 1_000 }, (_, at) =>
            sampleNotice(batch * 1_000 + at, "high", `rule-${at % 300}`),
          );
          await Promise.all(notices.map((notice) => stand.service.notify(notice)));
          await stand.service.pass();
          stand.advance(1_000);
          const bytes = textsBelow(stand.directory).reduce((sum, { text }) => sum + text.length, 0);
          most = Math.max(most, bytes);
        }
        stand.advance(60 * MINUTE_MS);
        await stand.service.pass();
        const counts = bodies(receiver).map((body) =>
          Number(memberOf(memberOf(body, "data"), "count")),
        );
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100_000);
        expect(receiver.seen.length).toBeLessThanOrEqual(12);
        expect(most).toBeLessThan(1024 * 1024);
        expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 * 1024 * 1024);
      });
    });
  });
});

describe("escalation", () => {
  const yaml = (url: string, other: string): string =>
    `channels: [${hook(url)}, { name: boss, to: webhook, url: "${other}", secret: "env:WEBHOOK" }]
rules: [{ levels: [critical], to: [soar] }]
escalation: [{ levels: [critical], minutes: 15, to: [boss] }]
`;

  it("tells the next people after its minutes, over a restart, and once", async () => {
    await withReceiver(good, async (first) => {
      await withReceiver(good, async (second) => {
        await withNotifying(yaml(first.url, second.url), async (stand) => {
          await stand.service.notify(sampleNotice(1, "critical"));
          await stand.service.pass();
          stand.advance(14 * MINUTE_MS);
          const next = await stand.again();
          await next.service.pass();
          expect(second.seen).toHaveLength(0);
          stand.advance(MINUTE_MS);
          await next.service.pass();
          stand.advance(MINUTE_MS);
          await next.service.pass();
          expect(kinds(second)).toEqual(["escalated"]);
        });
      });
    });
  });

  const answers: readonly (readonly [
    string,
    (notify: Parameters<Parameters<typeof withNotifying>[1]>[0]) => Promise<unknown>,
  ])[] = [
    ["an acknowledgement", ({ service }) => service.acknowledge(sampleIncident("open").id, "ada")],
    [
      "the end of the incident",
      ({ service }) =>
        service.notify(
          incidentNotice({ ...sampleIncident("closed"), updatedMs: NOON_MS + 1 }, "closed"),
        ),
    ],
    [
      "work on the incident",
      ({ service }) =>
        service.notify(
          incidentNotice({ ...sampleIncident("investigating"), updatedMs: NOON_MS + 1 }, "changed"),
        ),
    ],
    [
      "a signed answer",
      async ({ service, directory }) => {
        const { id } = sampleIncident("open");
        leaveAction(directory, {
          action: "acknowledge",
          subject: id,
          by: "ada",
          sender: "chat",
          id: "chat.1",
          atMs: NOON_MS,
        });
        await service.pass();
      },
    ],
  ];
  it.each(answers)("is ended by %s", async (_name, answer) => {
    await withReceiver(good, async (first) => {
      await withReceiver(good, async (second) => {
        await withNotifying(yaml(first.url, second.url), async (stand) => {
          await stand.service.notify(incidentNotice(sampleIncident("open"), "opened"));
          await stand.service.pass();
          await answer(stand);
          stand.advance(60 * MINUTE_MS);
          await stand.service.pass();
          expect(second.seen).toHaveLength(0);
          expect(first.seen).toHaveLength(2);
        });
      });
    });
  });

  it("tells those whom it told that somebody works on it, and that it is over", async () => {
    await withReceiver(good, async (first) => {
      await withReceiver(good, async (second) => {
        await withNotifying(yaml(first.url, second.url), async (stand) => {
          await stand.service.notify(incidentNotice(sampleIncident("open"), "opened"));
          stand.advance(15 * MINUTE_MS);
          await stand.service.pass();
          expect(await stand.service.acknowledge(sampleIncident("open").id, "ada")).toBe(true);
          expect(await stand.service.acknowledge(sampleIncident("open").id, "ada")).toBe(false);
          const closed = { ...sampleIncident("closed"), updatedMs: stand.nowMs() };
          await stand.service.notify(incidentNotice(closed, "closed"));
          await stand.service.pass();
          expect(kinds(second)).toEqual(["escalated", "acknowledged", "incident-closed"]);
          expect(kinds(first)).toEqual(["incident-opened", "acknowledged", "incident-closed"]);
        });
      });
    });
  });

  it("acknowledges nothing that nobody was told of", async () => {
    await withNotifying("channels: []\n", async (stand) => {
      expect(await stand.service.acknowledge("al-1", "ada")).toBe(false);
    });
  });
});

describe("orders and answers of other processes", () => {
  const action: Action = {
    action: "quarantine",
    subject: "s-1",
    by: "ada",
    sender: "soar",
    id: "soar.1",
    atMs: NOON_MS,
  };

  it("are told, and what is no order is taken away", async () => {
    await withReceiver(good, async (receiver) => {
      await withNotifying(one(receiver.url), async (stand) => {
        const notice = announcement({
          id: "said-1",
          title: "Hello",
          level: "low",
          timeMs: NOON_MS,
        });
        leaveOrder(stand.directory, { kind: "notice", notice, to: ["soar"] }, NOON_MS);
        const file = join(stand.directory, "orders", `${"0".repeat(15)}-${"0".repeat(16)}.json`);
        writeFileSync(file, '{"kind":"notice","notice":{"id":1}}', { mode: 0o600 });
        await stand.service.pass();
        expect(kinds(receiver)).toEqual(["announcement"]);
        expect(ordersLeft(stand.directory)).toEqual([]);
      });
    });
  });

  it("stay where what they led to cannot be written, and are told once", async () => {
    await withReceiver(good, async (receiver) => {
      await withNotifying(one(receiver.url), async (stand) => {
        const blocked = join(stand.directory, "channels");
        const notice = announcement({ id: "said-1", title: "Hi", level: "low", timeMs: NOON_MS });
        leaveOrder(stand.directory, { kind: "notice", notice }, NOON_MS);
        writeFileSync(blocked, "in the way");
        await expect(stand.service.pass()).rejects.toThrow();
        expect(ordersLeft(stand.directory)).toHaveLength(1);
        rmSync(blocked);
        await stand.service.pass();
        expect(kinds(receiver)).toEqual(["announcement"]);
        expect(ordersLeft(stand.directory)).toEqual([]);
      });
    });
  });

  it("wait until somebody can carry them out, and again where that failed", async () => {
    const done: Action[] = [];
    let isAble = false;
    const act = async (one: Action): Promise<void> => {
      if (!isAble) throw new Error("not now");
      done.push(one);
    };
    await withNotifying(
      "channels: []\n",
      async (stand) => {
        leaveAction(stand.directory, action);
        await stand.service.pass();
        expect(actionsLeft(stand.directory)).toHaveLength(1);
        isAble = true;
        await stand.service.pass();
        expect(done).toEqual([action]);
        expect(actionsLeft(stand.directory)).toEqual([]);
      },
      { act },
    );
    await withNotifying("channels: []\n", async (stand) => {
      leaveAction(stand.directory, action);
      await stand.service.pass();
      expect(actionsLeft(stand.directory)).toHaveLength(1);
    });
  });
});

describe("SIGKILL", () => {
  it("loses no notice that was taken", async () => {
    const received = new Set<string>();
    await withReceiver(
      ({ headers }) => {
        received.add(String(headers["webhook-id"]));
        return { status: 200 };
      },
      async (receiver) => {
        await withNotifying(
          one(receiver.url, ", most: { notices: 500, minutes: 1 }, window: 0"),
          async (stand) => {
            const child = fileURLToPath(new URL("notifying-child.ts", import.meta.url));
            const words = [
              "--conditions=source",
              "--import",
              "tsx",
              child,
              stand.file,
              stand.directory,
            ];
            const taken = new Set<string>();
            for (let round = 0; round < 4; round += 1) {
              const started = spawn(process.execPath, [...words, String(round)], {
                stdio: ["ignore", "pipe", "inherit"],
                env: { ...process.env, WEBHOOK: WEBHOOK_SECRET },
              });
              let text = "";
              started.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
              await until("it takes some", () => text.split("\n").length > 10 + round * 7, {
                withinMs: 40_000,
              });
              started.kill("SIGKILL");
              await once(started, "close");
              // The last line may be cut.
              for (const id of text.split("\n").slice(0, -1)) taken.add(`${id}.soar`);
            }
            const last = await stand.again();
            stand.advance(24 * 60 * MINUTE_MS);
            for (let pass = 0; pass < 20; pass += 1) await last.service.pass();
            expect(taken.size).toBeGreaterThan(40);
            expect([...taken].filter((id) => !received.has(id))).toEqual([]);
          },
        );
      },
    );
  });
});
