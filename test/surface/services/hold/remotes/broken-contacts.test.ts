// Contacts that break off or go wrong at any byte: each ends, with an error, and leaves no process.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frame } from "#surface/services/hold/remotes/frames.ts";
import { serveRemote } from "#surface/services/hold/remotes/serve-remote.ts";

const NEW = "b".repeat(40);
const NONE = "0".repeat(40);
const URL = "git@git.example:/r.git";
let root = "";
let server: Server;
const made: unknown[] = [];

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "contacts-")));
  for (const name of ["home", "home/project"]) mkdirSync(join(root, name));
  const home = join(root, "home");
  writeFileSync(join(home, ".gitconfig"), '[core]\n\tsshCommand = "~/ssh"\n');
  // What stands for a server: it takes all that it is sent, and says how much that was.
  writeFileSync(
    join(home, "ssh"),
    `#!/bin/sh\nprintf x >> ${root}/started\nwc -c >> ${root}/got\n`,
  );
  chmodSync(join(home, "ssh"), 0o755);
  server = createServer((socket) => {
    const over = new AbortController();
    socket.on("close", () => over.abort());
    socket.on("error", () => undefined);
    const updates = [{ name: "refs/heads/feat", changes: ["create"] as const }];
    serveRemote(
      {
        uses: [{ url: URL, push: { updates, options: [] } }],
        home,
        projectRoot: join(home, "project"),
        outside: root,
        over: over.signal,
        said: async () => new Map(),
      },
      socket,
      { made: (contact) => made.push(contact), refused: () => undefined },
    );
  }).listen(join(root, "socket"));
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

/** What is said to who sends this: the frames as text, once the other side ended. */
async function answerTo(bytes: Buffer, isGone = false): Promise<string> {
  const socket = connect(join(root, "socket"));
  socket.on("error", () => undefined);
  let said = "";
  socket.on("data", (piece) => {
    said += piece.toString("latin1");
  });
  socket.write(bytes);
  if (isGone) socket.end();
  await once(socket, "close");
  return said;
}

const line = (text: string): string =>
  (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
const ASKED = Buffer.from(
  `${JSON.stringify({ words: ["git@git.example", "git-receive-pack '/r.git'"], directory: "/", protocol: "" })}\n`,
);
const PUSH = Buffer.from(`${line(`${NONE} ${NEW} refs/heads/feat\0 report-status`)}0000PACK`);
const contact = (push: Buffer): Buffer => Buffer.concat([ASKED, frame("d", push), frame("e")]);

describe("a push over ssh", () => {
  test("goes on where it is whole", async () => {
    expect(await answerTo(contact(PUSH))).toMatch(/x\0\0\0\x010$/);
    expect(made.splice(0)).toHaveLength(1);
  });

  test("cut at any byte of what it asks for, it ends with an error and no reference is let go", async () => {
    for (let at = 0; at < PUSH.length - 4; at += 1)
      expect(await answerTo(contact(PUSH.subarray(0, at)))).toMatch(/x\0\0\0.(?:255|1)$/);
    expect(made).toEqual([]);
  }, 60_000);

  test("wrong at any byte of its lengths and names, it ends too", async () => {
    for (let at = 0; at < PUSH.indexOf(0); at += 1) {
      const broken = Buffer.from(PUSH);
      broken[at] = 0x7a;
      expect(await answerTo(contact(broken))).toMatch(/x\0\0\0.\d+$/);
    }
    expect(made).toEqual([]);
  }, 60_000);

  test("wrong at any byte of the frames, or of the line before them, it ends without a word or with one", async () => {
    const whole = contact(PUSH);
    const heads = [...ASKED.keys(), ...[0, 1, 2].map((one) => ASKED.length + one)];
    for (const at of heads) {
      const broken = Buffer.from(whole);
      broken[at] = 0xff;
      const said = await answerTo(broken, true);
      expect(said === "" || /x\0\0\0.\d+$/.test(said)).toBe(true);
    }
    // What is asked for by then is what was judged: a byte of the directory alone is another one.
    expect(made.every((one) => JSON.stringify(one).includes("create refs/heads/feat"))).toBe(true);
  }, 60_000);
});
