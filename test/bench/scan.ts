// Scans of mixed trees: of the project's own files with made ones of other kinds, or of real repositories, beside a plain read and secretlint.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isAscii } from "node:buffer";
import { availableParallelism, tmpdir } from "node:os";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { scanText } from "#guard/content/scan.ts";
import { atLeast, atMost, type BenchOptions, type Figure, median, percentile } from "./figures.ts";
import type { Suite } from "./figures.ts";
import { makeMixedTree } from "./mixed-tree.ts";
import { askSecretlint, type NamedText } from "./secretlint.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));
const ROUNDS = 3;
/** Bytes of files that secretlint is given, which needs minutes for more, and the largest one of them. */
const PEER_BYTES = 1_000_000;
const PEER_FILE_BYTES = 100_000;
/** Characters of a piece of each kind of file, and of a prompt. */
const PIECE_CHARS = 100 * 1024;
const WARM_ROUNDS = 8;
const PROMPT_CHARS = 2_048;
const PROMPTS = 500;
/**
 * Prints processor time and the largest size of the process when it ends. WHY not what the system says of its use: a child's largest
 * size begins with that of the process that started it, which holds all files here.
 */
const SIZED = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from "node:fs";
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    const [, kib] = /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    process.stderr.write("\\nused=" + (user + system) / 1e6 + "/" + Number(kib) / 1024);
  });`)}`;

/** Measures the built program on `trees`, or on a tree of its own. */
export async function measureScan({ trees }: BenchOptions): Promise<Suite> {
  const scratch = mkdtempSync(join(tmpdir(), "scan-bench-"));
  try {
    const home = join(scratch, "home");
    mkdirSync(home);
    const tree = trees ?? makeMixedTree(join(scratch, "tree"));
    const files = filesBelow(tree);
    const texts = files.filter(({ bytes }) => !bytes.subarray(0, 8_192).includes(0));
    return {
      method: `${trees === undefined ? "The project's own files and made ones of other kinds, pictures among them" : "Files of public repositories"}, all in the cache of the system. The built \`scan\` as whole processes, ${ROUNDS} rounds in turns with a plain read of the same files; a core's rate is by processor time, start and compiling included, and that of two cores is the clock's. Pieces of every kind of text file of which there is as much, prompts from its prose, each in process and by processor time after a warm-up; secretlint 13.0.7 with its recommended rules, in a process of its own, on ${PEER_BYTES / 1e6} MB of the same texts.`,
      figures: [
        ...wholeTree(tree, files, home),
        ...history(home),
        ...pieces(texts),
        ...prompts(texts),
        ...(await besidePeer(texts)),
      ],
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type TreeFile = { readonly path: string; readonly bytes: Buffer };

function filesBelow(tree: string): readonly TreeFile[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !relative(tree, file).split("/").includes(".git"))
    .sort()
    .map((file) => ({ path: relative(tree, file), bytes: readFileSync(file) }));
}

type Run = {
  readonly seconds: number;
  readonly busy: number;
  readonly mib: number;
  /** Bytes that were looked at, or known to be clean. */
  readonly bytes: number;
};

const Report = v.object({ looked: v.object({ bytes: v.number() }) });

function scanned(tree: string, home: string, options: readonly string[]): Run {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--import", SIZED, MAIN, "scan", "--json", ...options],
    { cwd: tree, env: { HOME: home, PATH: process.env["PATH"] }, maxBuffer: 1 << 30 },
  );
  const [, busy, mib] = /used=([\d.]+)\/([\d.]+)/.exec(String(stderr)) ?? [];
  if (busy === undefined || (status ?? 2) > 1)
    throw new Error(`the scan failed: ${String(stderr)}`);
  const seconds = (performance.now() - start) / 1e3;
  const { bytes } = v.parse(Report, JSON.parse(String(stdout))).looked;
  return { seconds, bytes, busy: Number(busy), mib: Number(mib) };
}

function wholeTree(tree: string, files: readonly TreeFile[], home: string): readonly Figure[] {
  const bytes = files.reduce((sum, one) => sum + one.bytes.length, 0);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    read: busyMs(() => files.forEach(({ path }) => readFileSync(join(tree, path)))) / 1e3,
    secrets: scanned(tree, home, ["--no-cache", "."]),
    all: scanned(tree, home, ["--no-cache", "--personal", "."]),
  }));
  scanned(tree, home, ["."]);
  const again = scanned(tree, home, ["."]);
  const rate = (of: (round: (typeof rounds)[number]) => number): number =>
    median(rounds.map((round) => bytes / 1e6 / of(round)));
  const cores = `${Math.min(2, availableParallelism())} cores`;
  return [
    { name: "files of the tree", value: files.length, unit: "" },
    { name: "bytes of the tree", value: bytes / 1e6, unit: "MB" },
    { name: "a plain read of them", value: rate(({ read }) => read), unit: "MB/s" },
    atLeast(
      `secrets, by the clock, ${cores}`,
      rate(({ secrets }) => secrets.seconds),
      "MB/s",
      50,
    ),
    atLeast(
      "secrets, a core",
      rate(({ secrets }) => secrets.busy),
      "MB/s",
      25,
    ),
    {
      name: `personal and health data too, by the clock, ${cores}`,
      value: rate(({ all }) => all.seconds),
      unit: "MB/s",
    },
    {
      name: "personal and health data too, a core",
      value: rate(({ all }) => all.busy),
      unit: "MB/s",
    },
    {
      name: "a second scan, nothing changed, a core",
      value: bytes / 1e6 / again.busy,
      unit: "MB/s",
    },
    atMost(
      "largest size of the process",
      median(rounds.map(({ secrets }) => secrets.mib)),
      "MB",
      200,
    ),
  ];
}

/** The history of the project itself, which is full of made-up secrets. */
function history(home: string): readonly Figure[] {
  if (!existsSync(join(ROOT, ".git"))) return [];
  const first = scanned(ROOT, home, ["--no-cache", "--history"]);
  scanned(ROOT, home, ["--history"]);
  const again = scanned(ROOT, home, ["--history"]);
  const rate = ({ bytes }: Run, seconds: number): number => bytes / 1e6 / seconds;
  return [
    { name: "versions of files in the history", value: first.bytes / 1e6, unit: "MB" },
    atLeast("the history, by the clock", rate(first, first.seconds), "MB/s", 20),
    { name: "the history, a core", value: rate(first, first.busy), unit: "MB/s" },
    { name: "the history again, a core", value: rate(again, again.busy), unit: "MB/s" },
    atMost("largest size of the process in a history", first.mib, "MB", 200),
  ];
}

/** The worst kind of file tells most: source code alone says little of the rest. */
function pieces(texts: readonly TreeFile[]): readonly Figure[] {
  const byKind = new Map<string, string>();
  for (const { path, bytes } of texts) {
    const kind = extname(path);
    const known = byKind.get(kind) ?? "";
    if (known.length < PIECE_CHARS) byKind.set(kind, `${known}${bytes.toString("utf8")}\n`);
  }
  const kinds = [...byKind].flatMap(([kind, text]) =>
    kind === "" || text.length < PIECE_CHARS ? [] : [{ kind, piece: text.slice(0, PIECE_CHARS) }],
  );
  const runs = kinds.map(({ kind, piece }) => ({
    kind,
    run: (): number => busyMs(() => scanText(piece, "piece", { path: `piece${kind}` })),
  }));
  // WHY all of them first: else the kinds that come first pay for what the engine compiles beside them.
  for (let round = 0; round < WARM_ROUNDS; round += 1) for (const { run } of runs) run();
  const samples = runs.map(({ kind, run }) => ({ kind, ms: median([run(), run(), run()]) }));
  const worst = samples.toSorted((one, other) => other.ms - one.ms)[0];
  const times = samples.map(({ ms }) => ms);
  return [
    { name: "kinds of text files with 100 KB", value: samples.length, unit: "" },
    { name: "100 KB of a kind, p50", value: median(times), unit: "ms" },
    atMost("100 KB of a kind, p95", percentile(times, 0.95), "ms", 5),
    {
      name: `100 KB of the worst kind: ${worst?.kind ?? "none"}`,
      value: worst?.ms ?? 0,
      unit: "ms",
    },
  ];
}

function prompts(texts: readonly TreeFile[]): readonly Figure[] {
  const prose = texts
    .filter(({ path }) => path.endsWith(".md"))
    .map(({ bytes }) => bytes.toString("utf8"))
    .join("\n");
  const step = Math.max(1, Math.floor((prose.length - PROMPT_CHARS) / PROMPTS));
  const sent = Array.from({ length: PROMPTS }, (_, at) =>
    prose.slice(at * step, at * step + PROMPT_CHARS),
  ).filter(({ length }) => length === PROMPT_CHARS);
  if (sent.length === 0) return [];
  const run = (): void => sent.forEach((text) => scanText(text, "prompt"));
  run();
  const us = (1e3 * median([busyMs(run), busyMs(run), busyMs(run)])) / sent.length;
  return [atMost("a prompt of 2 KB", us, "us", 100)];
}

async function besidePeer(texts: readonly TreeFile[]): Promise<readonly Figure[]> {
  const small = texts.filter(({ bytes }) => bytes.length <= PEER_FILE_BYTES);
  const all = small.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const step = Math.max(1, Math.floor(all / PEER_BYTES));
  const sample = small
    .filter((_, at) => at % step === 0)
    .map(({ path, bytes }): NamedText & { readonly bytes: number } => ({
      path,
      bytes: bytes.length,
      text: bytes.toString(isAscii(bytes) ? "latin1" : "utf8"),
    }));
  const bytes = sample.reduce((sum, one) => sum + one.bytes, 0);
  const look = (): void =>
    sample.forEach(({ path, text }) => scanText(text, path, { path, families: ["secret"] }));
  look();
  const ours = busyMs(look) / 1e3;
  const peer = await askSecretlint(sample.map(({ path, text }) => ({ path, text })));
  return [
    { name: "a sample of the same texts, ours, a core", value: bytes / 1e6 / ours, unit: "MB/s" },
    { name: "the sample, secretlint, a core", value: bytes / 1e6 / peer.seconds, unit: "MB/s" },
    { name: "ours beside secretlint", value: peer.seconds / ours, unit: "x" },
  ];
}

/** Milliseconds that this process had a core, so that other work on the machine counts little. */
function busyMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}
