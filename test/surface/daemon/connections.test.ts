// Connections to the daemon: slow, broken, plain and many; and who may ask it what.
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { WAITS } from "#base/waits.ts";
import { followDecisions, probeDaemon } from "#surface/services/daemon-process/daemon-client.ts";
import type { FeedItem } from "#surface/services/daemon-process/feed.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";
import { decisionOf, openStand, preToolUse, type Stand, verdictOf } from "./daemon-stand.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

async function stand(changes: Partial<HookPorts> = {}): Promise<Stand> {
  const opened = await openStand(changes);
  await opened.run.ready();
  stands.push(opened);
  return opened;
}

/** A promise that somebody else resolves. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe("connections", () => {
  test("a body that stops half way is refused in time, and recorded", async () => {
    const opened = await stand({ waits: { ...WAITS, payloadMs: 500 } });
    const reply = await new Promise<string>((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: opened.install.port,
          path: "/v1/hook",
          method: "POST",
          ca: opened.install.authority,
          agent: false,
          headers: { authorization: `Bearer ${opened.token}`, "content-length": "100" },
        },
        (response) => {
          response.setEncoding("utf8");
          let text = "";
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("close", () => resolve(text));
          response.on("error", () => resolve(text));
        },
      );
      sent.on("error", reject);
      sent.write("{");
    });
    expect(verdictOf(JSON.parse(reply))).toBe("block");
    await expect
      .poll(() => opened.observations.at(-1))
      .toEqual({ kind: "rejected", code: "slow", count: 1 });
  });

  test("a sender that goes away leaves an event and a daemon that answers", async () => {
    const opened = await stand();
    const { install } = opened;
    await new Promise<void>((resolve) => {
      const socket = connect(
        { host: "127.0.0.1", port: install.port, ca: install.authority },
        () => {
          socket.write(
            `POST /v1/hook HTTP/1.1\r\nHost: 127.0.0.1:${install.port}\r\nAuthorization: Bearer ${opened.token}\r\nContent-Length: 100\r\n\r\n{`,
            () => setTimeout(() => socket.destroy(), 50),
          );
        },
      );
      socket.on("close", () => resolve());
    });
    await expect
      .poll(() => opened.observations.at(-1))
      .toEqual({ kind: "rejected", code: "aborted", count: 1 });
    expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
  });

  test.each([
    ["no HTTP at all", "\x00\x01\x02\r\n\r\n"],
    ["a header without a name", "POST /v1/hook HTTP/1.1\r\n: x\r\n\r\n"],
    ["20 KB of headers", `POST /v1/hook HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`],
  ])("%s inside TLS is turned away, and recorded", async (_name, text) => {
    const opened = await stand();
    const { install } = opened;
    const answer = await new Promise<string>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect({ host: "127.0.0.1", port: install.port, ca: install.authority }, () =>
        socket.write(text),
      );
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    await expect
      .poll(() => opened.observations.at(-1))
      .toMatchObject({ kind: "rejected", code: "malformed-http" });
  });

  test("plain HTTP gets no HTTP answer", async () => {
    const opened = await stand();
    const answer = await new Promise<string>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connectTcp(opened.install.port, "127.0.0.1", () =>
        socket.write("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n"),
      );
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    });
    expect(answer).not.toContain("HTTP/1.1 2");
    expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
  });

  test("more calls at once than can be judged are refused in words", async () => {
    // WHY not a time: on a busy machine the first calls would be judged before the last have come.
    const refused = gate();
    const opened = await stand({
      judge: () =>
        refused.opened.then(() => ({ decision: decisionOf("abstain"), policy: undefined })),
    });
    let blocked = 0;
    const ask = async () => {
      const verdict = verdictOf((await opened.post(preToolUse())).json);
      if (verdict === "block" && ++blocked === 32) refused.open();
      return verdict;
    };
    const verdicts = await Promise.all(Array.from({ length: 160 }, ask));
    expect(verdicts.filter((verdict) => verdict === "abstain")).toHaveLength(128);
    expect(verdicts.filter((verdict) => verdict === "block")).toHaveLength(32);
    expect(opened.observations).toContainEqual({ kind: "rejected", code: "busy", count: 1 });
  });

  test("more bytes at once than may be held are refused in words", async () => {
    // What is held is held until the last of the others was refused, however long the bytes take.
    const { opened: refusedAll, open } = gate();
    const opened = await stand({
      judge: async () => {
        await refusedAll;
        return { decision: decisionOf("abstain"), policy: undefined };
      },
    });
    const content = "x".repeat(15 * 1024 * 1024);
    const body = preToolUse({ tool_name: "Write", tool_input: { file_path: "/a", content } });
    let refused = 0;
    const send = async () => {
      const reply = await opened.post(body);
      if (verdictOf(reply.json) === "block" && (refused += 1) === 2) open();
      return reply;
    };
    const replies = await Promise.all(Array.from({ length: 6 }, send));
    const verdicts = replies.map(({ json }) => verdictOf(json)).sort();
    expect(verdicts).toEqual(["abstain", "abstain", "abstain", "abstain", "block", "block"]);
    expect(opened.observations).toContainEqual({ kind: "rejected", code: "busy", count: 1 });
  });

  test("more connections than are served are closed, recorded, and served again later", async () => {
    const opened = await stand();
    const sockets = Array.from({ length: 530 }, () =>
      connectTcp(opened.install.port, "127.0.0.1").on("error", () => undefined),
    );
    await expect
      .poll(() => opened.observations.some((item) => item.kind === "rejected"), { timeout: 5_000 })
      .toBe(true);
    expect(opened.observations).toContainEqual({ kind: "rejected", code: "connections", count: 1 });
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(
        async () =>
          opened.post(preToolUse()).then(
            ({ status }) => status,
            () => 0,
          ),
        {
          timeout: 5_000,
        },
      )
      .toBe(200);
  }, 20_000);

  test("one kept-alive connection serves many calls", async () => {
    const opened = await stand();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let index = 0; index < 20; index++) {
      expect(verdictOf((await opened.post(preToolUse(), { agent })).json)).toBe("abstain");
    }
    expect(Object.values(agent.freeSockets).flat().length).toBe(1);
    agent.destroy();
  });
});

describe("health and feed", () => {
  test("a challenge is answered with a proof, and nothing secret is told", async () => {
    const opened = await stand();
    expect(await probeDaemon(opened.install)).toMatchObject({
      kind: "ours",
      identity: { pid: process.pid, state: "ready", version: "0.0.0" },
    });
    const reply = await opened.post("", { method: "GET", path: "/v1/health" });
    expect(reply.json).toEqual({ service: "sallyport" });
    const challenged = await opened.post("", {
      method: "GET",
      path: `/v1/health?nonce=${"0".repeat(64)}`,
    });
    expect(challenged.text).not.toContain(readSecret(opened.install.directories, "install"));
  });

  test("a daemon with our certificate but another secret is a stranger", async () => {
    const opened = await stand();
    const file = join(opened.install.directories.keys, "install.secret");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/^./, (first) => (first === "0" ? "1" : "0")),
    );
    expect(await probeDaemon(opened.install)).toMatchObject({ kind: "stranger" });
  });

  test("the operator follows decisions; the hook token may not", async () => {
    const opened = await stand({
      judge: async () => ({ decision: decisionOf("deny", "because"), policy: undefined }),
    });
    const withHookToken = await opened.post("", { method: "GET", path: "/v1/decisions" });
    expect(withHookToken.status).toBe(403);
    const items: FeedItem[] = [];
    const stop = new AbortController();
    const following = followDecisions(opened.install, (item) => items.push(item), stop.signal);
    await expect
      .poll(async () => {
        await opened.post(preToolUse());
        return items.length;
      })
      .toBeGreaterThan(0);
    stop.abort();
    await following;
    expect(items[0]).toMatchObject({
      what: "decision",
      verdict: "deny",
      tool: "Bash",
      rule: "builtin:test/rule",
      summary: "ls",
    });
  });
});
