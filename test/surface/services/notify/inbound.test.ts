// Signed answers: taken once where everything fits, refused for each thing that does not.
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action } from "#surface/services/notify/action.ts";
import {
  INBOUND_BYTES_MAX,
  type InboundSecret,
  TOLERANCE_MS,
  verifyInbound,
} from "#surface/services/notify/inbound.ts";
import { serveReceive } from "#surface/services/notify/receive-server.ts";
import { openReplayStore, REPLAY_IDS_MAX } from "#surface/services/notify/replay-store.ts";
import { isSignedBy, signatureOf } from "#surface/services/notify/channels/webhook-signature.ts";
import { NOON_MS } from "../../../detect/notice/sample-notice.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { WEBHOOK_SECRET } from "./notify-stand.ts";

const SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const SECRETS: readonly InboundSecret[] = [
  {
    name: "soar",
    from: "webhook",
    keys: ["an-older-secret-of-32-characters", WEBHOOK_SECRET],
    actions: ["acknowledge", "quarantine"],
    users: [],
  },
  { name: "chat", from: "slack", keys: [SLACK_SECRET], actions: ["acknowledge"], users: ["U0ADA"] },
];
const GOOD = { type: "action", data: { action: "acknowledge", subject: "inc-1", by: "ada" } };

type Signed = { readonly headers: Record<string, string>; readonly body: Buffer };

function signed(
  content: unknown,
  more: { secret?: string; id?: string; timeMs?: number } = {},
): Signed {
  const { secret = WEBHOOK_SECRET, id = "msg_1", timeMs = NOON_MS } = more;
  const body = typeof content === "string" ? content : JSON.stringify(content);
  const timestamp = String(Math.floor(timeMs / 1_000));
  const signature = signatureOf(secret, { id, timestamp, body });
  return {
    headers: { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature },
    body: Buffer.from(body),
  };
}

function slackSigned(payload: unknown, secret = SLACK_SECRET, timeMs = NOON_MS): Signed {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(timeMs / 1_000));
  const digest = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    headers: { "x-slack-signature": `v0=${digest}`, "x-slack-request-timestamp": timestamp },
    body: Buffer.from(body),
  };
}

const pressed = (user: string, action = "sallyport-acknowledge") => ({
  type: "block_actions",
  user: { id: user, name: "ada" },
  team: { id: "T1" },
  actions: [{ type: "button", action_id: action, value: "inc-1" }],
});
const verify = ({ headers, body }: Signed, nowMs = NOON_MS) =>
  verifyInbound(headers, body, SECRETS, nowMs);

describe("a signature", () => {
  it("is the one of Standard Webhooks' own example", () => {
    // The example of the specification: https://github.com/standard-webhooks/standard-webhooks
    const parts = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: "1614265330",
      body: '{"test": 2432232314}',
    };
    const secret = ["whsec", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"].join("_");
    expect(signatureOf(secret, parts)).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    expect(isSignedBy(secret, `v1,x ${signatureOf(secret, parts)}`, parts)).toBe(true);
  });
});

describe("a signed answer", () => {
  it("is an action, by each of the sender's secrets", () => {
    const expected: Action = {
      action: "acknowledge",
      subject: "inc-1",
      by: "ada",
      sender: "soar",
      id: "soar.msg_1",
      atMs: NOON_MS,
    };
    expect(verify(signed(GOOD))).toEqual({ kind: "action", action: expected });
    expect(verify(signed(GOOD, { secret: "an-older-secret-of-32-characters" }))).toMatchObject({
      kind: "action",
    });
  });

  const refused: readonly (readonly [string, Signed, number])[] = [
    ["another secret", signed(GOOD, { secret: "whsec_".padEnd(60, "A") }), 401],
    ["Slack's secret in the form of webhooks", signed(GOOD, { secret: SLACK_SECRET }), 401],
    ["a time that is too old", signed(GOOD, { timeMs: NOON_MS - TOLERANCE_MS - 1_000 }), 401],
    ["a time that is to come", signed(GOOD, { timeMs: NOON_MS + TOLERANCE_MS + 1_000 }), 401],
    [
      "another body",
      { ...signed(GOOD), body: Buffer.from(JSON.stringify({ ...GOOD, x: 1 })) },
      401,
    ],
    [
      "another id",
      { ...signed(GOOD), headers: { ...signed(GOOD).headers, "webhook-id": "msg_2" } },
      401,
    ],
    [
      "another time",
      {
        ...signed(GOOD),
        headers: { ...signed(GOOD).headers, "webhook-timestamp": String(NOON_MS / 1_000 + 1) },
      },
      401,
    ],
    ["no signature", { ...signed(GOOD), headers: {} }, 401],
    [
      "an empty signature",
      { ...signed(GOOD), headers: { ...signed(GOOD).headers, "webhook-signature": "" } },
      401,
    ],
    [
      "a signature of another version",
      {
        ...signed(GOOD),
        headers: {
          ...signed(GOOD).headers,
          "webhook-signature": (signed(GOOD).headers["webhook-signature"] ?? "").replace(
            "v1,",
            "v1a,",
          ),
        },
      },
      401,
    ],
    ["a body past its bound", { ...signed("x".repeat(INBOUND_BYTES_MAX + 1)) }, 413],
    ["a body that is no JSON", signed("{"), 400],
    ["a body that is no text", { ...signed("x"), body: Buffer.of(0xff, 0xfe) }, 401],
    ["a key more than there is", signed({ ...GOOD, data: { ...GOOD.data, command: "rm" } }), 400],
    [
      "an action that there is not",
      signed({ ...GOOD, data: { ...GOOD.data, action: "erase" } }),
      400,
    ],
    ["a subject with a path", signed({ ...GOOD, data: { ...GOOD.data, subject: "a b\n" } }), 400],
    [
      "an action that the sender may not order",
      signed({ ...GOOD, data: { ...GOOD.data, action: "approve" } }),
      403,
    ],
  ];
  it.each(refused)("is refused for %s", (_name, request, status) => {
    const inbound = verify(request);
    expect(inbound).toMatchObject({ kind: "refused", status });
    expect(JSON.stringify(inbound)).not.toContain(WEBHOOK_SECRET);
  });

  it("is taken up to five minutes from now, either way", () => {
    for (const timeMs of [NOON_MS - TOLERANCE_MS, NOON_MS + TOLERANCE_MS])
      expect(verify(signed(GOOD, { timeMs })).kind).toBe("action");
  });

  it("is refused whatever bytes and headers come, and never throws", () => {
    const header = fc.oneof(fc.string(), fc.constantFrom("v1,", "v0=", String(NOON_MS / 1_000)));
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
            "x-slack-signature",
            "x-slack-request-timestamp",
          ),
          header,
        ),
        fc.uint8Array({ maxLength: 200 }),
        (headers, body) => {
          expect(verifyInbound(headers, body, SECRETS, NOON_MS).kind).toBe("refused");
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a button of Slack", () => {
  it("is an action of the person who pressed it", () => {
    expect(verify(slackSigned(pressed("U0ADA")))).toMatchObject({
      kind: "action",
      action: { action: "acknowledge", subject: "inc-1", by: "U0ADA", sender: "chat" },
    });
  });

  const refused: readonly (readonly [string, Signed, number])[] = [
    ["somebody who may not answer", slackSigned(pressed("U0EVE")), 403],
    ["another secret", slackSigned(pressed("U0ADA"), "another-secret"), 401],
    [
      "a time that is too old",
      slackSigned(pressed("U0ADA"), SLACK_SECRET, NOON_MS - TOLERANCE_MS - 1_000),
      401,
    ],
    ["a button that is not ours", slackSigned(pressed("U0ADA", "approve")), 400],
    ["an action that chat may not order", slackSigned(pressed("U0ADA", "sallyport-approve")), 403],
    ["another kind of payload", slackSigned({ ...pressed("U0ADA"), type: "view_submission" }), 400],
  ];
  it.each(refused)("is refused for %s", (_name, request, status) => {
    expect(verify(request)).toMatchObject({ kind: "refused", status });
  });
});

describe("ids that were taken", () => {
  const withDirectory = async (use: (path: string) => Promise<void>): Promise<void> => {
    const directory = freshDirectory();
    try {
      await use(join(directory.path, "inbound"));
    } finally {
      directory.remove();
    }
  };

  const none = async (): Promise<void> => undefined;

  it("are taken once, over a restart and for all that come at once", async () => {
    await withDirectory(async (path) => {
      const store = openReplayStore(path);
      let handed = 0;
      const hand = async (): Promise<void> => {
        handed += 1;
      };
      const all = await Promise.all(
        Array.from({ length: 8 }, () => store.take("a", NOON_MS, hand)),
      );
      expect(all.filter((one) => one === "new")).toHaveLength(1);
      expect(await openReplayStore(path).take("a", NOON_MS + 2 * TOLERANCE_MS, hand)).toBe("seen");
      expect(handed).toBe(1);
    });
  });

  it("may come again where they could not be handed on", async () => {
    await withDirectory(async (path) => {
      const store = openReplayStore(path);
      const fail = () => Promise.reject(new Error("not now"));
      await expect(store.take("a", NOON_MS, fail)).rejects.toThrow("not now");
      expect(await store.take("a", NOON_MS, none)).toBe("new");
    });
  });

  it("make room when they are old, and are refused when there is none", async () => {
    await withDirectory(async (path) => {
      const store = openReplayStore(path);
      await store.take("first", NOON_MS, none);
      const taken = Array.from({ length: REPLAY_IDS_MAX }, (_, at) => [`id-${at}`, NOON_MS]);
      const text = JSON.stringify({ version: 1, taken });
      writeFileSync(join(path, "taken.json"), text, { mode: 0o600 });
      expect(await store.take("more", NOON_MS, none)).toBe("full");
      expect(await store.take("more", NOON_MS + 4 * TOLERANCE_MS, none)).toBe("new");
    });
  });

  it("are taken by nobody where their file is damaged", async () => {
    await withDirectory(async (path) => {
      const store = openReplayStore(path);
      await store.take("a", NOON_MS, none);
      writeFileSync(join(path, "taken.json"), "{", { mode: 0o600 });
      let isHanded = false;
      const hand = async (): Promise<void> => {
        isHanded = true;
      };
      expect(await store.take("b", NOON_MS, hand)).toBe("damaged");
      expect(isHanded).toBe(false);
    });
  });
});

describe("the server for answers", () => {
  it("takes each answer once, and again where it could not be handed on", async () => {
    const directory = freshDirectory();
    const taken: Action[] = [];
    const said: string[] = [];
    let isAble = false;
    const server = await serveReceive({
      host: "127.0.0.1",
      port: 0,
      nowMs: () => NOON_MS,
      secrets: async () => SECRETS,
      replay: openReplayStore(join(directory.path, "inbound")),
      take: async (action) => {
        if (!isAble) throw new Error("not now");
        taken.push(action);
      },
      report: (line) => said.push(line),
    });
    const post = async ({ headers, body }: Signed, path = "/answer") => {
      const url = `http://127.0.0.1:${server.port}${path}`;
      return (await fetch(url, { method: "POST", headers, body })).status;
    };
    try {
      expect(await post(signed(GOOD))).toBe(500);
      isAble = true;
      expect(await post(signed(GOOD))).toBe(202);
      expect(await post(signed(GOOD))).toBe(200);
      expect(taken).toHaveLength(1);
      expect(await post(slackSigned(pressed("U0ADA")))).toBe(202);
      expect(await post(signed(GOOD, { secret: "x".repeat(40) }))).toBe(401);
      expect(await post(signed("x".repeat(INBOUND_BYTES_MAX + 1)))).toBe(413);
      expect(await post(signed(GOOD), "/other")).toBe(404);
      expect((await fetch(`http://127.0.0.1:${server.port}/answer`)).status).toBe(405);
      expect(said.join("\n")).not.toContain(WEBHOOK_SECRET);
    } finally {
      await server.close();
      directory.remove();
    }
  });
});
