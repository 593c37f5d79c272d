// `sallyport notify` as a person runs it: added, tested, sent, told how it stands, taken away; and no secret in what is printed.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import { memberOf } from "#base/json.ts";
import { signatureOf } from "#surface/services/notify/channels/webhook-signature.ts";
import { actionsLeft } from "#surface/services/notify/orders.ts";
import { PROGRAM } from "../../program.ts";
import { until } from "../../until.ts";
import { freshDirectory } from "../daemon/daemon-stand.ts";
import { openTargetStand } from "../services/export/target-stand.ts";
import { finish, type Typed } from "./typed.ts";

const SECRET = "canary-secret-of-this-very-test-0";

/** Runs a command over a data directory, with the secret in its environment. */
function run(data: string, ...args: readonly string[]): Promise<Typed> {
  const words = [...PROGRAM, "notify", ...args, "--data", data];
  const env = { PATH: "/usr/bin:/bin", HOME: data, HOOK_SECRET: SECRET };
  const options = { env, detached: true } as const;
  return finish(
    spawn(process.execPath, words, { ...options, stdio: ["ignore", "pipe", "pipe"] }),
  ).then((typed) => {
    expect(typed.text).not.toContain(SECRET);
    return typed;
  });
}
const jsonOf = ({ text }: Typed): unknown =>
  JSON.parse(text.split("\n").find((line) => line.startsWith("{")) ?? "null");

/** Said where nobody else could try it. */
const TRIED_HERE =
  "no daemon runs: tried with this terminal's environment, which the daemon does not have";

describe("sallyport notify", () => {
  it("adds, tests, sends, tells how it stands, and takes away what it added", async () => {
    const directory = freshDirectory();
    const data = directory.path;
    const file = join(data, "notify.yaml");
    let status = 200;
    const receiver = await openTargetStand(() => ({ status }));
    try {
      const url = `${receiver.url}/in`;
      const words = [
        "add",
        "soar",
        "--to",
        "webhook",
        "--url",
        url,
        "--secret",
        "env:HOOK_SECRET",
        "--levels",
        "high",
      ];
      const shown = await run(data, ...words, "--dry-run");
      expect(shown).toMatchObject({ code: 0 });
      expect(shown.text).toContain("+  - name: soar");
      expect(existsSync(file)).toBe(false);
      const asked = await run(data, ...words);
      expect(asked.code).toBe(2);
      expect(existsSync(file)).toBe(false);
      expect(jsonOf(await run(data, ...words, "--yes", "--json"))).toMatchObject({
        outcome: "added",
      });
      expect((await run(data, ...words, "--yes")).code).toBe(2);
      const list = await run(data, "list");
      expect(list).toEqual({ code: 0, text: `soar  ${receiver.url}  high\n` });

      const tested = await run(data, "test", "soar", "--json");
      expect(jsonOf(tested)).toEqual({
        name: "soar",
        by: "command",
        isTaken: true,
        outcome: "delivered",
        says: "answers 200",
      });
      expect(memberOf(JSON.parse(receiver.seen[0]?.body.toString() ?? "null"), "type")).toBe(
        "notice.test",
      );
      status = 401;
      const refused = await run(data, "test", "soar");
      expect(refused).toEqual({ code: 1, text: `soar: not taken: answers 401 (${TRIED_HERE})\n` });
      const other = await run(data, "test", "other");
      expect(other.code).toBe(2);
      expect(other.text).toContain("it has soar");

      const waits = await run(data, "send", "Call me", "--level", "high", "--json");
      expect(waits.code).toBe(1);
      expect(jsonOf(waits)).toMatchObject({ outcome: "waits" });
      const standing = await run(data, "status", "--json");
      expect(standing.code).toBe(1);
      expect(jsonOf(standing)).toMatchObject({
        channels: [{ name: "soar", waiting: 1, trouble: "answers 401" }],
      });
      status = 200;
      const sent = await run(data, "send", "And me", "--level", "high");
      expect(sent.code).toBe(0);
      const titles = receiver.seen
        .slice(-2)
        .map(({ body }) => memberOf(memberOf(JSON.parse(body.toString()), "data"), "title"));
      expect(titles).toEqual(["Call me", "And me"]);
      expect(await run(data, "status")).toMatchObject({ code: 0 });

      expect((await run(data, "remove", "soar", "--yes")).code).toBe(0);
      expect(readFileSync(file, "utf8")).not.toContain("soar");
      expect((await run(data, "list")).text).toContain("nobody is told");
    } finally {
      await receiver.close();
      directory.remove();
    }
  });

  it("sends mail through a server on this machine, as the program was built", async () => {
    const directory = freshDirectory();
    let mail = "";
    const server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      disabledCommands: ["STARTTLS"],
      logger: false,
      onData(stream, _session, done) {
        stream.on("data", (chunk: Buffer) => (mail += chunk.toString("utf8")));
        stream.on("end", () => done());
      },
    });
    const listening = server.listen(0, "127.0.0.1");
    await once(listening, "listening");
    try {
      const port = String((listening.address() as AddressInfo).port);
      const words = [
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--tls",
        "none",
        "--from",
        "a@example.com",
      ];
      const added = await run(
        directory.path,
        ...["add", "mail", "--to", "email", ...words, "--recipients", "b@example.com", "--yes"],
      );
      expect(added.code).toBe(0);
      expect(await run(directory.path, "test", "mail")).toEqual({
        code: 0,
        text: `mail: taken: the server took it for 1 of 1 (${TRIED_HERE})\n`,
      });
      expect(mail).toContain("Subject: Test: This is a test of sallyport. Nothing happened.");
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      directory.remove();
    }
  });

  it("says what is wrong with the file, and where", async () => {
    const directory = freshDirectory();
    try {
      writeFileSync(
        join(directory.path, "notify.yaml"),
        `channels:\n  - name: a\n    to: slack\n    url: ${SECRET}\n`,
        { mode: 0o600 },
      );
      for (const command of ["list", "status"]) {
        const { code, text } = await run(directory.path, command);
        expect(code).toBe(2);
        expect(text).toContain("notify.yaml:4");
        expect(text).toContain("a secret stands here as a reference");
      }
      expect((await run(directory.path, "send")).code).toBe(2);
      expect((await run(directory.path, "receive", "--host", "0.0.0.0")).code).toBe(2);
    } finally {
      directory.remove();
    }
  });

  it("takes signed answers on this machine until it is asked to end", async () => {
    const directory = freshDirectory();
    const data = directory.path;
    const yaml =
      'channels: []\ninbound: [{ name: soar, from: webhook, secret: "env:HOOK_SECRET", actions: [quarantine] }]\n';
    writeFileSync(join(data, "notify.yaml"), yaml, { mode: 0o600 });
    const words = [...PROGRAM, "notify", "receive", "--port", "0", "--json", "--data", data];
    const env = { PATH: "/usr/bin:/bin", HOME: data, HOOK_SECRET: SECRET };
    const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const ended = finish(child, (text) => {
      said = text;
    });
    try {
      await until("it listens", () => said.includes('"url"'));
      const url = String(memberOf(jsonOf({ code: 0, text: said }), "url"));
      const body = JSON.stringify({
        type: "action",
        data: { action: "quarantine", subject: "s-1", by: "ada" },
      });
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const parts = { id: "msg_1", timestamp, body };
      const headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": signatureOf(SECRET, parts),
      };
      const post = async () => (await fetch(url, { method: "POST", headers, body })).status;
      expect([await post(), await post()]).toEqual([202, 200]);
      expect(actionsLeft(join(data, "notify")).map(({ content }) => content.subject)).toEqual([
        "s-1",
      ]);
      // Nobody carries it out here, which is told.
      expect((await run(data, "status")).code).toBe(1);
    } finally {
      child.kill("SIGTERM");
      const { code, text } = await ended;
      expect(code).toBe(0);
      expect(text).not.toContain(SECRET);
      directory.remove();
    }
  });
});
