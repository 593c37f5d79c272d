// Changes a witnessed log at random, many times, and asks both verifiers each time what they find and where.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LogFault } from "#record/log/report.ts";
import { checkProof } from "#surface/cli/log/proof-check.ts";
import { checkLog } from "#record/store/log-check.ts";
import { type Mutation, MUTATION_KINDS, mutate, type MutationKind } from "./mutations.ts";
import { startPython } from "./python-verifier.ts";
import type { ReferenceLog } from "./reference-logs.ts";

/** What came of the changes of one kind. */
export type Tally = {
  readonly kind: MutationKind;
  tried: number;
  /** Changes of packed bundles. */
  inPacked: number;
  found: number;
  /** Found only with the checkpoint that the witness kept. */
  byWitness: number;
  /** Changes in an entry or the hash of one, and how many of them were named by their entry, in both verifiers. */
  placed: number;
  named: number;
  /** Python said the same: found or not, and the same first entry. */
  agreed: number;
};

export type CampaignResult = {
  readonly tallies: readonly Tally[];
  /** What went wrong, in words; empty when all is well. */
  readonly misses: readonly string[];
};

const NOTHING = { tried: 0, inPacked: 0, found: 0, byWitness: 0, placed: 0, named: 0, agreed: 0 };

/** Makes `count` changes, one after the other, each taken back. */
export async function runCampaign(
  logs: readonly ReferenceLog[],
  count: number,
  random: () => number,
): Promise<CampaignResult> {
  const tallies = new Map(MUTATION_KINDS.map((kind) => [kind, { kind, ...NOTHING } as Tally]));
  const misses: string[] = [];
  const judges = await Promise.all(logs.map(openJudge));
  try {
    for (let made = 0; made < count; ) {
      const place = Math.floor(random() * logs.length);
      const [log, judge] = [logs[place], judges[place]];
      if (log === undefined || judge === undefined) throw new Error("no log to change");
      const mutation = await mutate(log, random);
      if (mutation === undefined) continue;
      made += 1;
      const tally = tallies.get(mutation.kind);
      if (tally !== undefined) await judge.score(mutation, tally, misses);
      await mutation.undo();
    }
    for (const judge of judges) misses.push(...(await judge.last()));
  } finally {
    for (const judge of judges) judge.close();
  }
  return { tallies: [...tallies.values()], misses };
}

type Judge = {
  score(mutation: Mutation, tally: Tally, misses: string[]): Promise<void>;
  /** Whether the log is whole again at the end. */
  last(): Promise<readonly string[]>;
  close(): void;
};

async function openJudge(log: ReferenceLog): Promise<Judge> {
  const { options, verifier, witness, witnessed } = log;
  const python = startPython(verifier.text, [witness.text]);
  const kept = [{ bytes: await readFile(witnessed), by: "witnesses" }] as const;
  const ask = async (withWitness: boolean) => {
    const [report, other] = [
      await checkLog({ ...options, verifier, witnesses: [witness], kept: withWitness ? kept : [] }),
      await python.ask({
        log: options.log,
        head: join(options.keys, "log-head"),
        kept: withWitness ? [witnessed] : [],
      }),
    ];
    return { faults: report.faults, first: firstEntry(report.faults), other };
  };
  const trust = { keys: verifier, witnesses: [witness] };
  const scoreProof = async (path: string, tally: Tally, misses: string[]): Promise<void> => {
    const ours = checkProof(await readFile(path, "utf8"), trust).isGood;
    const { good } = await python.ask({ proof: path });
    tally.tried += 1;
    if (!ours) tally.found += 1;
    if (ours === good) tally.agreed += 1;
    if (ours || good) misses.push(`${path}: ours ${ours}, python ${good}`);
  };
  return {
    async score(mutation, tally, misses) {
      if (mutation.kind === "proof") return scoreProof(mutation.path, tally, misses);
      const local = await ask(false);
      const isLocal = local.faults.length > 0;
      const seen = isLocal ? local : await ask(true);
      const isFound = seen.faults.length > 0;
      const isAgreed =
        isLocal === !local.other.good &&
        isFound === !seen.other.good &&
        seen.first === (seen.other.first ?? undefined);
      const { index } = mutation;
      tally.tried += 1;
      if (mutation.isPacked) tally.inPacked += 1;
      if (isFound) tally.found += 1;
      if (isFound && !isLocal) tally.byWitness += 1;
      if (isAgreed) tally.agreed += 1;
      if (index !== undefined) tally.placed += 1;
      if (index !== undefined && seen.first === index) tally.named += 1;
      if (isFound && isAgreed && (index === undefined || seen.first === index)) return;
      misses.push(
        `${log.name} ${mutation.kind} ${mutation.path} entry ${index}: found ${isFound} at ${seen.first} ${seen.faults[0]?.kind}, python ${!seen.other.good} at ${seen.other.first} ${seen.other.faults?.[0]}`,
      );
    },
    async last() {
      const { faults, other } = await ask(true);
      const wrong = [...faults.map(({ kind }) => kind), ...(other.faults ?? [])];
      return wrong.map((fault) => `${log.name} is not whole at the end: ${fault}`);
    },
    close: () => python.close(),
  };
}

/** The lowest index that a fault names. */
function firstEntry(faults: readonly LogFault[]): number | undefined {
  const named = faults.flatMap((fault) => ("index" in fault ? [fault.index] : []));
  return named.length === 0 ? undefined : Math.min(...named);
}
