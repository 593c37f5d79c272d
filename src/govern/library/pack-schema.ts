// The form of a policy file: what may stand in it, before anything of it is looked up or compiled.
import * as v from "valibot";
import { isFindingName } from "#guard/content/finding-class.ts";
import { EFFECT_KINDS, SOURCE_KINDS } from "#guard/vocabulary/effect.ts";
import { BUDGET_PERIODS, BUDGET_SUBJECTS, BUDGET_UNITS } from "#guard/policy/budget.ts";
import { CHAIN_KINDS, PERMISSION_MODES } from "#guard/facts/facts.ts";
import { MACHINE_PORTS_MAX, machinePortFault } from "#guard/policy/machine-ports.ts";
import { HOLD_MODES, REMAINDERS, REQUIREMENTS, STAGES } from "#guard/policy/policy.ts";
import { labelWord } from "./label-word.ts";
import { ClientWishSchema } from "./client-wish.ts";

/** Characters of one pack; a larger file is refused unread. */
export const PACK_CHARS_MAX = 1_000_000;

/** How much may go wrong in a repository: which rules of a policy speak there (M19.2). */
export const TIERS = [
  "low-risk",
  "production-adjacent",
  "regulated",
  "privileged-infrastructure",
  "ci",
] as const;
/** People that one call can need, and minutes that an approval can count. */
const APPROVAL_PEOPLE_MAX = 5;
const APPROVAL_MINUTES_MAX = 24 * 60;
/** What a person does in a repository. */
export const ROLES = ["developer", "reviewer", "administrator", "cicd"] as const;
/**
 * What a pack is for: a `profile` to choose, an `overlay` of a regulation, a `tier` of repositories, a `role` of people, a
 * `source` that carries over published rules, or a `part` for other packs to extend.
 */
export const PACK_KINDS = ["profile", "overlay", "tier", "role", "source", "part"] as const;

const Glob = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const Word = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const Named = v.strictObject({ in: v.string() });
const Globs = v.union([v.array(Glob), Named]);
const Words = v.union([v.array(Word), Named]);
const Day = v.pipe(v.string(), v.isoDate("a date of the form 2030-12-31"));
const Person = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const PackName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes"),
);
const RuleId = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "an id of the form `group/name`"),
);
/** WHY no list: hundreds of names would make the schema, and every message about it, unreadable. */
const DetectorName = v.pipe(
  v.string(),
  v.check(isFindingName, "a detector or a class of findings, such as `secret-high`"),
);

/** A raw Ed25519 public key in base64, as `sallyport approvals key` prints it. */
const PublicKey = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9+/]{43}=$/, "a public key as `sallyport approvals key` prints it"),
);
/** Somebody whose signature counts where a rule needs another person. */
const ApproverSchema = v.strictObject({
  name: Word,
  key: PublicKey,
  groups: v.optional(v.pipe(v.array(Word), v.maxLength(16)), []),
});
/** What a rule that asks needs of people beside the one of the session. */
const ApprovalSchema = v.strictObject({
  people: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(APPROVAL_PEOPLE_MAX)),
  approvers: v.optional(v.pipe(v.array(Word), v.minLength(1), v.maxLength(64))),
  group: v.optional(Word),
  expiresMinutes: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(APPROVAL_MINUTES_MAX)),
    15,
  ),
  single: v.optional(v.boolean(), true),
  afterwards: v.optional(v.picklist(["ask", "allow"]), "ask"),
});

export const RuleSchema = v.strictObject({
  id: RuleId,
  verdict: v.picklist(["deny", "ask", "allow"]),
  effects: v.pipe(v.array(v.picklist(EFFECT_KINDS)), v.minLength(1)),
  paths: v.optional(Globs),
  exceptPaths: v.optional(Globs),
  named: v.optional(v.boolean()),
  hosts: v.optional(Words),
  exceptHosts: v.optional(Words),
  remotes: v.optional(Globs),
  exceptRemotes: v.optional(Globs),
  registries: v.optional(Globs),
  exceptRegistries: v.optional(Globs),
  managers: v.optional(Words),
  systems: v.optional(Words),
  origins: v.optional(
    v.array(v.picklist(["system", "project", "generated", "download", "inline", "unknown"])),
  ),
  reach: v.optional(v.picklist(["modelled", "unbounded"])),
  operations: v.optional(v.array(Word)),
  refs: v.optional(Globs),
  recoverable: v.optional(v.boolean()),
  detectors: v.optional(v.pipe(v.array(DetectorName), v.minLength(1))),
  programs: v.optional(Words),
  commands: v.optional(Words),
  carriesNothing: v.optional(v.boolean()),
  asksOnly: v.optional(v.boolean()),
  carries: v.optional(v.pipe(v.array(v.picklist(SOURCE_KINDS)), v.minLength(1))),
  tools: v.optional(Words),
  mcp: v.optional(Words),
  exceptMcp: v.optional(Words),
  modes: v.optional(v.array(v.picklist(PERMISSION_MODES))),
  branches: v.optional(Globs),
  ci: v.optional(v.boolean()),
  labels: v.optional(v.array(Word)),
  hours: v.optional(v.pipe(v.array(Word), v.minLength(1))),
  chains: v.optional(
    v.strictObject({
      kinds: v.pipe(v.array(v.picklist(CHAIN_KINDS)), v.minLength(1)),
      percent: v.pipe(v.number(), v.integer(), v.minValue(35), v.maxValue(100)),
    }),
  ),
  tiers: v.optional(v.pipe(v.array(v.picklist(TIERS)), v.minLength(1))),
  roles: v.optional(v.pipe(v.array(v.picklist(ROLES)), v.minLength(1))),
  contained: v.optional(
    v.strictObject({ accepts: v.optional(v.array(v.picklist(REMAINDERS)), []) }),
  ),
  views: v.optional(v.literal(true)),
  remembered: v.optional(v.literal(false)),
  approval: v.optional(ApprovalSchema),
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  instead: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(500))),
  owner: v.optional(Person),
});

/** What an exception is about: the conditions of a rule, as far as they speak of effects and places. */
export const ScopeSchema = v.omit(RuleSchema, [
  ...(["id", "verdict", "reason", "instead", "owner", "tiers", "roles", "detectors"] as const),
  ...(["views", "remembered", "chains", "approval"] as const),
]);

/** An exception that a managed policy gives (M19.4). */
const ExceptionSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes")),
  rules: v.pipe(v.array(Word), v.minLength(1), v.maxLength(32)),
  verdict: v.picklist(["ask", "allow"]),
  scope: ScopeSchema,
  project: v.optional(v.pipe(v.string(), v.startsWith("/"), v.maxLength(4_096))),
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  owner: Person,
  approver: Person,
  created: Day,
  expires: Day,
  /** Calls for which each installation may use it. */
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 1),
});

/** A label of the sessions that work in some repositories. */
const SessionLabelSchema = v.strictObject({
  label: labelWord,
  paths: v.optional(v.pipe(v.array(Glob), v.minLength(1), v.maxLength(200))),
  remotes: v.optional(v.pipe(v.array(Glob), v.minLength(1), v.maxLength(200))),
});

/** An amount from which a step of a budget counts. */
const BudgetAmount = v.optional(
  v.pipe(v.number("a number"), v.finite(), v.gtValue(0, "more than 0"), v.maxValue(1e12)),
);

/** What may be spent, and what becomes of calls from which amount on. */
const BudgetSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes")),
  of: v.picklist(BUDGET_SUBJECTS),
  per: v.optional(v.picklist(BUDGET_PERIODS)),
  unit: v.picklist(BUDGET_UNITS),
  warn: BudgetAmount,
  ask: BudgetAmount,
  stop: BudgetAmount,
});

/** A port of this machine, alone or with an address of its loopback. */
const MachinePortSchema = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.maxLength(64))], (issue) => portMessage(issue.input)),
  v.check(
    (written) => machinePortFault(written) === undefined,
    (issue) => portMessage(issue.input),
  ),
);

function portMessage(written: unknown): string {
  const isText = typeof written === "string" || typeof written === "number";
  return machinePortFault(isText ? written : "") ?? "name a port from 1 to 65535";
}

/** A list of its own, or what becomes of one of an extended pack. */
const List = v.union([
  v.array(Glob),
  v.strictObject({
    add: v.optional(v.array(Glob), []),
    remove: v.optional(v.array(Glob), []),
  }),
]);

const NativeRules = v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1_000)))), []);

export const PackSchema = v.strictObject({
  id: PackName,
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  title: v.string(),
  /** Other names under which the pack is taken. */
  alsoCalled: v.optional(v.pipe(v.array(PackName), v.maxLength(8)), []),
  description: v.optional(v.string()),
  kind: v.optional(v.picklist(PACK_KINDS)),
  extends: v.optional(v.pipe(v.array(PackName), v.maxLength(16)), []),
  automaticApproval: v.optional(v.boolean()),
  lowerLayersMayAllow: v.optional(v.boolean()),
  otherwise: v.optional(v.literal("ask")),
  /** Which commands run in a profile that is made for each. */
  hold: v.optional(v.picklist(HOLD_MODES)),
  /** Ports of this machine that held code reaches. */
  machinePorts: v.optional(v.pipe(v.array(MachinePortSchema), v.maxLength(MACHINE_PORTS_MAX))),
  tier: v.optional(v.picklist(TIERS)),
  role: v.optional(v.picklist(ROLES)),
  /** How far a managed policy is introduced: `observe` records, `ask` asks where it would refuse, `enforce` is all of it. */
  stage: v.optional(v.picklist(STAGES)),
  /** How sessions are to be started where the policy is compiled. */
  client: v.optional(ClientWishSchema),
  requires: v.optional(v.pipe(v.array(v.picklist(REQUIREMENTS)), v.maxLength(16)), []),
  /** What extended packs require and this one does not. */
  waives: v.optional(v.pipe(v.array(v.picklist(REQUIREMENTS)), v.maxLength(16)), []),
  /** Who answers for the policy, and when people last read and tried it (M1.39). */
  review: v.optional(
    v.strictObject({
      owner: Person,
      reviewed: v.optional(Day),
      by: v.optional(Person),
      next: v.optional(Day),
      retested: v.optional(Day),
    }),
  ),
  lists: v.optional(v.record(v.string(), List), {}),
  /** Rules of extended packs that are left out. */
  without: v.optional(v.array(RuleId), []),
  /** Rules of the client, as they stand in its settings. */
  native: v.optional(v.strictObject({ deny: NativeRules, ask: NativeRules, allow: NativeRules }), {
    deny: [],
    ask: [],
    allow: [],
  }),
  rules: v.optional(v.pipe(v.array(RuleSchema), v.maxLength(2_000)), []),
  /** Who may approve what rules of this pack have another person decide. */
  approvers: v.optional(v.pipe(v.array(ApproverSchema), v.maxLength(64)), []),
  /** How sessions are marked by where their repository lies or what it calls its remotes; conditions ask with `labels`. */
  sessionLabels: v.optional(v.pipe(v.array(SessionLabelSchema), v.maxLength(200)), []),
  /** What may be spent: each is a cap, whatever other policies say. */
  budgets: v.optional(v.pipe(v.array(BudgetSchema), v.maxLength(64)), []),
  /** What of its own rules it lifts for a while. Only of a managed policy, and only of the one that says so itself. */
  exceptions: v.optional(v.pipe(v.array(ExceptionSchema), v.maxLength(200)), []),
  /** Calls with the verdict that the policy is to give: `sallyport policy test` runs them. */
  examples: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          command: v.pipe(v.string(), v.maxLength(10_000)),
          verdict: v.picklist(["deny", "ask", "allow", "abstain"]),
          rule: v.optional(v.string()),
          why: v.optional(v.string()),
        }),
      ),
      v.maxLength(2_000),
    ),
    [],
  ),
});

export type PackRule = v.InferOutput<typeof RuleSchema>;
export type PackApprover = v.InferOutput<typeof ApproverSchema>;
export type PackException = v.InferOutput<typeof ExceptionSchema>;
export type Pack = v.InferOutput<typeof PackSchema>;
export type Tier = (typeof TIERS)[number];
export type Role = (typeof ROLES)[number];
export type PackKind = (typeof PACK_KINDS)[number];

/** Names of the fields of a pack and of a rule: the published JSON schema has the same. */
export const PACK_FIELDS = {
  pack: Object.keys(PackSchema.entries),
  rule: Object.keys(RuleSchema.entries),
} as const;
