// A file with a view that somebody outside replaces while held processes live: none of them goes on to see the new one.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";

/** Tells what it sees of a file, and looks again later. TIME: what ends it does so within milliseconds, and seconds are left for it. */
const SERVER = `const fs = require("fs"); let last;
const look = () => {
  let now; try { now = fs.readFileSync(process.argv[2], "utf8"); } catch { now = "none"; }
  if (now !== last) console.log(now); last = now; setTimeout(look, Number(process.argv[3]));
};
look();
`;
let where: TestProject;
let hold: HoldPort;
beforeAll(() => {
  where = makeProject();
  const data = join(where.root, "data");
  hold = createHoldPort({
    data,
    home: where.home,
    nowMs: Date.now,
    standing: standingOfTests,
    prepares: true,
  });
  writeFileSync(join(where.project, "server.js"), SERVER);
});
afterAll(() => {
  hold.end(of());
  clearHold(join(where.root, "data"));
  where.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
});
const of = () => ({
  project: { id: "p", root: where.project },
  sessionId: "s",
  transcriptPath: undefined,
  configDirectory: join(where.home, ".claude"),
});

async function serves(path: string, everyMs = 4_000, first = "") {
  const command = `${first}node server.js ${path.slice(0, 5)}"${path.slice(5)}" ${everyMs}`;
  const session = of();
  const containment = await hold.fact(session, team);
  const call = {
    id: "c",
    tool: "Bash",
    cwd: where.project,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  } as const;
  const decision = await judgeCall({
    call: { ...call, input: { ...call.input, command: `${first}node server.js` } },
    policy: team,
    session: where.session,
    shell: plainShell("bash"),
    containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
  });
  const { input, ticket = "" } = await hold.put({
    session,
    call,
    decision,
    given: { command },
    mode: "default",
    policy: team,
    interactive: true,
  });
  const { command: line } = input as { readonly command: string };
  const child = spawn("/bin/bash", ["--norc", "-c", `eval '${line.replaceAll("'", "'\\''")}'`], {
    cwd: where.project,
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], HOME: where.home },
  });
  let said = "";
  const begun = new Promise<void>((resolve) =>
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString("utf8");
      resolve();
    }),
  );
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await begun;
  return { ticket, ended, said: () => said };
}

test.each([
  [
    ".env",
    (root: string) => {
      writeFileSync(join(root, ".env.new"), "PORT=3000\nTOKEN=canary-new-of-ada\n");
      renameSync(join(root, ".env.new"), join(root, ".env"));
    },
  ],
  [
    "sub/.env",
    (root: string) => {
      renameSync(join(root, "sub"), join(root, "old"));
      mkdirSync(join(root, "next"));
      writeFileSync(join(root, "next/.env"), "TOKEN=canary-new-of-ada\n");
      renameSync(join(root, "next"), join(root, "sub"));
    },
  ],
])(
  "a server ends before it reads what stands there now, and that is told: %s",
  async (path, replace) => {
    writeFileSync(join(where.project, path), "PORT=3000\nTOKEN=canary-hunter2-of-ada\n");
    const { ticket, ended, said } = await serves(path);
    expect(said()).toMatch(/TOKEN=/);
    replace(where.project);
    await ended;
    hold.close(ticket);
    expect(said()).not.toMatch(/canary/);
    const told = await hold.written(of());
    expect([told?.kind, told?.text]).toEqual(["view", expect.stringContaining(`${path}\``)]);
    expect(await hold.written(of())).toBeUndefined();
  },
);

test("so does one whose command a person let change that file", async () => {
  writeFileSync(join(where.project, ".env"), "PORT=3000\nTOKEN=canary-hunter2-of-ada\n");
  const { ticket, ended, said } = await serves(".env", 4_000, "echo NEW=1 >> .env; ");
  expect(said()).toMatch(/TOKEN=.*\nNEW=1/);
  writeFileSync(join(where.project, ".env.new"), "PORT=3000\nTOKEN=canary-new-of-ada\n");
  renameSync(join(where.project, ".env.new"), join(where.project, ".env"));
  await ended;
  hold.close(ticket);
  expect(said()).not.toMatch(/canary/);
  expect((await hold.written(of()))?.text).toMatch(
    /\.env`: it was changed.*\n.*another file was put/s,
  );
  expect(readFileSync(join(where.project, ".env"), "utf8")).not.toContain("NEW");
});

/** Home and configuration directory as people have them: all caches are there, so that the home is laid out for no other reason. */
const CACHES = [".cache", ".npm", ".gradle", ".cargo/registry", ".cargo/git", ".m2/repository"];
const OF_CLIENT = [
  ".claude.json",
  ".claude/.claude.json",
  ".claude/.credentials.json",
  ".claude/history.jsonl",
];
test.each([...OF_CLIENT.map((name) => ["home", name]), ["project", ".claude/settings.local.json"]])(
  "a server goes on where the client replaces its own file in the %s, and never sees it: %s",
  async (place, name) => {
    for (const one of CACHES) mkdirSync(join(where.home, one), { recursive: true });
    const root = place === "home" ? where.home : where.project;
    mkdirSync(join(root, ".claude"), { recursive: true });
    const path = join(root, name);
    const written = (token: string) => `{"token": "Bearer ${token}-of-ada-0123456789"}\n`;
    writeFileSync(path, written("canary-old"));
    const { ticket, ended, said } = await serves(path, 100);
    writeFileSync(`${path}.tmp.1`, written("canary-new"));
    renameSync(`${path}.tmp.1`, path);
    // TIME: what would end it does so within milliseconds of the change, and it looks ten times meanwhile.
    const isEnded = await Promise.race([ended.then(() => true), sleep(1_000, false)]);
    hold.end(of());
    await ended;
    hold.close(ticket);
    expect(isEnded).toBe(false);
    expect(said()).not.toMatch(/canary/);
    expect(await hold.written(of())).toBeUndefined();
  },
  20_000,
);

test("a server goes on where the file is written in place, and sees what it saw", async () => {
  writeFileSync(join(where.project, ".env"), "PORT=3000\nTOKEN=canary-hunter2-of-ada\n");
  const { ticket, ended, said } = await serves(".env");
  writeFileSync(join(where.project, ".env"), "PORT=3000\nTOKEN=canary-new-of-ada\n");
  writeFileSync(join(where.project, "other.txt"), "x");
  renameSync(join(where.project, "other.txt"), join(where.project, "another.txt"));
  expect(await hold.written(of())).toBeUndefined();
  hold.end(of());
  await ended;
  hold.close(ticket);
  expect(said().match(/TOKEN=/g)).toHaveLength(1);
  expect(said()).not.toMatch(/canary/);
  expect(readFileSync(join(where.project, ".env"), "utf8")).toContain("canary-new");
});
