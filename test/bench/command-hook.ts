// CPU time of one command hook beside an empty node process.
import { spawnSync } from "node:child_process";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { openHookStand } from "../surface/hook/hook-stand.ts";
import { atMost, median, type Suite } from "./figures.ts";

const ROUNDS = 30;

/** Runs an empty process, a judged call and a refusal in turns. */
export async function measureCommandHook(): Promise<Suite> {
  const stand = await openHookStand("command");
  const payload = preToolUse({
    cwd: stand.project,
    tool_input: { command: "git status && cat readme.txt" },
  });
  const cpuMs = (words: readonly string[]): number =>
    measureCpu(words, { input: payload, cwd: stand.project, home: stand.home });
  const [empty, judged, refused]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      empty.push(cpuMs([process.execPath, "-e", "0"]));
      judged.push(cpuMs(stand.command));
      refused.push(cpuMs([...stand.command, "--nonsense"]));
    }
  } finally {
    stand.close();
  }
  const ratio = median(judged.map((value, round) => value / (empty[round] ?? Number.NaN)));
  return {
    method: `${ROUNDS} processes of each kind in turns, user and system time as the shell counts it; the floor is \`node -e 0\`; medians.`,
    figures: [
      { name: "node -e 0", value: median(empty), unit: "ms" },
      { name: "one judged call", value: median(judged), unit: "ms" },
      { name: "loaded and refused at once", value: median(refused), unit: "ms" },
      atMost("one judged call beside `node -e 0`", ratio, "x", 1.25),
    ],
  };
}

/** User and system milliseconds of one run. */
function measureCpu(
  words: readonly string[],
  place: { readonly input: string; readonly cwd: string; readonly home: string },
): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
  const { stderr } = spawnSync("/bin/bash", ["-c", script, "bash", ...words], {
    input: place.input,
    encoding: "utf8",
    cwd: place.cwd,
    env: { PATH: "/usr/bin:/bin", HOME: place.home },
  });
  const seconds = stderr.trim().split(" ").map(Number);
  return seconds.reduce((sum, value) => sum + value * 1_000, 0);
}
