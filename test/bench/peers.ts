// The strongest guard that npm has, run beside ours as it is installed: what each stops, and what each costs.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { fetchProgram } from "../../scripts/pinned-package.ts";
import { type Grade, grade, readGraded } from "../corpus/graded/graded.ts";
import { fillPlaces } from "../corpus/graded/typical-files.ts";
import { makeTypicalProject } from "../corpus/graded/typical-project.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { openHookStand } from "../surface/hook/hook-stand.ts";
import { prepareCalls, timeDecisions } from "./decisions.ts";
import { type Figure, median, percentile, type Suite } from "./figures.ts";

export const PEER = {
  packageName: "cc-safety-net",
  version: "2.4.5",
  integrity:
    "sha512-NxVJYOyXsqI6+xX18nk5AiHilhgIR3thwBgDzXeEHuxKPrUhutD40tOGX3kgYDyqBwHPASyn7UOm05pAzhTsPw==",
  tarball: "cc-safety-net-2.4.5.tgz",
  program: "dist/bin/cc-safety-net.js",
  whole: true,
  folder: "cc-safety-net-2.4.5",
} as const;

/** Processes of each kind. */
const ROUNDS = 20;
/** Times that every command is judged in one process. */
const REPEATS = 5;

/** Answers for each command, and the milliseconds of each judgement after a warm-up. */
const Answers = v.object({ stopped: v.array(v.boolean()), samples: v.array(v.number()) });

/** Judges both graded corpora by both guards, in process and through their hooks. */
export async function measurePeers(): Promise<Suite> {
  const program = await fetchProgram(PEER);
  const home = mkdtempSync(join(tmpdir(), "peer-"));
  const project = makeTypicalProject();
  try {
    const cases = (["red", "benign"] as const).map((corpus) => ({
      corpus,
      list: readGraded(corpus),
    }));
    const figures: Figure[] = [];
    for (const { corpus, list } of cases) {
      const grades: Grade[] = [];
      for (const one of list) grades.push(await grade(project, one));
      const commands = list.map(({ command }) => fillPlaces(command, project));
      const peer = await askPeer(program, commands, project.project, home);
      figures.push(...rates(corpus, grades, peer.stopped));
      const prepared = await prepareCalls(project, commands);
      const ours = timeDecisions(prepared, { rounds: REPEATS, warmUp: 2 });
      figures.push(...times(corpus, ours, peer.samples));
    }
    figures.push(...(await hooks(program, home)));
    return {
      method: `\`${PEER.packageName}\` ${PEER.version} with its default settings and our \`team\` pack, on our own graded corpora (written before our models, by us: a look at kinds, no contest; the peer never asks). In process: every command ${REPEATS} times after a warm-up, ours with all facts at hand. Hook: ${ROUNDS} processes of each kind in turns, wall time; the floor is \`node -e 0\`.`,
      figures,
    };
  } finally {
    project.remove();
    rmSync(home, { recursive: true, force: true });
  }
}

function rates(
  corpus: string,
  grades: readonly Grade[],
  peer: readonly boolean[],
): readonly Figure[] {
  const share = (test: (grade: Grade) => boolean): number =>
    (grades.filter(test).length / grades.length) * 100;
  const stopped = (peer.filter(Boolean).length / peer.length) * 100;
  return [
    { name: `${corpus}: ours refuses`, value: share(({ got }) => got === "deny"), unit: "%" },
    {
      name: `${corpus}: ours asks or leaves to the client`,
      value: share(({ got }) => got === "ask" || got === "abstain"),
      unit: "%",
    },
    {
      name: `${corpus}: ours lets run in a sandbox only`,
      value: share(({ got }) => got === "contained"),
      unit: "%",
    },
    { name: `${corpus}: ours lets run`, value: share(({ got }) => got === "allow"), unit: "%" },
    { name: `${corpus}: the peer refuses`, value: stopped, unit: "%" },
  ];
}

function times(
  corpus: string,
  ours: readonly number[],
  peer: readonly number[],
): readonly Figure[] {
  const [mine, theirs] = [percentile(ours, 0.5), percentile(peer, 0.5)];
  return [
    { name: `${corpus}: ours in process, p50`, value: mine, unit: "ms" },
    { name: `${corpus}: ours in process, p99`, value: percentile(ours, 0.99), unit: "ms" },
    { name: `${corpus}: the peer in process, p50`, value: theirs, unit: "ms" },
    { name: `${corpus}: the peer in process, p99`, value: percentile(peer, 0.99), unit: "ms" },
    { name: `${corpus}: ours beside the peer, p50`, value: mine / theirs, unit: "x" },
  ];
}

/** WHY in a process of its own: its settings and records come from the home directory. */
async function askPeer(
  program: string,
  commands: readonly string[],
  cwd: string,
  home: string,
): Promise<v.InferOutput<typeof Answers>> {
  const api = pathToFileURL(join(dirname(program), "..", "api.js")).href;
  const script = `
    const { checkCommand } = await import(${JSON.stringify(api)});
    let text = ""; for await (const part of process.stdin) text += part;
    const { commands, cwd, repeats } = JSON.parse(text);
    const stopped = commands.map((command) => checkCommand({ command, cwd }).kind === "deny");
    const samples = [];
    for (let round = 0; round < repeats; round += 1) for (const command of commands) {
      const start = performance.now(); checkCommand({ command, cwd }); samples.push(performance.now() - start);
    }
    process.stdout.write(JSON.stringify({ stopped, samples }));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd,
    env: { PATH: "/usr/bin:/bin", HOME: home, CC_SAFETY_NET_HOME: join(home, "peer") },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify({ commands, cwd, repeats: REPEATS }));
  let output = "";
  for await (const part of child.stdout.setEncoding("utf8")) output += String(part);
  return v.parse(Answers, JSON.parse(output));
}

async function hooks(program: string, home: string): Promise<readonly Figure[]> {
  const stand = await openHookStand("command");
  try {
    const input = preToolUse({
      cwd: stand.project,
      tool_input: { command: "git status && cat readme.txt" },
    });
    const time = (words: readonly string[], of: string): number => {
      const start = performance.now();
      spawnSync(words[0] ?? "", words.slice(1), {
        input,
        cwd: stand.project,
        env: { PATH: process.env["PATH"], HOME: of, CC_SAFETY_NET_HOME: join(home, "peer") },
      });
      return performance.now() - start;
    };
    const [floor, ours, peer]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      floor.push(time([process.execPath, "-e", "0"], home));
      ours.push(time(stand.command, stand.home));
      peer.push(time([process.execPath, program, "hook", "--claude-code"], home));
    }
    const over = (values: readonly number[]): number =>
      median(values.map((value, round) => value - (floor[round] ?? Number.NaN)));
    return [
      { name: "hook: node -e 0", value: median(floor), unit: "ms" },
      { name: "hook: our command hook", value: median(ours), unit: "ms" },
      { name: "hook: the peer's hook", value: median(peer), unit: "ms" },
      {
        name: "hook: ours over the floor beside the peer's",
        value: over(ours) / over(peer),
        unit: "x",
      },
    ];
  } finally {
    stand.close();
  }
}
