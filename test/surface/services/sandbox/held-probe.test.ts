// A probe in a call that is held, by the whole daemon and the profile that it makes: nothing that the tier forbids is reached.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseProbeReport } from "#govern/sandbox/probe-report.ts";
import { PACKAGE_PATH, readProduct } from "#surface/foundation/product/product-files.ts";
import { copyProgram } from "#surface/foundation/product/program-copy.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { isBuilt, PROGRAM } from "../../../program.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { preToolUse, sendTo } from "../../daemon/daemon-stand.ts";
import { type WholeDaemon, wholeDaemon } from "../../daemon/whole-daemon.ts";
import { type HookStand, openHookStand, runProgram } from "../../hook/hook-stand.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const MAIN = "dist/surface/cli/main.js";

let stand: HookStand;
let daemon: WholeDaemon;
beforeAll(async () => {
  stand = await openHookStand("http");
  daemon = await wholeDaemon(stand);
}, 300_000);
afterAll(async () => {
  await daemon.stop();
  stand.close();
});
beforeEach((ctx) => skipIfMissing(ctx, WHY_NOT_HELD));

test("what the plan for the hold expects is found in a held call", async () => {
  const { home, project, install } = stand;
  const env = { PATH: process.env["PATH"] ?? "", HOME: home };
  const sallyport = [process.execPath, ...PROGRAM, "sandbox"];
  const out = join(home, "plan");
  const plan = [...sallyport, "plan", "--target", "hold", "--tier", "low-risk", "--out", out];
  const planned = await runProgram(plan, "", { cwd: project, env });
  expect([planned.code, planned.stderr]).toEqual([0, ""]);
  mkdirSync(join(home, ".ssh"), { recursive: true });
  for (const path of [join(home, ".ssh/id_ed25519"), join(home, ".npmrc"), join(project, ".env")])
    writeFileSync(path, "A=1\n");
  const named = `read: ["~/.ssh/id_ed25519", "~/.npmrc", "${project}/.env", "${install.directories.keys}"]\n`;
  const expectation = readFileSync(join(out, "probe.yaml"), "utf8") + named;
  // WHY by a file: the agent itself may not start the guard's programs.
  writeFileSync(join(project, "probe.yaml"), expectation);
  // WHY a copy: temporary folders are the session's own, and a program that lies there is not in them.
  const program = isBuilt
    ? [join(copyProgram(join(project, "program"), readProduct(root)), PACKAGE_PATH, MAIN)]
    : PROGRAM;
  const probe = [process.execPath, ...program, "sandbox", "probe"];
  const words = [...probe, "--expect", "probe.yaml", "--json"];
  writeFileSync(join(project, "words.json"), JSON.stringify(words));
  writeFileSync(
    join(project, "run.cjs"),
    "const [name, ...words] = require('./words.json');\nprocess.exitCode = require('node:child_process').spawnSync(name, words, { stdio: 'inherit' }).status;\n",
  );
  const payload = preToolUse({
    cwd: project,
    transcript_path: join(home, ".claude/projects/p/s.jsonl"),
    tool_name: "Bash",
    tool_use_id: "probe",
    tool_input: { command: "node run.cjs" },
  });
  const answer = (await sendTo(install, stand.token, payload)).json as {
    hookSpecificOutput?: { updatedInput?: { command: string } };
  };
  const held = answer.hookSpecificOutput?.updatedInput?.command ?? "";
  expect(held).toContain("hold/run");
  const ran = await runProgram(["/bin/bash", "-c", held], "", { cwd: project, env });
  const report = parseProbeReport(ran.stdout);
  expect(report.trials.filter(({ area }) => area === "named").length).toBeGreaterThanOrEqual(4);
  // The account of whoever runs the tests has a home of its own, which is not the one of the session.
  const ours = report.trials.filter(({ target }) => /^[~<]/.test(target) || !/\/\./.test(target));
  expect(ours.filter(({ verdict }) => verdict === "broken" || verdict === "untold")).toEqual([]);
  expect(
    report.trials
      .filter(({ area }) => area === "named" || area === "guard")
      .map(({ verdict }) => verdict),
  ).not.toContain("broken");
}, 120_000);
