// What holding a call costs: beside an empty shell and bare bubblewrap with the same mounts, with hidden files, in parallel, and in toolchains.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { clearHold, type CallHolder, openCallHolder } from "#surface/services/hold/call-holder.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import { holdStatus } from "#surface/services/hold/hold-status.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { clientPath } from "../client/machine.ts";
import { atMost, type Figure, median, percentile, type Suite } from "./figures.ts";

const ROUNDS = 40;
const FAILED_MAX = 10;
const ANSWERS = 200;
const PARALLEL = 20;
const TOOL_ROUNDS = 5;
const TIMES_BARE = 1.5;
const ADDED_MS = 15;
const ANSWER_MS = 0.3;
const TOOL_RATIO = 1.03;

/** Code that nobody can foresee: what the tightest profile is for. */
const CODE: Effect = {
  kind: "execute",
  program: "x",
  origin: "project",
  reach: "unbounded",
  via: [],
  at: undefined,
};
const DECISION: Decision = {
  verdict: "allow",
  reasons: [],
  effects: [CODE],
  findings: [],
  programs: [],
  ran: [],
  factsUsed: [],
  steps: 0,
};

/** Measures held calls, the answer that makes their profile, and toolchains inside and outside. */
export async function measureHold(): Promise<Suite> {
  const standing = await holdStatus();
  if (!standing.works) throw new Error(`calls cannot be held here: ${standing.why}`);
  const room = realpathSync(mkdtempSync(join(tmpdir(), "hold-bench-")));
  const all: Stand[] = [];
  const open = (name: string, hidden: number, how: "apart" | "joined" | "prepared"): Stand => {
    const stand = openStand(join(room, name), hidden, {
      prepares: how === "prepared",
      standing: async () =>
        how === "apart"
          ? { works: true, programs: { ...standing.programs, join: undefined } }
          : standing,
    });
    all.push(stand);
    return stand;
  };
  try {
    const figures: Figure[] = [];
    for (const hidden of [0, 10, 40])
      figures.push(
        ...(await callFigures(open(`apart-${hidden}`, hidden, "apart"), hidden, "apart")),
      );
    const anew = "in the session's network, mounts made anew";
    figures.push(...(await callFigures(open("anew", 10, "joined"), 10, anew)));
    const joined = open("joined", 10, "prepared");
    await waitForPrepared(joined);
    figures.push(...(await callFigures(joined, 10, "in the session's network")));
    figures.push(...(await answerFigures(joined, 10)));
    const answers = open("answers", 40, "prepared");
    await waitForPrepared(answers);
    figures.push(...(await answerFigures(answers, 40)));
    figures.push(...(await parallelFigures(joined)));
    figures.push(...(await toolFigures(open("tools", 2, "joined"))));
    return {
      method: `Calls as processes, ${ROUNDS} rounds in turns: \`bash -c true\`, bubblewrap with the options of the call's own profile, and the held call as the client runs it. In the session's network a call joins mounts that were prepared after an earlier one; "made anew" is the first call of its kind, and each after a change of what is hidden. "Added" is what comes on top of \`bash -c true\` in the same round. Hidden files are \`.env\` files in folders of the project. The answer is what making profile and ticket takes within the daemon. Toolchains: user and system time of ${TOOL_ROUNDS} rounds in turns inside and outside, medians.`,
      figures,
    };
  } finally {
    for (const { data } of all) clearHold(data);
    rmSync(room, { recursive: true, force: true });
  }
}

type Stand = {
  readonly project: string;
  readonly home: string;
  readonly data: string;
  readonly desk: CallHolder;
};

function openStand(
  room: string,
  hidden: number,
  how: { readonly standing: () => ReturnType<typeof holdStatus>; readonly prepares: boolean },
): Stand {
  const [home, data] = [join(room, "home"), join(room, "data")];
  const project = join(home, "work/shop");
  mkdirSync(project, { recursive: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  for (let file = 0; file < hidden; file += 1)
    write(project, { [`services/service-${file}/.env`]: "KEY=1\n" });
  git(project, "init", "-q");
  return {
    project,
    home,
    data,
    desk: openCallHolder({ data, home, nowMs: () => Date.now(), ...how }),
  };
}

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

function git(cwd: string, ...args: readonly string[]): void {
  spawnSync("git", args, { cwd, stdio: "ignore" });
}

type Ticket = { readonly command: string; readonly ticket: string };

const POLICY = loadPack("team");

/** Throws where the call is not held: what would be measured then is another thing. */
async function hold({ desk, project, home }: Stand, command: string): Promise<Ticket> {
  const answer = await desk.hold({
    projectId: "p",
    projectRoot: project,
    sessionId: "s",
    command,
    cwd: project,
    decision: DECISION,
    policy: POLICY,
    configDirectory: join(home, ".claude"),
    transcriptPath: undefined,
  });
  if (answer.kind !== "held") throw new Error(`the call is not held: ${answer.why}`);
  return answer;
}

/** Throws where mounts are not prepared within a time: what would be measured then is another thing. */
async function waitForPrepared(stand: Stand): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    const { ticket } = await hold(stand, "true");
    const isReady = existsSync(join(holdPlaces(stand.data).tickets, ticket, "fast"));
    // TIME: mounts are prepared while nobody calls; the look itself would end that.
    if (!isReady) await sleep(1_000);
    stand.desk.close(ticket);
    if (isReady) return;
  }
  throw new Error("no mounts were prepared");
}

/** The same profile without anything of ours around it. */
function bare({ data }: Stand, { ticket }: Ticket): string {
  const args = join(holdPlaces(data).tickets, ticket, "args");
  return `exec /usr/bin/bwrap --args 9 -- /bin/bash -c true 9<${singleQuoted(args)}`;
}

function timeOf(stand: Stand, script: string): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync("/bin/bash", ["-c", script], optionsOf(stand));
  const tookMs = performance.now() - startedMs;
  if (status !== 0) throw new Error(`\`${script}\` ended with ${status}: ${stderr}`);
  return tookMs;
}

function optionsOf({ project, home }: Stand) {
  const env = { PATH: clientPath, HOME: home, LANG: "C.UTF-8" };
  return { cwd: project, env, encoding: "utf8" } as const;
}

async function callFigures(stand: Stand, hidden: number, how: string): Promise<readonly Figure[]> {
  const [floors, bares, held, added] = [[], [], [], []] as [number[], number[], number[], number[]];
  let failed = 0;
  for (let round = -3; round < ROUNDS; round += 1) {
    const ticket = await hold(stand, "true");
    try {
      const floor = timeOf(stand, "true");
      const bareMs = timeOf(stand, bare(stand, ticket));
      const heldMs = timeOf(stand, ticket.command);
      if (round < 0) continue;
      floors.push(floor);
      bares.push(bareMs);
      held.push(heldMs);
      added.push(heldMs - floor);
    } catch (cause) {
      // WHY the others count: what the profile names may have gone since, such as a socket of another program.
      failed += 1;
      if (failed > FAILED_MAX) throw cause;
    } finally {
      stand.desk.close(ticket.ticket);
    }
  }
  const name = `${how}, ${hidden} hidden files`;
  return [
    atMost(`${name}: rounds that did not start`, failed, "", 0),
    { name: `${name}: bash -c true`, value: median(floors), unit: "ms" },
    { name: `${name}: bare bubblewrap`, value: median(bares), unit: "ms" },
    { name: `${name}: held`, value: median(held), unit: "ms" },
    { name: `${name}: held, p99`, value: percentile(held, 0.99), unit: "ms" },
    atMost(`${name}: added`, median(added), "ms", ADDED_MS),
    atMost(`${name}: beside bare bubblewrap`, median(held) / median(bares), "x", TIMES_BARE),
  ];
}

async function answerFigures(stand: Stand, hidden: number): Promise<readonly Figure[]> {
  const took: number[] = [];
  for (let call = -20; call < ANSWERS; call += 1) {
    const startedMs = performance.now();
    const { ticket } = await hold(stand, "npm test");
    const tookMs = performance.now() - startedMs;
    stand.desk.close(ticket);
    if (call >= 0) took.push(tookMs);
  }
  const name = `the answer's part, ${hidden} hidden files`;
  return [
    atMost(name, median(took), "ms", ANSWER_MS),
    { name: `${name}, p99`, value: percentile(took, 0.99), unit: "ms" },
  ];
}

async function parallelFigures(stand: Stand): Promise<readonly Figure[]> {
  const together = async (scripts: readonly string[]): Promise<number> => {
    const startedMs = performance.now();
    await Promise.all(
      scripts.map(
        (script) =>
          new Promise<void>((resolve, reject) => {
            const { encoding: _encoding, ...options } = optionsOf(stand);
            const child = spawn("/bin/bash", ["-c", script], { ...options, stdio: "ignore" });
            child.once("error", reject);
            child.once("close", (code) =>
              code === 0 ? resolve() : reject(new Error(`\`${script}\` ended with ${code}`)),
            );
          }),
      ),
    );
    return performance.now() - startedMs;
  };
  const [bares, held] = [[] as number[], [] as number[]];
  for (let round = 0; round < 5; round += 1) {
    const tickets: Ticket[] = [];
    for (let call = 0; call < PARALLEL; call += 1) tickets.push(await hold(stand, "true"));
    bares.push(await together(tickets.map((ticket) => bare(stand, ticket))));
    held.push(await together(tickets.map(({ command }) => command)));
    for (const { ticket } of tickets) stand.desk.close(ticket);
  }
  return [
    { name: `${PARALLEL} at once: bare bubblewrap`, value: median(bares), unit: "ms" },
    { name: `${PARALLEL} at once: held`, value: median(held), unit: "ms" },
    atMost(
      `${PARALLEL} at once: beside bare bubblewrap`,
      median(held) / median(bares),
      "x",
      TIMES_BARE,
    ),
  ];
}

/** Small projects of each toolchain in one folder, and what is run of them; `again` makes the next run do its work once more. */
const TOOLS: readonly { readonly name: string; readonly command: string }[] = [
  { name: "npm test", command: "npm test --silent" },
  { name: "tsc", command: "node TSC -p ." },
  { name: "pytest", command: "/usr/bin/python3 -m pytest -q -p no:cacheprovider tests" },
  { name: "cargo build", command: "cargo clean -q; cargo build -q --offline" },
  { name: "go build", command: "go build -a -o bin/shop ./shop.go" },
];

const TOOL_FILES: Readonly<Record<string, string>> = {
  "package.json":
    '{ "name": "shop", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test test/" } }\n',
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [
      `test/price-${at}.test.mjs`,
      'import { test } from "node:test";\nimport assert from "node:assert";\ntest("adds up", () => assert.equal(2 + 3, 5));\n',
    ]),
  ),
  "tsconfig.json":
    '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2022", "module": "nodenext", "types": [] }, "include": ["src/*.ts"] }\n',
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [
      `src/price${at}.ts`,
      `export type Item${at} = { readonly name: string; readonly price: number };\nexport const total${at} = (items: readonly Item${at}[]): number => items.reduce((sum, { price }) => sum + price, 0);\n`,
    ]),
  ),
  "src/lib.rs": "pub fn total(prices: &[u32]) -> u32 {\n    prices.iter().sum()\n}\n",
  "Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n',
  "tests/test_price.py":
    "import pytest\n\n\n@pytest.mark.parametrize('n', range(300))\ndef test_adds_up(n):\n    assert n + 1 > n\n",
  "go.mod": "module shop.example/shop\n\ngo 1.19\n",
  "shop.go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("total", 5)\n}\n',
};

async function toolFigures(stand: Stand): Promise<readonly Figure[]> {
  write(stand.project, TOOL_FILES);
  const figures: Figure[] = [];
  const compiler = realpathSync(join(import.meta.dirname, "../../node_modules/typescript/bin/tsc"));
  for (const { name, command: text } of TOOLS) {
    const command = text.replace("TSC", compiler);
    const [outside, inside] = [[] as number[], [] as number[]];
    for (let round = -1; round < TOOL_ROUNDS; round += 1) {
      const ticket = await hold(stand, command);
      const spent = [cpuOf(stand, command), cpuOf(stand, ticket.command)];
      stand.desk.close(ticket.ticket);
      // The first fills caches, which a held call has of its own.
      if (round < 0) continue;
      outside.push(spent[0] ?? Number.NaN);
      inside.push(spent[1] ?? Number.NaN);
    }
    figures.push(
      { name: `${name}, outside`, value: median(outside), unit: "ms" },
      { name: `${name}, held`, value: median(inside), unit: "ms" },
      atMost(`${name}, held beside outside`, median(inside) / median(outside), "x", TOOL_RATIO),
    );
  }
  return figures;
}

/** User and system time of a command, in milliseconds. */
function cpuOf(stand: Stand, command: string): number {
  // A held command ends with a comment that says what it runs.
  const script = `TIMEFORMAT="%U %S"; time { ${command}\n} >/dev/null`;
  const { status, stderr } = spawnSync("/bin/bash", ["-c", script], optionsOf(stand));
  if (status !== 0) throw new Error(`\`${command}\` ended with ${status}: ${stderr.slice(-500)}`);
  const seconds = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return seconds.reduce((sum, value) => sum + value * 1_000, 0);
}
