// Programs that change a file by putting another one in its place, over a view of it: the change alone reaches the file, and nobody sees what it holds.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";

const KEY = ["sk", "live", "51CanaryHqLyjWDarjtT1zdp"].join("_");
const TEXT = `# of this machine\nDEBUG=0\nPORT=3000\nTOKEN=canary-hunter2-of-ada\nSTRIPE_KEY=${KEY}\n`;
const NPMRC =
  "registry=https://npm.corp.example/\n//npm.corp.example/:_authToken=npm_Canary7Lw2Zt9Vb5K\n";
let where: TestProject;
let hold: HoldPort;
let data: string;
beforeAll(() => {
  where = makeProject();
  // A file of which there is no view is closed, and packing ends with an error.
  for (const name of ["secrets", "sub"]) rmSync(join(where.project, name), { recursive: true });
  data = join(where.root, "data");
  hold = createHoldPort({
    data,
    home: where.home,
    nowMs: Date.now,
    standing: standingOfTests,
  });
});
afterAll(() => {
  clearHold(data);
  where.remove();
});
let seen: string | undefined;
const place = (name: string): string => join(where.project, name);
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  for (const name of readdirSync(where.project))
    if (/^\.env.|^b\.tgz$/.test(name)) rmSync(place(name));
  writeFileSync(place(".env"), TEXT);
  chmodSync(place(".env"), 0o640);
  writeFileSync(join(where.home, ".npmrc"), NPMRC);
  writeFileSync(join(where.home, ".gitconfig"), "[user]\n\tname = Ada\n");
});

const of = () => ({
  project: { id: "p", root: where.project },
  sessionId: "s",
  transcriptPath: undefined,
  configDirectory: join(where.home, ".claude"),
});

/** Judges a call and puts it into its profile; what it says when it is run, and what is told of it after. */
async function held(command: string) {
  const session = of();
  const containment = await hold.fact(session, team);
  const call = {
    id: "c",
    tool: "Bash",
    cwd: where.project,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  } as const;
  const decision = await judgeCall({
    call,
    policy: team,
    session: where.session,
    shell: plainShell("bash"),
    containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
    shown: (path) =>
      hold.shown(session, { policy: team, path, configDirectory: session.configDirectory }),
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
  const line = (input as { readonly command: string } | undefined)?.command ?? "false";
  const run = () =>
    spawnSync(
      "/bin/bash",
      ["--norc", "-c", `eval '${line.replaceAll("'", "'\\''")}' < /dev/null`],
      {
        cwd: where.project,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: where.home },
      },
    );
  return { verdict: decision.verdict, decision, ticket, run };
}

async function runs(command: string) {
  const { verdict, ticket, run } = await held(command);
  const ended = run();
  hold.close(ticket);
  seen = hold.seen(ticket, of());
  const told = (await hold.written(of()))?.text ?? "";
  const said = `${ended.stdout}${ended.stderr}`;
  expect(`${said}${told}`).not.toMatch(/canary/i);
  return { verdict, told, said, code: ended.status };
}
const file = () => readFileSync(place(".env"), "utf8");
const isHere = (program: string): boolean =>
  spawnSync("/bin/sh", ["-c", `command -v ${program}`]).status === 0;

describe("a change that puts another file in the place of one with a view", () => {
  test.each([
    ["sed", "sed -i s/DEBUG=0/DEBUG=1/ .env"],
    ["sed", "sed -i.bak 's/^DEBUG=.*/DEBUG=1/' .env && git status --short"],
    ["sed", "sed s/DEBUG=0/DEBUG=1/ .env > .env.new && mv .env.new .env"],
    ["perl", "perl -i -pe s/DEBUG=0/DEBUG=1/ .env"],
    [
      "python3",
      `python3 -c 'import os; t = open(".env").read().replace("DEBUG=0", "DEBUG=1"); open(".env.tmp", "w").write(t); os.replace(".env.tmp", ".env")'`,
    ],
    [
      "node",
      `node -e 'const fs = require("fs"); fs.writeFileSync(".env", fs.readFileSync(".env", "utf8").replace("DEBUG=0", "DEBUG=1"))'`,
    ],
  ])("is asked about, and reaches the file alone: %s, %s", async (program, command) => {
    if (!isHere(program)) return;
    const before = statSync(place(".env")).ino;
    expect(await runs(command)).toMatchObject({ verdict: "ask", told: "", code: 0 });
    expect(file()).toBe(TEXT.replace("DEBUG=0", "DEBUG=1"));
    const now = statSync(place(".env"));
    // A file in its place would take away the views of it that processes have.
    expect([now.mode & 0o777, now.ino]).toEqual([0o640, before]);
    const made = readdirSync(where.project).filter((name) => name.startsWith(".env."));
    for (const name of made) expect(readFileSync(place(name), "utf8")).not.toMatch(/canary/i);
    expect(readdirSync(holdPlaces(data).written)).toEqual([]);
  });

  test("reaches files of the home: npm's with a token, and git's", async () => {
    if (isHere("npm")) {
      expect(await runs("npm config set fund false")).toMatchObject({ verdict: "ask", code: 0 });
      expect(readFileSync(join(where.home, ".npmrc"), "utf8")).toBe(`${NPMRC}fund=false\n`);
    }
    const asked = await runs("git config --global user.email ada@corp.example");
    expect(asked).toMatchObject({ verdict: "ask", told: "", code: 0 });
    expect(readFileSync(join(where.home, ".gitconfig"), "utf8")).toContain("ada@corp.example");
  });

  test.each([
    ["sed -i 's/^\\(TOKEN=..\\)./\\1%/' .env", /changed a part of the made-up value of `TOKEN`/],
    ["sed -i 's/^TOKEN=/LOG_LEVEL=/' .env", /under another name: `LOG_LEVEL`/],
    ["mv .env .env.old", /moved or taken away/],
    ["sed -i d .env", /left nothing/],
  ])(
    "is not made where it would lose or show a true value, and the reason is told: %s",
    async (command, why) => {
      const asked = await runs(command);
      expect(asked.told).toMatch(why);
      expect([asked.verdict, file()]).toEqual(["ask", TEXT]);
    },
  );

  test("is not made over what a person changed meanwhile, nor where the command never came to its end", async () => {
    const command = "sed -i s/DEBUG=0/DEBUG=1/ .env";
    const first = await held(command);
    first.run();
    writeFileSync(place(".env"), `${TEXT}MORE=1\n`);
    hold.close(first.ticket);
    expect((await hold.written(of()))?.text).toMatch(/changed by something else/);
    expect(file()).toBe(`${TEXT}MORE=1\n`);
    const second = await held(command);
    hold.close(second.ticket);
    expect(await hold.written(of())).toBeUndefined();
    expect(file()).toBe(`${TEXT}MORE=1\n`);
  });

  test("is put back by the next process of ours where this one ended before", async () => {
    const { run } = await held("sed -i s/DEBUG=0/DEBUG=1/ .env");
    run();
    const next = createHoldPort({
      data,
      home: where.home,
      nowMs: Date.now,
      standing: standingOfTests,
    });
    expect(await next.written(of())).toBeUndefined();
    expect(file()).toBe(TEXT.replace("DEBUG=0", "DEBUG=1"));
  });

  test("is made for code that nobody foresees where a person let the call change the file, and otherwise not", async () => {
    writeFileSync(place("set.js"), `require("fs").appendFileSync(".e" + "nv", "MORE=1\\n");\n`);
    const unasked = await runs("node set.js");
    expect([unasked.verdict, file()]).toEqual(["allow", TEXT]);
    const among = await runs("true >> .env; node set.js");
    expect([among.verdict, file()]).toEqual(["ask", `${TEXT}MORE=1\n`]);
  });
});

describe("a copy of a view", () => {
  test.each([
    ["cp .env /tmp/x && cmp .env /tmp/x", "allow"],
    ["cp .env .env.backup", "ask"],
    ["tar czf b.tgz .env", "allow"],
    ["tar czf /tmp/b.tgz . && mv /tmp/b.tgz .", "allow"],
    ["cat .env > /tmp/y", "allow"],
  ])("is made, holds no true value, and is told of: %s", async (command, verdict) => {
    hold.end(of());
    expect(await runs(command)).toMatchObject({ verdict, told: "", code: 0 });
    expect(seen).toContain("`.env`");
    for (const name of [".env.backup", "b.tgz"].filter((one) => existsSync(place(one)))) {
      const read = name === "b.tgz" ? ["tar", "xzOf", name] : ["cat", name];
      const held = spawnSync(read[0] ?? "", read.slice(1), {
        cwd: where.project,
        encoding: "utf8",
      });
      expect(held.stdout).toContain("PORT=3000\nTOKEN=");
      expect(held.stdout).not.toMatch(/canary/i);
    }
    expect(file()).toBe(TEXT);
  });
});
