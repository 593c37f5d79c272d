// Held calls that a person let change a hidden file: the change reaches the file, nothing of it is lost, and nobody beside them sees it.
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";

const TEXT = "PORT=3000\nTOKEN=canary-hunter2-of-ada\n";
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
  });
});
afterAll(() => {
  clearHold(join(where.root, "data"));
  where.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  writeFileSync(join(where.project, ".env"), TEXT);
  chmodSync(join(where.project, ".env"), 0o640);
  writeFileSync(
    join(where.project, "show.js"),
    'console.log(require("fs").readFileSync(".e" + process.argv[2], "utf8"));\n',
  );
});

async function runsApproved(command: string) {
  const of = {
    project: { id: "p", root: where.project },
    sessionId: "s",
    transcriptPath: undefined,
    configDirectory: join(where.home, ".claude"),
  };
  const containment = await hold.fact(of, team);
  const call = {
    id: "c",
    tool: "Bash",
    cwd: where.project,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  } as const;
  const { configDirectory } = of;
  const decision = await judgeCall({
    call,
    policy: team,
    session: where.session,
    shell: plainShell("bash"),
    containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
    shown: (path) => hold.shown(of, { policy: team, path, configDirectory }),
  });
  const { input, ticket } = await hold.put({
    session: of,
    call,
    decision,
    given: { command },
    mode: "default",
    policy: team,
    interactive: true,
  });
  const env = { PATH: process.env["PATH"], HOME: where.home };
  const { command: held } = input as { readonly command: string };
  const line = `eval '${held.replaceAll("'", "'\\''")}' < /dev/null`;
  const ended = spawnSync("/bin/bash", ["--norc", "-c", line], {
    cwd: where.project,
    env,
    encoding: "utf8",
  });
  hold.close(ticket ?? "");
  const told = await hold.written(of);
  const said = `${ended.stdout}${ended.stderr}${told?.text ?? ""}`;
  return { verdict: decision.verdict, said, code: ended.status };
}
const file = () => readFileSync(join(where.project, ".env"), "utf8");

test("a change that a person let it make is in the file, with all that was there", async () => {
  const asked = await runsApproved("grep -q '^NEW=' .env || echo NEW=1 >> .env");
  expect(asked).toEqual({ verdict: "ask", said: "", code: 0 });
  expect(file()).toBe(`${TEXT}NEW=1\n`);
  expect(statSync(join(where.project, ".env")).mode & 0o777).toBe(0o640);
});

test("beside code that nobody foresees it is in the file too, which that code sees as a view", async () => {
  const asked = await runsApproved("echo NEW=1 >> .env; node show.js nv");
  expect(asked.verdict).toBe("ask");
  expect(asked.said).toMatch(/^PORT=3000\nTOKEN=.*\nNEW=1\n/s);
  expect(asked.said).not.toContain("canary");
  expect(file()).toBe(`${TEXT}NEW=1\n`);
});

test("code that nobody foresees puts no value under another name, and replaces no file", async () => {
  for (const [does, said] of [
    [
      "fs.writeFileSync('.env', fs.readFileSync('.env', 'utf8').replace('TOKEN=', 'SEEN='))",
      "SEEN",
    ],
    ["fs.writeFileSync('.env.new', 'A=1'); fs.renameSync('.env.new', '.env')", "EBUSY"],
    ["fs.unlinkSync('.env'); fs.writeFileSync('.env', 'A=1')", "EBUSY"],
  ] as const) {
    const asked = await runsApproved(`true >> .env; node -e "fs = require('fs'); ${does}"`);
    expect(asked.said).toContain(said);
    expect(asked.said).not.toContain("canary");
    expect(file()).toBe(TEXT);
  }
});

test("nor does it change the file where the call is to change the whole project", async () => {
  const appends = `require("fs").appendFileSync(".e" + "nv", "MORE=1\\n")`;
  const asked = await runsApproved(`chmod -R u+w .; echo x > ../beside.txt; node -e '${appends}'`);
  expect(asked.verdict).toBe("ask");
  expect(asked.said).toContain("EROFS");
  expect(file()).toBe(TEXT);
});
