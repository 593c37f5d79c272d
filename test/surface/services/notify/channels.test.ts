// Every channel over HTTP against a receiver that holds it to its form, verifies its signature, and fails in every way.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { memberOf } from "#base/json.ts";
import { acknowledgedNotice, incidentNotice, made, testNotice } from "#detect/notice/notice.ts";
import type { Message, SendOutcome } from "#surface/services/notify/channels/channel.ts";
import { connectChannel } from "#surface/services/notify/channel-ports.ts";
import { guardedLookup, mayReach } from "#surface/services/notify/channels/reached-address.ts";
import { parseNotifySettings } from "#surface/services/notify/settings-file.ts";
import { NOON_MS, sampleIncident, sampleNotice } from "../../../detect/notice/sample-notice.ts";
import {
  openTargetStand,
  type Play,
  type SeenRequest,
  type TargetStand,
} from "../export/target-stand.ts";
import { CANARIES, WEBHOOK_SECRET } from "./notify-stand.ts";

const messageOf = (notice: Message["notice"]): Message => ({ id: `${notice.id}.one`, notice });

/** Sends one message through a channel of these settings. */
async function sendThrough(
  settings: string,
  message: Message,
  secrets: Readonly<Record<string, string>>,
  exchangeMs = 5_000,
): Promise<SendOutcome> {
  const [channel] = parseNotifySettings(`channels: [{ name: one, ${settings} }]`, "f").channels;
  if (channel === undefined) throw new Error("no channel");
  const { ports, close } = connectChannel(channel, {
    nowMs: () => NOON_MS,
    exchangeMs,
    secret: async (reference) => secrets[reference] ?? "",
  });
  try {
    return await channel.send(message, ports);
  } finally {
    close();
  }
}

async function withReceiver(
  play: (request: SeenRequest, count: number) => Play | Promise<Play>,
  use: (stand: TargetStand) => Promise<void>,
): Promise<void> {
  const stand = await openTargetStand(play);
  try {
    await use(stand);
  } finally {
    await stand.close();
  }
}

const bodyOf = (request: SeenRequest | undefined): unknown =>
  JSON.parse(request?.body.toString("utf8") ?? "null");
const schemaOf = (name: string): object =>
  JSON.parse(
    readFileSync(
      fileURLToPath(new URL(`../../../../data/schema/${name}`, import.meta.url)),
      "utf8",
    ),
  ) as object;

describe("a signed webhook", () => {
  const settings = (url: string): string => `to: webhook, url: "${url}/in", secret: "env:WEBHOOK"`;
  const secrets = { "env:WEBHOOK": WEBHOOK_SECRET };

  it("is signed as Standard Webhooks says, and fits the published schema", async () => {
    await withReceiver(
      () => ({ status: 204 }),
      async (stand) => {
        const ajv = new Ajv2020({ strict: false });
        addFormats.default(ajv);
        const isNotice = ajv.compile(schemaOf("notice.schema.json"));
        const notices = [
          sampleNotice(1),
          incidentNotice(sampleIncident("closed"), "closed"),
          acknowledgedNotice(sampleNotice(1), "ada", NOON_MS),
          testNotice("test-1", NOON_MS),
        ];
        for (const notice of notices) {
          const outcome = await sendThrough(settings(stand.url), messageOf(notice), secrets);
          expect(outcome).toEqual({ kind: "delivered", says: "answers 204" });
          const request = stand.seen.at(-1);
          if (request === undefined) throw new Error("nothing came");
          const { headers, body } = request;
          const [id, time] = [headers["webhook-id"], headers["webhook-timestamp"]];
          const key = Buffer.from(WEBHOOK_SECRET.slice("whsec_".length), "base64");
          const signed = createHmac("sha256", key).update(
            `${String(id)}.${String(time)}.${body.toString("utf8")}`,
          );
          expect(headers["webhook-signature"]).toBe(`v1,${signed.digest("base64")}`);
          expect(id).toBe(`${notice.id}.one`);
          expect(time).toBe(String(NOON_MS / 1_000));
          expect(isNotice(bodyOf(request)), JSON.stringify(isNotice.errors)).toBe(true);
        }
      },
    );
  });

  it("is signed with two secrets while one is replaced, and never with a weak one", async () => {
    await withReceiver(
      () => ({ status: 200 }),
      async (stand) => {
        const both = `${settings(stand.url)}, previousSecret: "env:OLD"`;
        const old = "an-older-secret-of-32-characters";
        await sendThrough(both, messageOf(sampleNotice(1)), { ...secrets, "env:OLD": old });
        expect(String(stand.seen[0]?.headers["webhook-signature"]).split(" ")).toHaveLength(2);
        const weak = await sendThrough(settings(stand.url), messageOf(sampleNotice(1)), {
          "env:WEBHOOK": "short",
        });
        expect(weak).toMatchObject({ kind: "closed" });
        expect(stand.seen).toHaveLength(1);
      },
    );
  });

  const failures: readonly (readonly [string, Play, Partial<SendOutcome>])[] = [
    [
      "429 with Retry-After waits as asked",
      { status: 429, headers: { "retry-after": "7" } },
      { kind: "again", reason: "answers 429", afterMs: 7_000 },
    ],
    ["500 passes", { status: 500 }, { kind: "again", reason: "answers 500" }],
    ["503 passes", { status: 503 }, { kind: "again" }],
    ["400 will never be taken", { status: 400 }, { kind: "refused", reason: "answers 400" }],
    ["401 needs a person", { status: 401 }, { kind: "closed", reason: "answers 401" }],
    ["404 needs a person", { status: 404 }, { kind: "closed" }],
    ["a connection that breaks", "cut", { kind: "again" }],
    ["an answer that breaks", "cut-answer", { kind: "again", reason: "broke off its answer" }],
    [
      "an answer without an end",
      { status: 200, body: "x".repeat(1024 * 1024) },
      { kind: "again", reason: "broke off its answer" },
    ],
  ];
  it.each(failures)("%s", async (_name, play, expected) => {
    await withReceiver(
      () => play,
      async (stand) => {
        const outcome = await sendThrough(settings(stand.url), messageOf(sampleNotice(1)), secrets);
        expect(outcome).toMatchObject(expected);
        expect(JSON.stringify(outcome)).not.toContain(WEBHOOK_SECRET);
      },
    );
  });

  it("is not sent where a redirect leads", async () => {
    await withReceiver(
      () => ({ status: 200 }),
      async (elsewhere) => {
        await withReceiver(
          () => ({ status: 307, headers: { location: `${elsewhere.url}/in` } }),
          async (stand) => {
            const outcome = await sendThrough(
              settings(stand.url),
              messageOf(sampleNotice(1)),
              secrets,
            );
            expect(outcome).toMatchObject({ kind: "closed" });
            expect(elsewhere.seen).toHaveLength(0);
          },
        );
      },
    );
  });

  it("does not wait for ever", async () => {
    await withReceiver(
      () => new Promise<Play>(() => undefined),
      async (stand) => {
        const outcome = await sendThrough(
          settings(stand.url),
          messageOf(sampleNotice(1)),
          secrets,
          200,
        );
        expect(outcome).toEqual({ kind: "again", reason: "gave no whole answer within 0.2 s" });
      },
    );
  });
});

describe("Slack", () => {
  it("gets plain text alone, and its address stands in no outcome", async () => {
    await withReceiver(
      (_, count) => ({ status: count === 1 ? 200 : 404 }),
      async (stand) => {
        const secrets = { "env:SLACK": `${stand.url}/services/${CANARIES.SLACK}` };
        const notice = made({
          ...sampleNotice(1),
          title: "<!channel> *bold* <https://evil.example|x>",
        });
        const settings =
          'to: slack, url: "env:SLACK", buttons: true, link: "https://g.example.com/{id}"';
        expect(await sendThrough(settings, messageOf(notice), secrets)).toMatchObject({
          kind: "delivered",
        });
        const body = bodyOf(stand.seen[0]);
        expect(stand.seen[0]?.path).toBe(`/services/${CANARIES.SLACK}`);
        expect(memberOf(body, "text")).toContain("&lt;!channel&gt;");
        const text = JSON.stringify(memberOf(body, "blocks"));
        expect(text).not.toContain("mrkdwn");
        expect(text).toContain('"action_id":"sallyport-acknowledge"');
        const refused = await sendThrough(settings, messageOf(notice), secrets);
        expect(refused).toEqual({ kind: "closed", reason: "answers 404" });
      },
    );
  });

  it("is closed where the secret is no address, which is not repeated", async () => {
    const outcome = await sendThrough('to: slack, url: "env:SLACK"', messageOf(sampleNotice(1)), {
      "env:SLACK": CANARIES.SLACK,
    });
    expect(outcome.kind).toBe("closed");
    expect(JSON.stringify(outcome)).not.toContain(CANARIES.SLACK);
  });
});

describe("Teams", () => {
  it("gets an Adaptive Card of text runs", async () => {
    await withReceiver(
      () => ({ status: 202 }),
      async (stand) => {
        const notice = made({
          ...sampleNotice(1),
          title: "[click](https://evil.example) **bold**",
        });
        const outcome = await sendThrough('to: teams, url: "env:TEAMS"', messageOf(notice), {
          "env:TEAMS": `${stand.url}/w?sig=${CANARIES.SLACK}`,
        });
        expect(outcome).toEqual({ kind: "delivered", says: "answers 202" });
        const attachments = memberOf(bodyOf(stand.seen[0]), "attachments");
        const card = memberOf(Array.isArray(attachments) ? attachments[0] : undefined, "content");
        expect(card).toMatchObject({ type: "AdaptiveCard", version: "1.4" });
        const text = JSON.stringify(card);
        expect(text).toContain("[click](https://evil.example) **bold**");
        expect(text).not.toContain('"TextBlock"');
        expect(Buffer.byteLength(stand.seen[0]?.body ?? "")).toBeLessThan(28 * 1024);
      },
    );
  });
});

describe("PagerDuty", () => {
  it("triggers, acknowledges and resolves one matter by one key", async () => {
    await withReceiver(
      () => ({ status: 202, body: { status: "success" } }),
      async (stand) => {
        const settings = `to: pagerduty, url: "${stand.url}/v2/enqueue", routingKey: "env:PAGER"`;
        const secrets = { "env:PAGER": CANARIES.PAGER };
        const opened = incidentNotice(sampleIncident("open"), "opened");
        const all = [
          opened,
          acknowledgedNotice(opened, "ada", NOON_MS),
          incidentNotice(sampleIncident("investigating"), "changed"),
          incidentNotice(sampleIncident("closed"), "closed"),
        ];
        for (const notice of all) await sendThrough(settings, messageOf(notice), secrets);
        const events = stand.seen.map(bodyOf);
        expect(events.map((event) => memberOf(event, "event_action"))).toEqual([
          "trigger",
          "acknowledge",
          "acknowledge",
          "resolve",
        ]);
        expect(new Set(events.map((event) => memberOf(event, "dedup_key"))).size).toBe(1);
        expect(memberOf(events[0], "payload")).toMatchObject({
          severity: "critical",
          component: "sallyport",
        });
        const test = await sendThrough(settings, messageOf(testNotice("test-1", NOON_MS)), secrets);
        expect(test.kind).toBe("delivered");
        expect(stand.seen.slice(-2).map((one) => memberOf(bodyOf(one), "event_action"))).toEqual([
          "trigger",
          "resolve",
        ]);
      },
    );
  });

  it("keeps long matters apart by their digests", async () => {
    await withReceiver(
      () => ({ status: 202 }),
      async (stand) => {
        const settings = `to: pagerduty, url: "${stand.url}", routingKey: "env:PAGER"`;
        for (const end of ["a", "b"]) {
          const matter = `${"x".repeat(400)}${end}`;
          await sendThrough(settings, messageOf({ ...sampleNotice(1), matter }), {
            "env:PAGER": "k",
          });
        }
        const keys = stand.seen.map((one) => String(memberOf(bodyOf(one), "dedup_key")));
        expect(keys[0]).not.toBe(keys[1]);
        expect(keys[0]?.length).toBeLessThanOrEqual(255);
      },
    );
  });
});

describe("where a channel may lead", () => {
  it("is no private address, whether settings, a secret or a name lead there", async () => {
    const places = [
      "https://10.0.0.1/x",
      "https://[::ffff:10.0.0.1]/x",
      "https://169.254.169.254/x",
    ];
    for (const url of places) {
      const outcome = await sendThrough('to: slack, url: "env:S"', messageOf(sampleNotice(1)), {
        "env:S": url,
      });
      expect(outcome).toEqual({
        kind: "closed",
        reason:
          "its name leads to a private address: say `internal: true` in its settings if that is meant",
      });
    }
    const found = new Promise((resolve) =>
      guardedLookup(false)("127.1", { all: false }, (error) => resolve(error?.code)),
    );
    expect(await found).toBe("PRIVATE_ADDRESS");
  });

  const cases = [
    ["localhost", "127.0.0.1", false, true],
    ["localhost", "10.0.0.1", true, false],
    ["hooks.example.com", "93.184.215.14", false, true],
    ["hooks.example.com", "127.0.0.1", true, false],
    ["hooks.example.com", "10.0.0.5", false, false],
    ["hooks.example.com", "10.0.0.5", true, true],
    ["hooks.example.com", "169.254.169.254", true, false],
    ["hooks.example.com", "::ffff:10.0.0.5", false, false],
    ["hooks.example.com", "::ffff:127.0.0.1", false, false],
    ["hooks.example.com", "fd00::1", false, false],
  ] as const;
  it.each(cases)("%s at %s, internal %s: %s", (host, address, isInternal, expected) => {
    expect(mayReach(host, address, isInternal)).toBe(expected);
  });
});
