// The file of a fleet: how repositories fall into tiers, who gets which policy, in which rings, and how much friction is too much.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { TIERS } from "#govern/library/pack-schema.ts";

const CHARS_MAX = 1_000_000;
const glob = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes"),
);
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const list = <Item extends v.GenericSchema<unknown, string>>(item: Item) =>
  v.optional(v.pipe(v.array(item), v.minLength(1), v.maxLength(1_000)));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** How much is too much, for one tier. Percentages are of the machines of the ring that are there. */
const limitsSchema = v.strictObject({
  questionsPerHundred: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 5),
  failuresPerHundred: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 0.5),
  overridesPerHundred: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 1),
  driftPercent: v.optional(percent, 5),
  unverifiedPercent: v.optional(percent, 5),
  /** Machines of the ring that have to be there, and that have to have the policy, before it goes on. */
  onlinePercent: v.optional(percent, 60),
  adoptedPercent: v.optional(percent, 95),
  /** Whole days at one stage, and calls in them, before it goes on. */
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(90)), 7),
  calls: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000)), 200),
  /** As often as this over a limit it goes back, where once is held. */
  backAt: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 3),
});

const repositoryRuleSchema = v.strictObject({
  tier: v.picklist(TIERS),
  when: v.strictObject({
    remotes: list(glob),
    topics: list(word),
    owners: list(word),
    data: list(word),
  }),
  because: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
});

const policyRuleSchema = v.strictObject({
  policy: name,
  when: v.optional(
    v.strictObject({
      tiers: list(v.picklist(TIERS)),
      groups: list(word),
      machines: list(glob),
      systems: list(v.picklist(["linux", "macos", "windows", "other"])),
    }),
    {},
  ),
});

/** A fleet file, as it stands in version control. */
export const fleetFileSchema = v.strictObject({
  format: v.literal(1),
  name,
  owner: word,
  /** The first that fits a repository says its tier. */
  tiers: v.optional(v.pipe(v.array(repositoryRuleSchema), v.maxLength(1_000)), []),
  /** The tier of repositories that no rule fits. */
  otherwise: v.optional(v.picklist(TIERS), "production-adjacent"),
  /** The first that fits a machine says its policy. */
  policies: v.pipe(v.array(policyRuleSchema), v.minLength(1), v.maxLength(200)),
  /** Percent of the machines of a tier that a policy has reached, ring by ring. */
  rings: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.minValue(0.01), v.maxValue(100))),
      v.minLength(1),
      v.maxLength(20),
      v.check((all) => all.every((one, index) => index === 0 || one > (all[index - 1] ?? one))),
      v.check((all) => all.at(-1) === 100, "the last ring is 100"),
    ),
    [1, 10, 50, 100],
  ),
  limits: v.optional(
    v.strictObject({
      every: v.optional(limitsSchema, {}),
      ...Object.fromEntries(TIERS.map((tier) => [tier, v.optional(v.partial(limitsSchema))])),
    }) as v.GenericSchema<
      unknown,
      { readonly every: Limits } & Partial<Record<string, Partial<Limits>>>
    >,
    { every: {} },
  ),
  /** Who has to be trained in what, and how often: people of the inventory by their groups. */
  training: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          course: name,
          groups: v.pipe(v.array(word), v.minLength(1), v.maxLength(100)),
          days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_650)), 365),
        }),
      ),
      v.maxLength(100),
      v.check(
        (all) => new Set(all.map(({ course }) => course)).size === all.length,
        "each course once",
      ),
    ),
    [],
  ),
  /** Exceptions in force at once, and days after which one that nobody used is to go. */
  exceptions: v.optional(
    v.strictObject({
      most: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 25),
      unusedDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 30),
    }),
    {},
  ),
});

export type Limits = Readonly<v.InferOutput<typeof limitsSchema>>;
export type FleetFile = Readonly<v.InferOutput<typeof fleetFileSchema>>;
export type Tier = (typeof TIERS)[number];

/** The tiers from the one where least may go wrong; of several repositories of a machine the last of them counts. */
export const TIER_ORDER: readonly Tier[] = [
  ...["low-risk", "production-adjacent", "ci", "regulated", "privileged-infrastructure"],
] as readonly Tier[];

/** Reads it. Throws a Failure `fleet-syntax` or `fleet-invalid` with line and column. */
export function parseFleetFile(text: string, file: string): FleetFile {
  const { value, place } = readDeclaration(text, {
    file,
    kind: "fleet",
    schema: fleetFileSchema,
    charsMax: CHARS_MAX,
  });
  const open = value.policies.findIndex(({ when }) => Object.keys(when).length === 0);
  if (open >= 0 && open < value.policies.length - 1)
    throw new Failure(
      "fleet-invalid",
      "this policy fits every machine, so no policy below it is ever given: put it last",
      { at: place(["policies", open]) },
    );
  if (open === -1)
    throw new Failure(
      "fleet-invalid",
      "the last of the `policies` has no `when`: it is for the machines that fit nothing else",
      { at: place(["policies"]) },
    );
  return value;
}

/** The limits of a tier: its own, and those of every tier where it says nothing. */
export function limitsOf({ limits }: FleetFile, tier: Tier): Limits {
  return { ...limits.every, ...limits[tier] } as Limits;
}
