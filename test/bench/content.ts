// The content stage beside a copy of memory and beside secretlint: source code, pieces of 100 KB, hostile texts, cold start, a gigabyte.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as v from "valibot";
import type { scanText } from "#guard/content/scan.ts";
import { cleanFiles } from "../corpus/content/clean-packages.ts";
import { judge, match } from "../corpus/content/judge.ts";
import { makeCorpus } from "../corpus/content/make.ts";
import { type Rates, ratesOf, valueOf } from "../corpus/content/rates.ts";
import { atLeast, atMost, type Figure, median, percentile, type Suite } from "./figures.ts";
import { HOSTILE_CHARS, hostileTexts } from "./hostile-texts.ts";
import { askSecretlint, type NamedText } from "./secretlint.ts";

type Scan = typeof scanText;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ROUNDS = 3;
const PROCESSES = 15;
const PIECE_CHARS = 100 * 1024;
/** Characters of source that are scanned in each round, and that secretlint is given, which needs minutes for more. */
const SOURCE_CHARS = 6_000_000;
const PEER_CHARS = 1_000_000;
/** Calls of each kind that are measured, and the characters that an ordinary one sends. */
const CALLS = 2_000;
const COMMAND_CHARS = 200;
const WRITTEN_CHARS = 5_000;
const GIGABYTE = 1_000_000_000;
/** Growth of resident memory that is only the collector's leeway. */
const GROWTH_MB_MAX = 32;

const Memory = v.object({ early: v.number(), late: v.number(), heap: v.number() });

/** Measures the stage as a bundle, as the daemon has it; the peer in a process of its own. */
export async function measureContent(): Promise<Suite> {
  const folder = mkdtempSync(join(tmpdir(), "content-"));
  try {
    const bundle = await bundleScan(folder);
    const scan = (createRequire(import.meta.url)(bundle) as { scanText: Scan }).scanText;
    const files = sampleOf(
      (await cleanFiles()).filter(({ path }) => /\.[cm]?[jt]s$/.test(path)),
      SOURCE_CHARS,
    );
    return {
      method: `Scripts of popular npm packages at pinned versions; the bundled stage with all its detectors, after a warm-up, ${ROUNDS} rounds in turns with a copy of the same bytes. Times in process and of secretlint are processor time, which is the clock's where nothing else runs. Hostile texts are slow shapes and every keyword repeated. Cold start: ${PROCESSES} processes of each kind in turns, one that loads the bundle and scans a kilobyte, one that is empty. secretlint 13.0.7 with its recommended rules on ${PEER_CHARS / 1e6} MB of the same files and on the secrets of our own labelled corpus (a look at kinds, no contest).`,
      figures: [
        ...throughput(scan, files),
        ...pieces(scan, files),
        ...ordinary(scan, files),
        ...hostile(scan),
        ...coldStart(bundle, folder),
        ...memory(bundle, folder, files),
        ...(await beside(scan, files)),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundleScan(folder: string): Promise<string> {
  const outfile = join(folder, "scan.cjs");
  await build({
    absWorkingDir: ROOT,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    conditions: ["source"],
    minify: true,
    outfile,
    logLevel: "warning",
    stdin: { contents: 'export { scanText } from "#guard/content/scan.ts";', resolveDir: ROOT },
  });
  return outfile;
}

function throughput(scan: Scan, files: readonly NamedText[]): readonly Figure[] {
  const chars = files.reduce((sum, { text }) => sum + text.length, 0);
  const bytes = Buffer.from(files.map(({ text }) => text).join(""), "latin1");
  const target = Buffer.alloc(bytes.length);
  const rates: { ours: number; copy: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ours = busyMs(() => files.forEach(({ path, text }) => scan(text, path, { path })));
    const copy = busyMs(() => bytes.copy(target));
    if (round > 0) rates.push({ ours: chars / ours / 1e3, copy: bytes.length / copy / 1e3 });
  }
  const best = Math.max(...rates.map(({ ours }) => ours));
  return [
    { name: "source code", value: chars / 1e6, unit: "MB" },
    atLeast("source code, best round", best, "MB/s", 50),
    {
      name: "source code, median round",
      value: median(rates.map(({ ours }) => ours)),
      unit: "MB/s",
    },
    { name: "the same bytes copied", value: median(rates.map(({ copy }) => copy)), unit: "MB/s" },
    {
      name: "copied beside scanned",
      value: median(rates.map(({ ours, copy }) => copy / ours)),
      unit: "x",
    },
  ];
}

function pieces(scan: Scan, files: readonly NamedText[]): readonly Figure[] {
  const whole = files.map(({ text }) => text).join("\n");
  const samples: number[] = [];
  for (let at = 0; at + PIECE_CHARS <= whole.length; at += PIECE_CHARS) {
    const piece = whole.slice(at, at + PIECE_CHARS);
    samples.push(busyMs(() => scan(piece, "piece.js", { path: "piece.js" })));
  }
  return [
    { name: "100 KB of source code, p50", value: median(samples), unit: "ms" },
    atMost("100 KB of source code, p95", percentile(samples, 0.95), "ms", 5),
  ];
}

/** What the stage adds to a call as agents make them: each text is another one, as in a session. */
function ordinary(scan: Scan, files: readonly NamedText[]): readonly Figure[] {
  const written = files.filter(({ text }) => text.length >= WRITTEN_CHARS);
  const lines = Array.from({ length: CALLS }, (_, at) =>
    `cd packages/part-${at} && npm run build -- --mode production && git add -A && git commit -m "Fix the form of step ${at}" && curl -sS https://api.example.com/v1/status/${at} | jq .state && ls -la src/components/`.padEnd(
      COMMAND_CHARS,
      "x",
    ),
  );
  const texts = Array.from({ length: CALLS }, (_, at) => {
    const { path, text } = written[at % written.length] ?? { path: "a.js", text: "" };
    return { path, text: text.slice(-WRITTEN_CHARS) };
  });
  const commands = (): void => lines.forEach((line) => scan(line, "command"));
  const writes = (): void => texts.forEach(({ path, text }) => scan(text, "content", { path }));
  const perCall = (run: () => void): number => {
    run();
    return (1e3 * median([busyMs(run), busyMs(run), busyMs(run)])) / CALLS;
  };
  return [
    { name: `a command of ${COMMAND_CHARS} characters`, value: perCall(commands), unit: "us" },
    {
      name: `a file of ${WRITTEN_CHARS / 1_000} KB that is written`,
      value: perCall(writes),
      unit: "us",
    },
  ];
}

function hostile(scan: Scan): readonly Figure[] {
  let worst = { name: "", ms: 0 };
  let truncated = 0;
  const samples: number[] = [];
  for (const [name, text] of hostileTexts()) {
    const run = (): number => busyMs(() => (isTruncated = scan(text, "text").isTruncated));
    let isTruncated = false;
    let ms = run();
    // WHY again: a pause of the machine is no property of the text, and patterns are compiled at their first use.
    if (ms > 5) ms = median([run(), run(), run()]);
    if (isTruncated) truncated += 1;
    samples.push(ms);
    if (ms > worst.ms) worst = { name, ms };
  }
  const kilobytes = HOSTILE_CHARS / 1024;
  return [
    { name: `hostile texts of ${kilobytes} KB`, value: samples.length, unit: "" },
    { name: "hostile texts, p99", value: percentile(samples, 0.99), unit: "ms" },
    atMost(`hostile texts, the worst: ${worst.name.replace(/\|/g, "\\|")}`, worst.ms, "ms", 20),
    { name: "hostile texts that end at the budget and say so", value: truncated, unit: "" },
  ];
}

function coldStart(bundle: string, folder: string): readonly Figure[] {
  const program = join(folder, "cold.cjs");
  writeFileSync(
    program,
    `const { scanText } = require(${JSON.stringify(bundle)}); scanText("const a = 1;\\n".repeat(80), "a.js");`,
  );
  const empty = join(folder, "empty.cjs");
  writeFileSync(empty, "");
  const over: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < PROCESSES; round += 1) {
    const bare = timeMs(() => spawnSync(process.execPath, [empty]));
    floor.push(bare);
    over.push(timeMs(() => spawnSync(process.execPath, [program])) - bare);
  }
  return [
    { name: "an empty process", value: median(floor), unit: "ms" },
    atMost("loaded and scanned a kilobyte, over the empty one", median(over), "ms", 15),
  ];
}

function memory(bundle: string, folder: string, files: readonly NamedText[]): readonly Figure[] {
  const data = join(folder, "texts.json");
  writeFileSync(data, JSON.stringify(files.map(({ text }) => text)));
  const script = `
    const { readFileSync } = require("node:fs");
    const { scanText } = require(${JSON.stringify(bundle)});
    const texts = JSON.parse(readFileSync(${JSON.stringify(data)}, "utf8"));
    let scanned = 0, early;
    const mb = () => (gc(), process.memoryUsage().rss / 1e6);
    while (scanned < ${GIGABYTE}) for (const text of texts) {
      // Fresh text each time, as files are.
      const fresh = Buffer.from(text, "utf8").toString("utf8");
      scanText(fresh, "a.js"); scanned += fresh.length;
      if (early === undefined && scanned > ${GIGABYTE / 10}) early = mb();
    }
    process.stdout.write(JSON.stringify({ early, late: mb(), heap: process.memoryUsage().heapUsed / 1e6 }));`;
  const { stdout } = spawnSync(process.execPath, ["--expose-gc", "-e", script], {
    encoding: "utf8",
  });
  const { early, late, heap } = v.parse(Memory, JSON.parse(stdout));
  return [
    { name: "resident after 100 MB", value: early, unit: "MB" },
    { name: "heap in use after 1 GB, the texts included", value: heap, unit: "MB" },
    atMost("growth of resident memory from 100 MB to 1 GB", late - early, "MB", GROWTH_MB_MAX),
  ];
}

async function beside(scan: Scan, files: readonly NamedText[]): Promise<readonly Figure[]> {
  const sample = sampleOf(files, PEER_CHARS);
  const chars = sample.reduce((sum, { text }) => sum + text.length, 0);
  const ours = busyMs(() => sample.forEach(({ path, text }) => scan(text, path, { path }))) / 1e3;
  const peer = await askSecretlint(sample);
  const items = makeCorpus().filter(({ set }) => set === "secrets");
  const found = await askSecretlint(items.map(({ file, text }) => ({ path: file, text })));
  const theirs = items.map((item, at) =>
    match(
      item,
      (found.spans[at] ?? []).map(([start, end]) => ({
        detector: "secretlint",
        family: "secret" as const,
        tier: "high" as const,
        place: item.file,
        start,
        end,
      })),
    ),
  );
  return [
    { name: "the same files, ours", value: chars / 1e6 / ours, unit: "MB/s" },
    { name: "the same files, secretlint", value: chars / 1e6 / peer.seconds, unit: "MB/s" },
    { name: "ours beside secretlint", value: peer.seconds / ours, unit: "x" },
    ...shares(
      "ours",
      ratesOf(
        items.map((item) => judge(item)),
        "low",
      ),
    ),
    ...shares("secretlint", ratesOf(theirs, "low")),
  ];
}

function shares(name: string, { recall, precision }: Rates): readonly Figure[] {
  return [
    { name: `labelled secrets, ${name}: recall`, value: 100 * valueOf(recall), unit: "%" },
    { name: `labelled secrets, ${name}: precision`, value: 100 * valueOf(precision), unit: "%" },
  ];
}

/** Files of about so many characters in all, every package with a part in it. */
function sampleOf(files: readonly NamedText[], most: number): readonly NamedText[] {
  const all = files.reduce((sum, { text }) => sum + text.length, 0);
  const step = Math.max(1, Math.round(all / most));
  return files.filter((_, at) => at % step === 0);
}

/** Milliseconds that this process had a core, so that other work on the machine counts little. */
function busyMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

function timeMs(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
