// The fifteen steps of a rollout: each has an owner and criteria, which are read off figures and never ticked by hand.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";

const CHARS_MAX = 20_000;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

/** Figures that criteria may ask for, and what each is. */
export const FACTS = {
  "inventory.kinds":
    "kinds of the inventory that hold something, or that somebody attests to be empty",
  "inventory.conflicts": "things that two sources describe otherwise",
  "repositories.classified": "percent of the repositories that a rule or a person put into a tier",
  "tiers.policy": "percent of the tiers in use that have a policy of their own",
  "policies.refuse-secrets": "percent of the policies that refuse to read secrets, by trying",
  "policies.refuse-destruction":
    "percent of the policies that refuse or ask about what destroys, by trying",
  "policies.ask": "percent of the policies that ask about what leaves the machine, by trying",
  "policies.run-safe": "percent of ordinary commands that run unasked under each policy, by trying",
  "machines.held": "percent of the machines that are there on which the kernel holds commands",
  "machines.verified": "percent of the machines that are there whose probes hold",
  "machines.reporting": "percent of the machines of the inventory that report",
  "machines.drifted": "percent of the machines that are there that differ from what was deployed",
  "mcp.approved": "percent of the MCP servers on machines that are approved",
  "tracks.enforced": "percent of the machines on which a release enforces",
  "tracks.held": "releases that are held or were taken back",
  "questions.hundred": "questions per hundred calls in the last seven days",
  "exceptions.count": "exceptions of policies, and those that people granted on their machines",
  "training.current":
    "percent of the people who have to be trained that were, and are not due again",
  "redteam.green": "1 where the last run of the red team stopped every case",
  "audit.critical": "critical findings of the last audit of repositories",
  "ci.hardened": "percent of the repositories whose pipelines passed the last check",
} as const;
export type FactName = keyof typeof FACTS;
const FACT_NAMES = Object.keys(FACTS) as FactName[];

const criterionSchema = v.union([
  v.strictObject({
    fact: v.picklist(FACT_NAMES),
    atLeast: v.optional(v.number()),
    atMost: v.optional(v.number()),
    /** The command that measures it, where machines do not report it. */
    command: v.optional(text),
  }),
  v.strictObject({ attested: v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,64}$/)), title: text }),
]);

const stepSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(15)),
  title: text,
  about: text,
  owner: text,
  criteria: v.pipe(v.array(criterionSchema), v.minLength(1), v.maxLength(8)),
  commands: v.pipe(v.array(text), v.minLength(1), v.maxLength(6)),
});

export type Step = Readonly<v.InferOutput<typeof stepSchema>>;
export type Criterion = Step["criteria"][number];

/** Reads a step. Throws a Failure `step-syntax` or `step-invalid` with line and column. */
export function parseStep(content: string, file: string, id: string): Step {
  const { value, place } = readDeclaration(content, {
    file,
    kind: "step",
    schema: stepSchema,
    charsMax: CHARS_MAX,
  });
  if (value.id !== id)
    throw new Failure("step-invalid", `its id is that of its file, \`${id}\``, {
      at: place(["id"]),
    });
  return value;
}

/** What is known: figures, and what somebody attested that has not ended. */
export type KnownFacts = {
  readonly figures: Partial<Record<FactName, number>>;
  readonly attested: ReadonlyMap<
    string,
    { readonly owner: string; readonly expiresMs: number | null }
  >;
  readonly nowMs: number;
};

export type JudgedCriterion = {
  readonly text: string;
  readonly isMet: boolean;
  readonly why: string;
};
export type JudgedStep = {
  readonly step: Step;
  readonly isMet: boolean;
  readonly criteria: readonly JudgedCriterion[];
};

/** Judges every step, in order. A step is met by its criteria alone: what comes before it may be open. */
export function judgeSteps(steps: readonly Step[], facts: KnownFacts): readonly JudgedStep[] {
  return steps
    .toSorted((one, other) => one.number - other.number)
    .map((step) => {
      const criteria = step.criteria.map((criterion) => judge(criterion, facts));
      return { step, criteria, isMet: criteria.every(({ isMet }) => isMet) };
    });
}

/** Whether somebody stands for something now. */
export function standsFor(
  attested: { readonly expiresMs: number | null } | undefined,
  nowMs: number,
): boolean {
  return attested !== undefined && (attested.expiresMs ?? Number.POSITIVE_INFINITY) > nowMs;
}

function judge(criterion: Criterion, { figures, attested, nowMs }: KnownFacts): JudgedCriterion {
  if ("attested" in criterion) {
    const found = attested.get(criterion.attested);
    const stands = standsFor(found, nowMs);
    const ask = `\`sallyport fleet attest ${criterion.attested}\` says who stands for it`;
    const why =
      found === undefined
        ? `nobody attested it: ${ask}`
        : stands
          ? `by ${found.owner}`
          : `it ended: ${ask}`;
    return { text: criterion.title, isMet: stands, why };
  }
  const { fact, atLeast, atMost, command } = criterion;
  const value = figures[fact];
  const wanted = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(" and ");
  const told = `${FACTS[fact]}: ${wanted}`;
  if (value === undefined || !Number.isFinite(value))
    return {
      text: told,
      isMet: false,
      why: command === undefined ? "not known yet" : `not measured yet: \`${command}\``,
    };
  const isMet = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  return { text: told, isMet, why: `it is ${Number(value.toFixed(1))}` };
}
