// The guard's own judgement of one effect in a circumstance: what every difference rests on.
import type { Effect } from "#guard/vocabulary/effect.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { RanCommand } from "#guard/effects/model/ran-command.ts";
import { type FactAnswer, type Facts, queryKey, type ShellFacts } from "#guard/facts/facts.ts";
import { evaluate } from "#guard/guard.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import { authorize } from "#guard/policy/authorize/authorize.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { type Anchored, type Circumstance, sessionIn } from "./circumstance.ts";
import { answerOf, type ImaginedDisk } from "./imagined-disk.ts";

/** A verdict and the rule that made it. */
export type Judged = { readonly verdict: Verdict; readonly rule: string };

/** What is judged: an effect, or a call without any, of commands where rules about those matter. */
export type JudgedCase = {
  readonly effect: Effect | undefined;
  readonly commands: readonly RanCommand[];
  /** What exists on the machine. */
  readonly files: readonly string[];
  readonly directories: readonly string[];
};

const ROUNDS_MAX = 4;
const SHELL: ShellFacts = {
  dialect: "bash",
  known: true,
  functions: new Map(),
  aliases: new Map(),
  options: new Set(),
  variables: new Map(),
};

/** Judges for one pair of anchors, whose places are compiled once. */
export class RealJudge {
  readonly anchors: Anchored;
  readonly #places: PlaceTests;

  constructor(anchors: Anchored) {
    this.anchors = anchors;
    this.#places = new PlaceTests(anchors);
  }

  get places(): PlaceTests {
    return this.#places;
  }

  /** `policy` holds the rules that speak in the circumstance. */
  judge(policy: Policy, circumstance: Circumstance, one: JudgedCase): Judged {
    const { effect, commands, files, directories } = one;
    const { checkedOut } = circumstance;
    const facts = this.#facts(circumstance);
    const disk = { projectRoot: this.anchors.projectRoot, checkedOut, files, directories };
    const origins = [commands.map(({ words, at }) => ({ via: words.slice(0, 1).map(String), at }))];
    const isRun = effect?.kind === "execute";
    const from = isRun ? [commands.map(({ via, at }) => ({ via, at }))] : origins;
    return answered(disk, (answers) => {
      const reader = new FactReader(answers);
      const judged = {
        effects: effect === undefined ? [] : [effect],
        shell: "known" as const,
        commands,
        origins: from,
      };
      const evidence = { facts: { ...facts, answers }, reader, places: this.#places };
      const { verdict, reasons } = authorize(judged, policy, evidence);
      return { missing: reader.missing(), result: { verdict, rule: reasons[0]?.rule ?? "" } };
    });
  }

  /** Judges a command as it would be written in a shell; the whole policy, the whole guard. */
  judgeCommand(
    policy: Policy,
    circumstance: Circumstance,
    { command, files }: { readonly command: string; readonly files: readonly string[] },
  ): Judged {
    const facts = this.#facts(circumstance);
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    const call = { id: "diff", tool: "Bash", cwd: this.anchors.projectRoot, input };
    const { projectRoot, home } = this.anchors;
    const { checkedOut } = circumstance;
    const disk = { projectRoot, checkedOut, files, directories: [projectRoot, home] };
    return answered(disk, (answers) => {
      const { missing, decision } = evaluate(call, policy, {
        ...facts,
        answers,
        places: this.#places,
      });
      const { verdict, reasons } = decision;
      return { missing, result: { verdict, rule: reasons[0]?.rule ?? "" } };
    });
  }

  #facts(circumstance: Circumstance): Omit<Facts, "answers"> {
    return {
      session: sessionIn(circumstance, this.anchors),
      shell: SHELL,
      environment: { variables: new Map(), withheld: new Set(), isExact: true, named: [] },
      holds: { quarantined: false, reason: undefined },
      writtenPaths: new Set(),
    };
  }
}

type Round<Result> = {
  readonly missing: ReturnType<FactReader["missing"]>;
  readonly result: Result;
};

/** Asks again with what was missing, until nothing is, or nothing more can be told. */
function answered<Result>(
  disk: ImaginedDisk,
  evaluate: (answers: ReadonlyMap<string, FactAnswer>) => Round<Result>,
): Result {
  const answers = new Map<string, FactAnswer>();
  let round = evaluate(answers);
  for (let count = 0; count < ROUNDS_MAX && round.missing.length > 0; count += 1) {
    const before = answers.size;
    for (const query of round.missing) {
      const answer = answerOf(query, disk);
      if (answer !== undefined) answers.set(queryKey(query), answer);
    }
    if (answers.size === before) break;
    round = evaluate(answers);
  }
  return round.result;
}
