// Circumstances of a call that rules tell apart: of all combinations, one for each set of rules that speak in it.
import type { Condition, Policy, Rule } from "#guard/policy/policy.ts";
import { findingNamed } from "#guard/content/finding-class.ts";
import { type Situation, speaks } from "#guard/policy/situation.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import {
  CHAIN_KINDS,
  type FactAnswer,
  PERMISSION_MODES,
  type PermissionMode,
  queryKey,
  type SessionChain,
  type SessionFacts,
} from "#guard/facts/facts.ts";
import { REFS } from "./clean-text.ts";
import { answerOf, type CheckedOut } from "./imagined-disk.ts";
import { memberships } from "./membership.ts";
import { clientTools, inputOf, mcpTools, type ToolValue } from "./tool-values.ts";

/** Where and when a call is made, and what was found in it. */
export type Circumstance = ToolValue & {
  readonly mode: PermissionMode;
  readonly detectors: readonly string[];
  readonly ci: boolean | undefined;
  readonly labels: readonly string[] | undefined;
  readonly clock: SessionFacts["clock"] | undefined;
  readonly chains: readonly SessionChain[];
  readonly checkedOut: CheckedOut;
};

/** An ordinary command of a person at work. */
export const ORDINARY: Circumstance = {
  tool: "Bash",
  mcp: undefined,
  mode: "default",
  detectors: [],
  ci: false,
  labels: [],
  clock: { weekday: 1, minute: 600 },
  chains: [],
  checkedOut: { kind: "branch", name: "work" },
};

/** Where projects and homes lie: conditions are anchored there. */
export type Anchored = Pick<SessionFacts, "projectRoot" | "home">;

/** The session of a call in a circumstance. */
export function sessionIn(circumstance: Circumstance, anchors: Anchored): SessionFacts {
  const { mode, ci, labels, clock, chains } = circumstance;
  return {
    sessionId: "diff",
    user: "ada",
    mode,
    interactive: true,
    ownPaths: [],
    ...anchors,
    ...(ci === undefined ? {} : { ci }),
    // As the managed policy gives them: then they count for every rule.
    ...(labels === undefined
      ? {}
      : { labels: labels.map((name) => ({ name, from: "managed" as const })) }),
    ...(clock === undefined ? {} : { clock }),
    ...(chains.length === 0 ? {} : { chains }),
  };
}

/** The rules of a policy that speak in a circumstance, as the guard picks them. */
export function speaking(policy: Policy, circumstance: Circumstance, anchors: Anchored): Policy {
  const situation = situationIn(circumstance, anchors);
  return { ...policy, rules: policy.rules.filter((rule) => speaks(rule, situation)) };
}

function situationIn(circumstance: Circumstance, anchors: Anchored): Situation {
  const { tool, detectors, checkedOut } = circumstance;
  const cwd = anchors.projectRoot;
  const findings = detectors.map(findingNamed);
  const query = { kind: "git", directory: cwd } as const;
  const git = answerOf(query, { projectRoot: cwd, checkedOut, files: [], directories: [] });
  const answers = new Map<string, FactAnswer>(git === undefined ? [] : [[queryKey(query), git]]);
  return {
    call: { id: "diff", tool, cwd, input: inputOf(circumstance) },
    findings,
    session: sessionIn(circumstance, anchors),
    reader: new FactReader(answers),
  };
}

/** Circumstances, of which each other one lets the same rules speak as one of these. */
export type Circumstances = {
  readonly list: readonly Circumstance[];
  readonly isComplete: boolean;
};

type Change = Partial<Circumstance>;

/** Combinations that are kept, and states in which globs of branches are followed. */
const COMBINATIONS_MAX = 2_000;
const BRANCH_STATES_MAX = 20_000;

/** The circumstances that rules tell apart, the ordinary one first. */
export function circumstancesOf(rules: readonly Rule[], anchors: Anchored): Circumstances {
  const conditioned = rules.filter(({ when }) =>
    CONDITIONS.some((condition) => when[condition] !== undefined),
  );
  let isComplete = true;
  let list: readonly Circumstance[] = [ORDINARY];
  const seen: (typeof CONDITIONS)[number][] = [];
  for (const { condition, changes, isWhole } of dimensionsOf(conditioned)) {
    seen.push(condition);
    isComplete &&= isWhole;
    // WHY no other conditions: those of dimensions still to come would hide what tells two circumstances apart.
    const partial = conditioned.map((rule) => withOnly(rule, seen));
    const found = new Map<string, Circumstance>();
    for (const change of list.flatMap((one) => [
      one,
      ...changes.map((more) => ({ ...one, ...more })),
    ])) {
      const situation = situationIn(change, anchors);
      const key = partial.map((rule) => (speaks(rule, situation) ? "1" : "0")).join("");
      if (!found.has(key)) found.set(key, change);
    }
    list = [...found.values()];
    if (list.length > COMBINATIONS_MAX) {
      list = list.slice(0, COMBINATIONS_MAX);
      isComplete = false;
    }
  }
  return { list, isComplete };
}

function withOnly(rule: Rule, conditions: readonly (typeof CONDITIONS)[number][]): Rule {
  const when: Condition = { effects: rule.when.effects };
  return { ...rule, when: Object.assign(when, ...conditions.map((one) => pick(rule.when, one))) };
}

function pick(when: Condition, condition: (typeof CONDITIONS)[number]): Partial<Condition> {
  return when[condition] === undefined ? {} : { [condition]: when[condition] };
}

const CONDITIONS = [
  ...(["tools", "mcp", "exceptMcp", "detectors", "modes"] as const),
  ...(["ci", "labels", "hours", "branches", "chains"] as const),
];

type Dimension = {
  readonly condition: (typeof CONDITIONS)[number];
  readonly changes: readonly Change[];
  readonly isWhole: boolean;
};

/** Each dimension with all its values that rules tell apart. */
function dimensionsOf(rules: readonly Rule[]): readonly Dimension[] {
  const dimensions: Dimension[] = [];
  for (const condition of CONDITIONS) {
    const using = rules.filter(({ when }) => when[condition] !== undefined);
    if (using.length > 0) dimensions.push({ condition, ...valuesOf(condition, using, rules) });
  }
  return dimensions;
}

type Values = Omit<Dimension, "condition">;

function valuesOf(
  condition: (typeof CONDITIONS)[number],
  using: readonly Rule[],
  all: readonly Rule[],
): Values {
  const whole = (changes: readonly Change[]): Values => ({ changes, isWhole: true });
  switch (condition) {
    case "tools":
      return whole(clientTools(using));
    case "mcp":
    case "exceptMcp": {
      const { values, isWhole } = mcpTools(all);
      return { changes: values, isWhole };
    }
    case "modes":
      return whole(PERMISSION_MODES.map((mode) => ({ mode })));
    case "ci":
      return whole([{ ci: true }, { ci: undefined }]);
    case "hours":
      return whole(clocksOf(using));
    case "branches":
      return branchesOf(using);
    case "chains": {
      const sets = chainSets(using.flatMap(({ when }) => when.chains ?? []));
      return whole(sets.map((chains): Change => ({ chains })));
    }
    case "labels": {
      const { sets, isWhole } = setsOf(using.map(({ when }) => when.labels ?? []));
      const changes = sets.map((labels): Change => ({ labels }));
      return { changes: [...changes, { labels: undefined }], isWhole };
    }
    case "detectors": {
      const { sets, isWhole } = setsOf(using.map(({ when }) => when.detectors ?? []));
      return { changes: sets.map((detectors): Change => ({ detectors })), isWhole };
    }
    default:
      return condition satisfies never;
  }
}

/** What a session can end at once, as far as rules tell it apart: of each kind nothing, or one as telling as a rule asks for. */
function chainSets(
  asked: readonly NonNullable<Condition["chains"]>[],
): readonly (readonly SessionChain[])[] {
  let sets: readonly (readonly SessionChain[])[] = [[]];
  for (const kind of CHAIN_KINDS) {
    const percents = new Set(asked.flatMap((one) => (one.kinds.includes(kind) ? one.percent : [])));
    const more = [...percents].flatMap((percent) =>
      sets.map((set) => [...set, { kind, percent, words: "imagined" }]),
    );
    sets = [...sets, ...more];
  }
  return sets.slice(0, COMBINATIONS_MAX);
}

/** Values of a set that lists speak of by having one in common with it: unions of what lists tell apart. */
function setsOf(lists: readonly (readonly string[])[]): {
  readonly sets: readonly (readonly string[])[];
  readonly isWhole: boolean;
} {
  const alike = new Map<string, string>();
  for (const value of new Set(lists.flat())) {
    const key = lists.map((list) => (list.includes(value) ? "1" : "0")).join("");
    if (!alike.has(key)) alike.set(key, value);
  }
  const sets = new Map<string, readonly string[]>([["", []]]);
  for (const value of alike.values()) {
    for (const set of [...sets.values()]) {
      const larger = [...set, value];
      const key = lists.map((list) => (larger.some((one) => list.includes(one)) ? 1 : 0)).join("");
      if (!sets.has(key)) sets.set(key, larger);
    }
    if (sets.size > COMBINATIONS_MAX) return { sets: [...sets.values()], isWhole: false };
  }
  return { sets: [...sets.values()], isWhole: true };
}

function clocksOf(rules: readonly Rule[]): readonly Change[] {
  const bounds = rules
    .flatMap(({ when }) => when.hours ?? [])
    .flatMap((one) => [one.start, one.end]);
  const minutes = [...new Set([0, ...bounds])].filter((minute) => minute < 24 * 60);
  const clocks = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) =>
    minutes.map((minute): Change => ({ clock: { weekday, minute } })),
  );
  return [...clocks, { clock: undefined }];
}

function branchesOf(rules: readonly Rule[]): Values {
  const globs = [...new Set(rules.flatMap(({ when }) => when.branches ?? []))];
  const { classes, isComplete } = memberships(
    globs.map((glob) => ({ glob, ignoreCase: false })),
    REFS,
    BRANCH_STATES_MAX,
  );
  const others = (["detached", "no-repository", "untold"] as const).map((kind) => ({ kind }));
  const named = classes.map(({ text }) => ({ kind: "branch", name: text }) as const);
  return {
    changes: [...named, ...others].map((checkedOut) => ({ checkedOut })),
    isWhole: isComplete,
  };
}
