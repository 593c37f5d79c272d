// A script that another process exchanges between the verdict and the run, again and again: whichever text runs has no more than what was judged.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";
import { isCi, isWhole } from "../../../sampled.ts";

const CALLS = isWhole ? 500 : isCi ? 60 : 20;
const SECRET = "canary-hunter2-of-ada";

/** What the script may say and do as it was judged, and what it does when it was exchanged. */
const HONEST = "echo honest >> told.txt\n";
const HOSTILE = `echo hostile >> told.txt
cat .env
cat "$HOME/.ssh/id_test" "$HOME/.netrc" 2>/dev/null
echo x > "$HOME/.bashrc"; echo x > ../beside.txt; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit
echo '{}' > .claude/settings.json; echo x > .envrc
(echo > /dev/tcp/127.0.0.1/$PORT) 2>/dev/null && echo reached
`;
/** Exchanges the two as fast as it can. */
const SWAP = `
const { linkSync, renameSync, rmSync } = require("fs");
for (;;) for (const one of ["honest.sh", "hostile.sh"]) { linkSync(one, "next.sh"); renameSync("next.sh", "run.sh"); rmSync("next.sh", { force: true }); }
`;

let where: TestProject;
let hold: HoldPort;
let swapper: ChildProcess | undefined;
beforeAll(() => {
  if (WHY_NOT_HELD !== undefined) return;
  where = makeProject();
  const at = (path: string): string => join(where.project, path);
  writeFileSync(at(".env"), `TOKEN=${SECRET}\n`);
  writeFileSync(join(where.home, ".netrc"), `machine x login ada password ${SECRET}\n`);
  mkdirSync(join(where.home, ".ssh"), { recursive: true });
  writeFileSync(join(where.home, ".ssh", "id_test"), `${SECRET}\n`);
  writeFileSync(join(where.home, ".bashrc"), "# mine\n");
  mkdirSync(at("tools"));
  writeFileSync(at("tools/honest.sh"), HONEST);
  writeFileSync(at("tools/hostile.sh"), HOSTILE);
  writeFileSync(at("tools/run.sh"), HONEST);
  hold = createHoldPort({
    data: join(where.root, "data"),
    home: where.home,
    nowMs: Date.now,
    standing: standingOfTests,
  });
  swapper = spawn(process.execPath, ["-e", SWAP], { cwd: at("tools"), stdio: "ignore" });
});
afterAll(() => {
  if (WHY_NOT_HELD !== undefined) return;
  swapper?.kill("SIGKILL");
  clearHold(join(where.root, "data"));
  where.remove();
});

/** Judges the script as it is at that moment, and runs what was allowed. Undefined where it was not. */
async function play(id: string): Promise<string | undefined> {
  const of = {
    project: { id: "p", root: where.project },
    sessionId: "s",
    transcriptPath: undefined,
    configDirectory: join(where.home, ".claude"),
  };
  const command = "sh tools/run.sh";
  const containment = await hold.fact(of, team);
  const call = {
    id,
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
  });
  if (decision.verdict !== "allow") return undefined;
  const { input, ticket } = await hold.put({
    session: of,
    call,
    decision,
    given: { command },
    mode: "default",
    policy: team,
    interactive: true,
  });
  if (ticket === undefined) throw new Error("the call was not put into a sandbox");
  const { command: held } = input as { readonly command: string };
  const line = `eval '${held.replaceAll("'", "'\\''")}' < /dev/null`;
  const { stdout, stderr } = spawnSync("/bin/bash", ["--norc", "-c", line], {
    cwd: where.project,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: where.home, PORT: "9" },
  });
  // As the daemon does after each call: what programs outside would start is taken out of use.
  await hold.left(of);
  hold.close(ticket);
  return `${stdout}${stderr}`;
}

test("what was exchanged after the verdict has no more than the judged call", {
  timeout: 600_000,
}, async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const home = readdirSync(where.home).toSorted();
  const said: string[] = [];
  for (let at = 0; at < CALLS; at += 1) {
    const output = await play(`c${at}`);
    if (output !== undefined) said.push(output);
  }
  const told = readFileSync(join(where.project, "told.txt"), "utf8").split("\n");
  // Else nothing was shown: the honest text has to have been judged, and the hostile one to have run in its place.
  expect([said.length > 0, told.includes("hostile")]).toEqual([true, true]);
  expect(said.filter((output) => output.includes(SECRET) || output.includes("reached"))).toEqual(
    [],
  );
  expect(readFileSync(join(where.home, ".bashrc"), "utf8")).toBe("# mine\n");
  expect(readdirSync(where.home).toSorted()).toEqual(home);
  const left = ["../beside.txt", ".git/hooks/pre-commit", ".claude/settings.json", ".envrc"];
  expect(left.filter((path) => existsSync(join(where.project, path)))).toEqual([]);
});
