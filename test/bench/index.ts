// What the index takes and gives: made-up events a second of processor time, and how long questions take over all of them.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFilter } from "#record/index/filter-parse.ts";
import { namesOf } from "#record/index/filter-names.ts";
import { countIndex, searchIndex } from "#record/store/index/index-answers.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import type { IndexRow } from "#record/store/index/index-row.ts";
import { standInUnder } from "#record/index/readable-words.ts";
import { createRowMaker } from "#record/store/index/index-follow.ts";
import { loadQueries } from "#surface/foundation/product/shipped-data.ts";
import { limitHeap } from "#surface/services/index/heap-limit.ts";
import { generatedSessionId } from "../record/generated-events.ts";
import { generatedLeaves, generatedStamps, generatedSubject } from "../record/generated-index.ts";
import { atLeast, atMost, type BenchOptions, median, percentile, type Suite } from "./figures.ts";

const BATCH = 4_096;
const USERS = 20;
const ROUNDS = 25;
const MIB = 1024 * 1024;

/** Fills an index with `calls` made-up events of twenty people in a week, then asks it. */
export async function measureIndex({ calls: count }: BenchOptions): Promise<Suite> {
  const heap = limitHeap(512 * MIB);
  const folder = await mkdtemp(join(tmpdir(), "sallyport-bench-index-"));
  const file = join(folder, "index", "events.db");
  try {
    const { read, written } = await fill(file, count);
    const filledBytes = heap.bytes();
    const { size } = await stat(file);
    const index = await openIndexFile(file);
    const timed = await questions(index, count);
    index.close();
    return {
      method:
        `${count} made-up events of ${USERS} people in a week: decoded, opened with their key, flattened, and written in transactions of ${BATCH} to a file with ` +
        "its full text, lists and hourly counts. Rates are events a second of processor time of one core, because other work on the machine does not change that; " +
        `questions are medians of ${ROUNDS} rounds on the clock, with the best round behind them. With \`--calls 1000000\` it is a million.`,
      figures: [
        { name: "decode, open and flatten", value: count / read, unit: "/s" },
        {
          name: "write: rows, lists, full text, hourly counts, digests",
          value: count / written,
          unit: "/s",
        },
        atLeast("both, as the index's thread does them", count / (read + written), "/s", 40_000),
        { name: "file, bytes an event", value: size / count, unit: "B" },
        {
          name: "memory that the library grew to (0: its first 16 MiB)",
          value: filledBytes / MIB,
          unit: "MiB",
        },
        ...timed.flatMap(({ name, samples, most }) => [
          most === undefined
            ? { name, value: median(samples), unit: "ms" }
            : atMost(name, median(samples), "ms", most),
          { name: `${name}, best`, value: percentile(samples, 0), unit: "ms" },
        ]),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds of processor time for reading events and for writing them. */
async function fill(
  file: string,
  count: number,
): Promise<{ readonly read: number; readonly written: number }> {
  const index = await openIndexFile(file, { key: "bench" });
  const rowOf = createRowMaker({
    subjects: () => generatedSubject,
    texts: undefined,
    standIn: standInUnder((_, text) => generatedSubject.pseudonym("word", text)),
  });
  let [read, written, place] = [0, 0, 0];
  let batch: Uint8Array[] = [];
  const flush = (): void => {
    const started = process.cpuUsage();
    const rows: IndexRow[] = batch.map((bytes) => rowOf(place++, bytes));
    const flat = process.cpuUsage();
    index.append(rows, { indexed: place, first: 0, origin: "bench", lastHash: "" });
    read += seconds(started, flat);
    written += seconds(flat, process.cpuUsage());
    batch = [];
  };
  for (const bytes of generatedLeaves({ seed: 9, count, users: USERS })) {
    batch.push(bytes);
    if (batch.length === BATCH) flush();
  }
  if (batch.length > 0) flush();
  const started = process.cpuUsage();
  index.settle();
  written += seconds(started, process.cpuUsage());
  index.close();
  return { read, written };
}

function seconds(from: NodeJS.CpuUsage, to: NodeJS.CpuUsage): number {
  return (to.user - from.user + to.system - from.system) / 1e6;
}

type Timed = { readonly name: string; readonly samples: readonly number[]; readonly most?: number };

async function questions(index: IndexFile, count: number): Promise<readonly Timed[]> {
  // WHY a digest: with the installation's keys each text is looked for as it stands and as a literal's stand-in.
  const names = namesOf(() => [generatedSubject], generatedStamps()(0).digest);
  const filter = (text: string) => parseFilter(text, { nowMs: 0, names });
  const newest = (text: string) => () =>
    searchIndex(index, filter(text), { limit: 50, before: null, byRank: false });
  const saved = (id: string) => {
    const sql = loadQueries().find((query) => query.id === id)?.sql ?? "";
    return () => index.select(sql, { ":since_ms": 0, ":until_ms": 2 ** 48 }, 10_000);
  };
  const session = generatedSessionId(7, 1);
  const timed = (name: string, ask: () => unknown, most?: number): Timed => {
    const samples = Array.from({ length: ROUNDS }, () => {
      const started = performance.now();
      ask();
      return performance.now() - started;
    });
    return { name, samples, ...(most === undefined ? {} : { most }) };
  };
  const all = `${count} events`;
  return [
    timed(`last 50 of a session, ${all}`, newest(`session:${session}`), 5),
    timed("newest 50 refusals of one user", newest("verdict:deny user:member-7")),
    timed("full text of a frequent phrase, newest 50", newest('"git push"'), 50),
    timed("full text of a rare word, newest 50", newest("AAAAA4E2"), 50),
    timed("full text of a frequent word and a rare one, newest 50", newest("word AAAAA4E2"), 50),
    timed("full text of two words and not of a third, newest 50", newest("git push -docker"), 50),
    timed("denials by user and hour", saved("denials-by-user-hour"), 50),
    timed("refusals by tool, from the hourly counts", () =>
      countIndex(index, filter("verdict:deny"), { by: ["tool"], limit: 50, inOrder: false }),
    ),
    timed("events with an effect, counted by user", () =>
      countIndex(index, filter("effect:delete/home"), { by: ["user"], limit: 50, inOrder: false }),
    ),
  ];
}
