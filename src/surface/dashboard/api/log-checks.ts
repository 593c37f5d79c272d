// Endpoints of the log's integrity: checks that read the whole log, begun on demand, with how far they are; and the proof of one event.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readVerifier } from "#record/store/keys.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, wholeText } from "./fields.ts";

/** A check reads everything: of ten million events that is minutes. */
const CHECK_MS_MAX = 30 * 60_000;
const FAULTS_SHOWN = 200;
const CHECKS = ["verify", "fsck"] as const;
type CheckName = (typeof CHECKS)[number];

const state = v.object({
  what: v.picklist(CHECKS),
  /** `whole`: nothing was found. `failed`: it did not come to an end. */
  state: v.picklist(["none", "running", "whole", "faults", "failed"]),
  startedMs: v.nullable(v.number()),
  endedMs: v.nullable(v.number()),
  /** Entries that were looked at, of how many; null before that is known. */
  done: v.nullable(v.number()),
  of: v.nullable(v.number()),
  faults: v.array(v.string()),
  faultsOmitted: v.number(),
  notes: v.array(v.string()),
  problem: v.nullable(v.string()),
});
type State = v.InferOutput<typeof state>;

/** What both commands print, as far as a page tells it. */
const report = v.object({
  whole: v.boolean(),
  entries: v.number(),
  pruned: v.number(),
  faults: v.array(v.union([v.string(), v.object({ message: v.string() })])),
  faultsOmitted: v.optional(v.number(), 0),
  damagedTiles: v.optional(v.array(v.object({ path: v.string(), state: v.string() })), []),
  proofs: v.optional(v.object({ tried: v.number(), failed: v.number() })),
  spool: v.optional(v.object({ waiting: v.number(), damaged: v.number() })),
  index: v.object({
    kind: v.string(),
    events: v.optional(v.number()),
    why: v.optional(v.string()),
    findings: v.optional(v.array(v.object({ message: v.string() })), []),
  }),
});

const none = (what: CheckName): State => ({
  what,
  state: "none",
  startedMs: null,
  endedMs: null,
  done: null,
  of: null,
  faults: [],
  faultsOmitted: 0,
  notes: [],
  problem: null,
});

/** WHY weak: a check belongs to the server that began it. */
const checksOf = new WeakMap<DashboardParts, Map<CheckName, State>>();

function knownChecks(parts: DashboardParts): Map<CheckName, State> {
  const known = checksOf.get(parts) ?? new Map<CheckName, State>();
  checksOf.set(parts, known);
  return known;
}

const answer = v.object({ command, checks: v.array(state) });
const told = (parts: DashboardParts) => {
  const known = knownChecks(parts);
  return {
    command: "sallyport log verify",
    checks: CHECKS.map((what) => known.get(what) ?? none(what)),
  };
};

export const logCheckEndpoints = [
  endpoint({
    method: "GET",
    path: "/log/checks",
    about: "Checks of the whole log: how far those are that run, and what the last ones found.",
    role: "viewer",
    input: v.strictObject({}),
    answer,
    work: (parts) => Promise.resolve(told(parts)),
  }),
  endpoint({
    method: "POST",
    path: "/log/checks",
    about: "Begins a check that reads the whole log and changes nothing; one of each at a time.",
    role: "viewer",
    input: v.strictObject({ what: v.picklist(CHECKS) }),
    answer,
    work(parts, { input: { what } }) {
      if (knownChecks(parts).get(what)?.state !== "running") void check(parts, what);
      return Promise.resolve(told(parts));
    },
  }),
  endpoint({
    method: "GET",
    path: "/events/:index/proof",
    about:
      "The proof that the log holds an event, with the event in it, and the key that checks it.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ index: wholeText }),
    answer: v.object({ command, file: v.string(), proof: v.string(), key: v.string() }),
    async work({ view, directories }, { input: { index } }) {
      const log = await view();
      if (index >= (await log.size()))
        throw new ApiFault("not-found", `no checkpoint covers an event ${index} of the log`);
      const verifier = await readVerifier(directories.keys);
      if (verifier === undefined)
        throw new Failure("install", "the key that checks the log is not in the key store");
      const file = `event-${index}.tlog-proof`;
      return {
        command: `sallyport log prove ${index} --out ${file}`,
        file,
        proof: await log.proof(index, { entry: true }),
        key: verifier.text,
      };
    },
  }),
];

/** Runs one and keeps what came of it. Never rejects. */
async function check(parts: DashboardParts, what: CheckName): Promise<void> {
  const { run, clock } = parts;
  const known = knownChecks(parts);
  const set = (more: Partial<State>) =>
    known.set(what, { ...(known.get(what) ?? none(what)), ...more });
  known.set(what, { ...none(what), state: "running", startedMs: clock.nowMs() });
  let said = "";
  const onProblem = (text: string) => {
    const progress = [...text.matchAll(/^sallyport: (\d+) of (\d+) entries$/gm)].at(-1);
    if (progress !== undefined) set({ done: Number(progress[1]), of: Number(progress[2]) });
    said = `${said}${text.replaceAll(/^sallyport: \d+ of \d+ entries\n?/gm, "")}`.slice(-2_000);
  };
  try {
    const ran = await run(["log", what, "--progress", "--json"], {
      timeoutMs: CHECK_MS_MAX,
      onProblem,
    });
    if (ran.output.trim() === "")
      return void set({ state: "failed", endedMs: clock.nowMs(), problem: problemOf(said) });
    set({ ...resultOf(readAnswer(ran, report)), endedMs: clock.nowMs() });
  } catch (cause) {
    const problem = cause instanceof Failure ? cause.message : problemOf(said);
    set({ state: "failed", endedMs: clock.nowMs(), problem });
  }
}

function problemOf(said: string): string {
  return said.trim() === ""
    ? "the check did not come to an end: run it in a terminal"
    : said.trim();
}

function resultOf(found: v.InferOutput<typeof report>): Partial<State> {
  const { index, damagedTiles, proofs, spool } = found;
  const faults = [
    ...found.faults.map((fault) => (typeof fault === "string" ? fault : fault.message)),
    ...damagedTiles.map(({ path, state: is }) => `${path} is ${is}; it can be made anew`),
    ...index.findings.map(({ message }) => message),
    ...(proofs === undefined || proofs.failed === 0
      ? []
      : [`${proofs.failed} of ${proofs.tried} proofs do not hold`]),
    ...(spool === undefined || spool.damaged === 0
      ? []
      : [`${spool.damaged} files of the spool are damaged`]),
  ];
  const notes = [
    `${found.entries} entries were read`,
    ...(found.pruned === 0 ? [] : [`${found.pruned} entries were removed on record`]),
    ...(index.kind === "checked" ? [`${index.events ?? 0} events of the index were compared`] : []),
    ...(index.kind === "unchecked" ? [`the index was not checked: ${index.why ?? "unknown"}`] : []),
    ...(proofs === undefined
      ? []
      : [`${proofs.tried - proofs.failed} of ${proofs.tried} proofs hold`]),
    ...(spool === undefined ? [] : [`${spool.waiting} files of the spool wait`]),
  ];
  return {
    state: found.whole && faults.length === 0 ? "whole" : "faults",
    faults: faults.slice(0, FAULTS_SHOWN),
    faultsOmitted: found.faultsOmitted + Math.max(0, faults.length - FAULTS_SHOWN),
    notes,
  };
}
