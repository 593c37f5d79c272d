// What a responder waits for: questions by name and the story of a session of 5,000 calls, as commands over a log with its daemon and index; and what an event takes on disk.
import type { ChildProcess } from "node:child_process";
import { runBuilt } from "../client/built-program.ts";
import { endDaemon, openStopped, startDaemon } from "./daemon.ts";
import { atMost, type BenchOptions, median, type Suite } from "./figures.ts";
import {
  CALLS_A_SESSION,
  fillLog,
  indexed,
  LONG_SESSION,
  SESSION_CALLS,
  USERS,
} from "./responder-log.ts";

const ROUNDS = 5;

/** Whole commands, as a person types them; of a million events one of them may take 200 ms beside the start of the program. */
const QUESTIONS: readonly (readonly string[])[] = [
  ["who-pushed", "--since", "24h"],
  ["refused-egress", "--since", "24h"],
  ["touched-file", "--path", "src/module-77.ts", "--since", "8d"],
  ["touched-branch", "--branch", "main", "--since", "1h"],
  ["secrets-seen", "--since", "8d"],
];

/** Writes a log of `calls` calls with their results, lets the daemon index it, and asks. */
export async function measureResponder({ calls }: BenchOptions): Promise<Suite> {
  const guarded = openStopped();
  let daemon: ChildProcess | undefined;
  try {
    const bytesAnEvent = await fillLog(guarded.data, calls);
    daemon = await startDaemon(guarded);
    await indexed(guarded.data, 2 * (calls + SESSION_CALLS));
    const once = (...args: readonly string[]): number => {
      const startMs = performance.now();
      const ended = runBuilt(guarded, "log", ...args);
      if (ended.status !== 0) throw new Error(`${ended.stdout}${ended.stderr}`);
      return performance.now() - startMs;
    };
    const floors: number[] = [];
    /** What a command takes beside the list of questions, round by round in turns with it. */
    const added = (...args: readonly string[]): number =>
      median(
        Array.from({ length: ROUNDS }, () => {
          const floorMs = once("query");
          floors.push(floorMs);
          return once(...args) - floorMs;
        }),
      );
    const events = (2 * (calls + SESSION_CALLS)).toLocaleString("en-US");
    const asked = QUESTIONS.map((question) =>
      atMost(`\`${question[0] ?? ""}\`, added to the list`, added("query", ...question), "ms", 200),
    );
    const story = added("session", LONG_SESSION);
    return {
      method:
        `${events} events, calls and their results with their texts sealed, of ${USERS} people in sessions of ${CALLS_A_SESSION} calls over six days, and one session of ` +
        `${SESSION_CALLS.toLocaleString("en-US")} calls; the daemon has indexed them. Commands are whole processes on the clock, in turns with \`log query\` alone, which prints the list and asks nobody; medians of ${ROUNDS} differences. ` +
        "With `--calls 500000` it is a million events. Bytes are what the log's folder grew by.",
      figures: [
        { name: "`log query`, the list of questions", value: median(floors), unit: "ms" },
        ...asked,
        atMost("`log session` of 5,000 calls, added to the list", story, "ms", 1_000),
        ...bytesAnEvent,
      ],
    };
  } finally {
    if (daemon !== undefined) await endDaemon(daemon);
    guarded.close();
  }
}
