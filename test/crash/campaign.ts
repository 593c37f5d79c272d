// Kills processes that work on a log, at steps that are enumerated and at random moments, and looks each time what is left.
import { spawn } from "node:child_process";
import { cp, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { daemonEvent } from "#record/event/guard-events.ts";
import { peekId } from "#record/log/leaf.ts";
import { PRUNED_PATH } from "#record/log/layout.ts";
import { peekPruned } from "#record/log/pruned.ts";
import { verifyLog } from "#record/log/verification/verify.ts";
import { archiveLog, verifyArchive } from "#record/store/archiving.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { openLog } from "#record/store/log-writer.ts";
import { parseSegmentName, verifySegment } from "#record/store/segment.ts";
import { openFolderPlace } from "#surface/services/archive/folder-place.ts";
import { judgeErased, judgeErasing, makeErasable } from "./erasing.ts";
import {
  carryOut,
  optionsOf,
  type Places,
  placesIn,
  PRUNED_BELOW,
  type Scenario,
  SCENARIOS,
} from "./scenarios.ts";

/** Entries of the log that every kill begins with. */
const BASE_ENTRIES = 700;
/** The index takes them in batches of thousands, so its log has more. */
const BASE_ENTRIES_OF_INDEX = 6_000;
const CHILD_MS_MAX = 60_000;

/** What came of one scenario. */
export type Tally = {
  readonly scenario: Scenario;
  /** Steps that change the disk, each of them a point at which a process was killed. */
  readonly steps: number;
  enumerated: number;
  torn: number;
  random: number;
  /** Processes that were done before they could be killed; they are no kills. */
  ended: number;
  /** Events that were acknowledged before kills, and of these lost. */
  acknowledged: number;
  lost: number;
  /** Logs that did not verify before or after the next start, or could not be gone on with. */
  broken: number;
};

export type Campaign = { readonly tallies: readonly Tally[]; readonly misses: readonly string[] };

type Kill = { readonly scenario: Scenario } & (
  | { readonly at: number; readonly isTorn: boolean }
  | { readonly afterMs: number }
);

/** Kills `count` times in all, shared among the scenarios; points are enumerated first, what is left is random. */
export async function runCrashes(
  directory: string,
  count: number,
  random: () => number,
  scenarios: readonly Scenario[] = SCENARIOS,
): Promise<Campaign> {
  const script = await bundleChild();
  const misses: string[] = [];
  const tallies: Tally[] = [];
  for (const [place, scenario] of scenarios.entries()) {
    const home = join(directory, scenario);
    const base = await makeBase(home, scenario);
    const whole = await runWhole(script, home, scenario);
    // What SQLite does goes past the functions that are counted.
    const steps = scenario === "index" ? 0 : whole.steps;
    const share =
      Math.floor((count * (place + 1)) / scenarios.length) -
      Math.floor((count * place) / scenarios.length);
    const tally: Tally = {
      scenario,
      steps,
      enumerated: 0,
      torn: 0,
      random: 0,
      ended: 0,
      acknowledged: 0,
      lost: 0,
      broken: 0,
    };
    for (const kill of killsOf(scenario, { share, steps, ms: whole.ms, random })) {
      const work = join(home, "work");
      await rm(work, { recursive: true, force: true });
      await cp(join(home, "base"), work, { recursive: true });
      const told = await runAndKill(script, work, kill);
      countKill(tally, told.isKilled ? kill : undefined);
      const wrong = await judge(
        placesIn(work, scenario),
        scenario,
        new Map([...base, ...told.took]),
        join(home, "base"),
      );
      tally.acknowledged += base.size + told.took.size;
      tally.lost += wrong.lost;
      if (wrong.why.length > 0) {
        tally.broken += 1;
        misses.push(`${scenario} ${JSON.stringify(kill)}: ${wrong.why.join("; ")}`);
      }
    }
    tallies.push(tally);
  }
  return { tallies, misses };
}

function countKill(tally: Tally, kill: Kill | undefined): void {
  if (kill === undefined) tally.ended += 1;
  else if ("afterMs" in kill) tally.random += 1;
  else if (kill.isTorn) tally.torn += 1;
  else tally.enumerated += 1;
}

/** Two thirds at enumerated steps, spread over all of them where there are more, every third of those torn; the rest at random. */
function* killsOf(
  scenario: Scenario,
  {
    share,
    steps,
    ms,
    random,
  }: {
    readonly share: number;
    readonly steps: number;
    readonly ms: number;
    readonly random: () => number;
  },
): Generator<Kill> {
  const enumerated = Math.min(steps, Math.ceil((share * 2) / 3));
  for (let number = 0; number < enumerated; number += 1) {
    const at = 1 + Math.floor((number * steps) / enumerated);
    yield { scenario, at, isTorn: number % 3 === 1 };
  }
  for (let number = enumerated; number < share; number += 1)
    yield { scenario, afterMs: Math.floor(random() * ms) };
}

/** The child with every step that changes the disk counted. In the cache: what it imports is found from there. */
async function bundleChild(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const outfile = join(here, "../../node_modules/.cache/sallyport-crash/child.mjs");
  const points = join(here, "fault-points.ts");
  const syncPoints = join(here, "sync-fault-points.ts");
  await build({
    entryPoints: [join(here, "crash-child.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["source"],
    logLevel: "error",
    external: ["node-sqlite3-wasm", "yaml"],
    plugins: [
      {
        name: "fault-points",
        setup(made) {
          made.onResolve({ filter: /^node:fs$/ }, ({ importer }) =>
            importer === syncPoints ? { path: "node:fs", external: true } : { path: syncPoints },
          );
          made.onResolve({ filter: /^node:fs\/promises$/ }, ({ importer }) =>
            importer === points ? { path: "node:fs/promises", external: true } : { path: points },
          );
        },
      },
    ],
  });
  return outfile;
}

/** A log that was written, archived to its middle and closed; its ids by index. */
async function makeBase(home: string, scenario: Scenario): Promise<Map<number, string>> {
  const root = join(home, "base");
  await rm(home, { recursive: true, force: true });
  if (scenario === "erase") {
    await mkdir(join(home, "work"), { recursive: true, mode: 0o700 });
    return makeErasable(join(home, "work"), root);
  }
  await mkdir(root, { recursive: true, mode: 0o700 });
  const places = placesIn(root);
  const ids = new Map<number, string>();
  const log = await openLog(optionsOf(places));
  const count = scenario === "index" ? BASE_ENTRIES_OF_INDEX : BASE_ENTRIES;
  const work = Array.from({ length: count }, async () => {
    const event = daemonEvent(log.stamp("daemon"), "start");
    ids.set((await log.append(event, { durable: true })) ?? -1, event.id);
  });
  await Promise.all(work);
  await log.close();
  return ids;
}

/** Carries it out without a kill: how many steps it has, and milliseconds from its first to its last. */
async function runWhole(
  script: string,
  home: string,
  scenario: Scenario,
): Promise<{ readonly steps: number; readonly ms: number }> {
  const work = join(home, "work");
  await rm(work, { recursive: true, force: true });
  await cp(join(home, "base"), work, { recursive: true });
  const told = await runAndKill(script, work, { scenario, at: 0, isTorn: false });
  if (told.steps === undefined) throw new Error(`${scenario} does not end by itself`);
  return { steps: told.steps, ms: told.ms };
}

type Told = {
  readonly took: Map<number, string>;
  readonly steps: number | undefined;
  readonly isKilled: boolean;
  readonly ms: number;
};

function runAndKill(script: string, root: string, kill: Kill): Promise<Told> {
  const env = {
    PATH: process.env["PATH"],
    ROOT: root,
    SCENARIO: kill.scenario,
    ...("at" in kill ? { DIE_AT: String(kill.at), TORN: kill.isTorn ? "1" : "0" } : {}),
  };
  const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "pipe"] });
  const end = (): void => void child.kill("SIGKILL");
  const limit = setTimeout(end, CHILD_MS_MAX);
  let said = "";
  let complaint = "";
  let timer: NodeJS.Timeout | undefined;
  let readyMs = performance.now();
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (said === "") readyMs = performance.now();
    said += text;
    if ("afterMs" in kill && said.startsWith("ready\n")) timer ??= setTimeout(end, kill.afterMs);
  });
  return new Promise((resolve, reject) => {
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      clearTimeout(timer);
      if (code !== null && code !== 0) return reject(new Error(`the child failed: ${complaint}`));
      const lines = said.slice(0, said.lastIndexOf("\n") + 1).split("\n");
      const took = lines.flatMap((line) => {
        const [, index, id] = /^took (\d+) (\S+)$/.exec(line) ?? [];
        return index === undefined || id === undefined ? [] : [[Number(index), id] as const];
      });
      const steps = /^steps (\d+)$/m.exec(said)?.[1];
      resolve({
        took: new Map(took),
        steps: steps === undefined ? undefined : Number(steps),
        isKilled: signal === "SIGKILL",
        ms: performance.now() - readyMs,
      });
    });
  });
}

/** What is wrong after a kill, and how many acknowledged events are lost: as it lies there, after the next start, and when the same is done again. */
export async function judge(
  places: Places,
  scenario: Scenario,
  acknowledged: ReadonlyMap<number, string>,
  base = "",
): Promise<{ readonly lost: number; readonly why: readonly string[] }> {
  const why: string[] = [];
  let lost = 0;
  try {
    const verifier = await readVerifier(places.keys);
    if (verifier === undefined) throw new Error("no verifier key");
    const note = (when: string, faults: readonly { readonly kind: string }[]): void => {
      if (faults.length > 0) why.push(`${when}: ${faults.map(({ kind }) => kind).join(", ")}`);
    };
    note("before", (await verifyLog(openLogFiles(places.log), { verifier })).faults);
    await (await openLog(optionsOf(places))).close();
    note("after the start", (await checkLog({ ...places, verifier })).faults);
    const installation = join(places.log, "../..");
    if (scenario === "erase") why.push(...(await judgeErasing(installation, base)));
    lost = await countLost(places, acknowledged);
    if (lost > 0) why.push(`${lost} acknowledged events are lost`);
    // What was half done is done now.
    await carryOut(scenario, places, () => undefined);
    note("done again", (await checkLog({ ...places, verifier })).faults);
    if (scenario === "erase") why.push(...(await judgeErased(installation)));
    const place = openFolderPlace(places.archive);
    if (scenario === "archive" || scenario === "prune" || scenario === "retain") {
      await archiveLog(places.log, verifier, { place });
      const { faults, gaps, from } = await verifyArchive(place, verifier);
      if (faults.length + gaps.length > 0 || from !== 0) why.push("the archive has gaps or faults");
    }
    if (scenario === "prune" || scenario === "retain") {
      const pruned = await openLogFiles(places.log).read(PRUNED_PATH);
      if (pruned === undefined || peekPruned(pruned) !== PRUNED_BELOW)
        why.push("nothing was removed");
    }
    lost = Math.max(lost, await countLost(places, acknowledged));
  } catch (cause) {
    why.push(cause instanceof Error ? cause.message : "unknown");
  }
  return { lost, why };
}

/** Acknowledged events that are neither in the log nor, where they were removed on record, in a segment that holds. */
async function countLost(
  places: Places,
  acknowledged: ReadonlyMap<number, string>,
): Promise<number> {
  const files = openLogFiles(places.log);
  const verifier = await readVerifier(places.keys);
  if (verifier === undefined) return acknowledged.size;
  const size = (await verifyLog(files, { verifier })).checkpoint?.size ?? 0;
  const found = new Map<number, string | undefined>();
  for await (const { index, bytes } of readEntries(files, size, 0, size))
    found.set(index, peekId(bytes));
  const place = openFolderPlace(places.archive);
  if (!found.has(0))
    for (const name of await place.list()) {
      const bytes = parseSegmentName(name) === undefined ? undefined : await place.get(name);
      if (bytes === undefined) continue;
      const { from, entries } = verifySegment(bytes, verifier);
      for (const [at, entry] of entries.entries()) found.set(from + at, peekId(entry));
    }
  return [...acknowledged].filter(([index, id]) => found.get(index) !== id).length;
}
