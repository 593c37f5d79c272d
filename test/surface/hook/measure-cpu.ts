// CPU time of one command hook beside an empty node process, alternating: `npx tsx -C source test/surface/hook/measure-cpu.ts`.
import { spawnSync } from "node:child_process";
import { preToolUse } from "../daemon/daemon-stand.ts";
import { openHookStand } from "./hook-stand.ts";

const ROUNDS = 20;
const stand = await openHookStand("command");
const payload = preToolUse({
  cwd: stand.project,
  tool_input: { command: "git status && cat readme.txt" },
});

/** User and system milliseconds of one run, by the shell's own count. */
function cpuMs(words: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
  const { stderr } = spawnSync("/bin/bash", ["-c", script, "bash", process.execPath, ...words], {
    input: payload,
    encoding: "utf8",
    cwd: stand.project,
    env: { PATH: "/usr/bin:/bin", HOME: stand.home },
  });
  return stderr
    .trim()
    .split(" ")
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const empty: number[] = [];
const hook: number[] = [];
const refusal: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  empty.push(cpuMs(["-e", "0"]));
  hook.push(cpuMs(stand.args));
  refusal.push(cpuMs([stand.args[0] ?? "", "--nonsense"]));
}
stand.close();
const base = median(empty);
const line = (name: string, values: readonly number[]) =>
  `${name.padEnd(28)} ${median(values).toFixed(1)} ms, ${(median(values) / base).toFixed(2)} x`;
process.stdout.write(
  `${[line("node -e 0", empty), line("one judged call", hook), line("loaded, refused at once", refusal)].join("\n")}\n`,
);
