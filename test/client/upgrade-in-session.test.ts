// The program is upgraded while a session runs: its next calls are judged by the new one, and what it left running goes on.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../surface/daemon/daemon-stand.ts";
import { openProgramStand, type ProgramStand } from "../surface/services/program/program-stand.ts";
import { skipIfMissing } from "../skipping.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

const UPGRADED_BEFORE = 2;
let missing: string | undefined;
let stand: ProgramStand | undefined;
let session: ClientRun;
let upgrade = { status: null as number | null, text: "" };

const run = (main: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...stand?.environment, SALLYPORT_HOME: stand?.data },
  });
  return { status, text: `${stdout}${stderr}` };
};

beforeAll(async () => {
  missing = await whyMissing(["client", "sandbox", "curl"]);
  if (missing !== undefined) return;
  const opened = await openProgramStand();
  stand = opened;
  const first = join(opened.path, "first/dist/surface/cli/main.js");
  const project = join(opened.home, "shop");
  mkdirSync(project);
  writeFileSync(join(project, "readme.txt"), "hello from the project\n");
  expect(run(first, "init", project, "--yes")).toMatchObject({ status: 0 });
  const port = await freePort();
  const serve = `node -e 'require("http").createServer((q, a) => a.end("it is " + process.pid + "\\n")).listen(${port}, () => console.log("up"))'`;
  const ask = `curl -s localhost:${port}`;
  session = await runClient({
    projectDirectory: project,
    settings: { user: { permissions: { allow: ["Bash"] } } },
    turns: [
      bash(`(${serve} > serve.log 2>&1 &); until grep -q up serve.log; do sleep 0.1; done`),
      bash(ask),
      bash(`${ask}; cat readme.txt; node -e 'console.log(6 * 7)'`),
      [{ name: "Read", input: { file_path: join(project, "readme.txt") } }],
      bash("cat ~/.ssh/id_ed25519"),
      "bye",
    ],
    beforeTurn: (turn) => {
      if (turn === UPGRADED_BEFORE) upgrade = run(opened.secondMain, "upgrade", "--yes");
    },
  });
});
afterAll(() => {
  if (stand === undefined) return;
  run(stand.secondMain, "daemon", "stop");
  stand.close();
});

it("goes on under the new program, with its server, its record and its refusals", (ctx) => {
  skipIfMissing(ctx, missing);
  const answer = (turn: number): string => session.toolResults.get(toolUseId(turn))?.text ?? "";
  expect(upgrade).toMatchObject({ status: 0 });
  expect(answer(1)).toMatch(/^it is \d+$/m);
  expect(answer(2)).toBe(`${answer(1)}\nhello from the project\n42`);
  expect(answer(3)).toContain("hello from the project");
  expect(session.permissionDenials.map(({ toolUseId: id }) => id)).toEqual([toolUseId(4)]);
  const main = stand?.secondMain ?? "";
  expect(run(main, "daemon", "status").text).toContain("1.1.0");
  expect(run(main, "log", "verify")).toMatchObject({ status: 0 });
});
