// Audits of small and large trees beside a bare node, and beside another program that audits set-ups of the client.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { atMost, type Figure, median, type Suite } from "./figures.ts";
import { installPeer } from "./npm-peer.ts";

const MAIN = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));
const ROUNDS = 7;
const LARGE_ROUNDS = 3;
/** Prints the largest size of the process when it ends, in KiB. */
const SIZED =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmaxrss="+process.resourceUsage().maxRSS))';

/** Measures. The peer is left out, and said so, where npm cannot install it. */
export async function measureAudit(): Promise<Suite> {
  const scratch = mkdtempSync(join(tmpdir(), "audit-bench-"));
  const home = join(scratch, "home");
  mkdirSync(home);
  try {
    const [small, large] = [join(scratch, "small"), join(scratch, "large")];
    makeTree(small, 5_000);
    makeTree(large, 500_000);
    spawnSync("git", ["init", "-q", small]);
    const peer = peerProgram();
    const run = (...args: readonly string[]) => timed(args, home);
    const kinds = {
      floor: () => run("-e", "0"),
      help: () => run(MAIN, "audit", "--help"),
      small: () => run(MAIN, "audit", small, "--json"),
      ...(peer === undefined
        ? {}
        : { peer: () => run(peer, "scan", "--path", small, "--format", "json") }),
    };
    const samples = inTurns(kinds, ROUNDS);
    const far = inTurns(
      {
        ours: () => run(MAIN, "audit", large, "--json"),
        ...(peer === undefined
          ? {}
          : { peer: () => run(peer, "scan", "--path", large, "--format", "json") }),
      },
      LARGE_ROUNDS,
    );
    return {
      method: `Whole processes in turns, ${ROUNDS} of each kind over 5,000 files (60 packages, 60 scripts, 560 files of operations, settings, a workflow, the rest source) and ${LARGE_ROUNDS} over 500,000, wall time and largest size. The floor is \`node -e 0\`. The peer, \`ecc-agentshield\` 1.6.0 as npm installs it, is given the same trees; it looks at fewer kinds of files, so its time says what a person waits and not what is looked at.`,
      figures: figuresOf(samples, far),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Sample = { readonly ms: number; readonly mib: number };
type Samples = Readonly<Record<string, readonly Sample[]>>;

function figuresOf(samples: Samples, far: Samples): readonly Figure[] {
  const ms = (of: Samples, kind: string) => median((of[kind] ?? []).map((sample) => sample.ms));
  const mib = (of: Samples, kind: string) => median((of[kind] ?? []).map((sample) => sample.mib));
  const floor = ms(samples, "floor");
  const figures: Figure[] = [
    { name: "floor: node -e 0", value: floor, unit: "ms" },
    { name: "audit --help", value: ms(samples, "help"), unit: "ms" },
    atMost("audit --help beside the floor", ms(samples, "help") / floor, "x", 1.5),
    atMost("5,000 files", ms(samples, "small"), "ms", 1_500),
    { name: "5,000 files, size", value: mib(samples, "small"), unit: "MiB" },
    atMost("500,000 files", ms(far, "ours"), "ms", 20_000),
    atMost("500,000 files, size", mib(far, "ours"), "MiB", 200),
  ];
  if (samples["peer"] === undefined)
    return [...figures, { name: "the peer could not be installed", value: 0, unit: "" }];
  return [
    ...figures,
    { name: "5,000 files, the peer", value: ms(samples, "peer"), unit: "ms" },
    { name: "5,000 files, the peer's size", value: mib(samples, "peer"), unit: "MiB" },
    { name: "500,000 files, the peer", value: ms(far, "peer"), unit: "ms" },
    { name: "500,000 files, the peer's size", value: mib(far, "peer"), unit: "MiB" },
  ];
}

function inTurns(
  kinds: Readonly<Record<string, () => Sample>>,
  rounds: number,
): Readonly<Record<string, readonly Sample[]>> {
  const samples = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, [] as Sample[]]));
  for (let round = 0; round < rounds; round += 1)
    for (const [kind, run] of Object.entries(kinds)) samples[kind]?.push(run());
  return samples;
}

function timed(args: readonly string[], home: string): Sample {
  const started = performance.now();
  const { stderr, status, error } = spawnSync(process.execPath, ["--import", SIZED, ...args], {
    env: { PATH: process.env["PATH"], HOME: home, SALLYPORT_HOME: join(home, "sallyport") },
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    timeout: 600_000,
  });
  const ms = performance.now() - started;
  const size = /maxrss=(\d+)/.exec(stderr)?.[1];
  if (error !== undefined || size === undefined || (status ?? 99) > 2)
    throw new Error(
      `a measured process failed with ${status ?? "a signal"}: ${stderr.slice(-300)}`,
    );
  return { ms, mib: Number(size) / 1024 };
}

function peerProgram(): string | undefined {
  try {
    return join(installPeer("agentshield"), "node_modules/ecc-agentshield/dist/index.js");
  } catch {
    return undefined;
  }
}

/** Files of one folder. */
const FOLDER_FILES = 50;
/** Folders of whoever runs the program: an audit reads all that is text in them. */
const OPERATIONS = ["ops", "tools", "deploy", "infra", "k8s", "charts", "policies"];
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: NAME, labels: { app: NAME } }
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: app
          image: registry.example/app:1.2.3
          env: [{ name: LOG_LEVEL, value: info }]
          resources: { limits: { memory: 256Mi } }
`;
const SOURCE = "export const answer = 42;\n".repeat(40);

/** A repository of `count` files with what an audit looks at in it; source files of the large tree are empty. */
function makeTree(root: string, count: number): void {
  let made = 0;
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
    made += 1;
  };
  const permissions = { allow: ["Bash(npm run test:*)"], deny: ["Read(./.env)"] };
  put(".claude/settings.json", JSON.stringify({ permissions }, null, 2));
  put(
    ".github/workflows/ci.yml",
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm test\n",
  );
  put("CLAUDE.md", "Run the tests before you commit.\n");
  for (let index = 0; index < 60; index += 1) {
    const scripts = { build: "tsc", test: "vitest run" };
    put(`packages/p${index}/package.json`, JSON.stringify({ name: `p${index}`, scripts }));
    put(`scripts/s${index}.sh`, "#!/bin/sh\nset -eu\nnpm run build\n".repeat(10));
  }
  for (const folder of OPERATIONS)
    for (let index = 0; index < 40; index += 1) {
      put(`${folder}/deployment-${index}.yaml`, DEPLOYMENT.replace("NAME", `a${index}`));
      put(`${folder}/tool-${index}.py`, "import json\nprint(json.dumps({}))\n".repeat(20));
    }
  for (let folder = 0; made < count; folder += 1) {
    const path = join(root, "src", `m${Math.floor(folder / 80)}`, `d${folder % 80}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FOLDER_FILES && made < count; file += 1, made += 1)
      writeFileSync(join(path, `f${file}.ts`), count > 10_000 ? "" : SOURCE);
  }
}
