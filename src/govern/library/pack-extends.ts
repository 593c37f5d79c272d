// Packs that extend packs: their lists, rules and settings put together, each rule with the place it was written at.
import { readDeclaration } from "#base/declaration.ts";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { compileGiven } from "./given.ts";
import { type ClientWish, joinWishes, milderThan } from "./client-wish.ts";
import { nativeMeaning } from "./native-rule.ts";
import { compileApproval } from "./pack-approval.ts";
import { budgetsOf, distinctBudgets, type PackBudget, type PlacedBudget } from "./pack-budget.ts";
import { type Lists, compileRule } from "./pack-rule.ts";
import {
  type Pack,
  type PackRule,
  PACK_CHARS_MAX,
  PackSchema,
  type Role,
  type Tier,
} from "./pack-schema.ts";
import { canonicalPort, portsOfBoth } from "#guard/policy/machine-ports.ts";
import {
  type GivenException,
  HOLD_MODES,
  type HoldMode,
  type Requirement,
  type Rule,
} from "#guard/policy/policy.ts";
import { refuseConflicts } from "./pack-conflicts.ts";

/** Text and file of a pack by its name; undefined where there is none. */
export type PackSource = (
  name: string,
) => { readonly text: string; readonly file: string } | undefined;

/** A pack with all that it extends. */
export type WholePack = {
  readonly pack: Pack;
  readonly rules: readonly Rule[];
  readonly automaticApproval: boolean;
  readonly lowerMayAllow: boolean;
  readonly otherwise: "ask" | undefined;
  /** The strictest that any pack says that it extends, unless it says so itself. */
  readonly hold: HoldMode | undefined;
  /** Ports of the machine that all packs name that it extends and that speak of ports, unless it says so itself. */
  readonly machinePorts: readonly string[] | undefined;
  readonly tier: Tier | undefined;
  readonly role: Role | undefined;
  /** What must be so wherever it is in force: what it says itself and what any pack says that it extends. */
  readonly requires: readonly Requirement[];
  /** Exceptions that it gives itself, and where they stand. */
  readonly exceptions: { readonly given: readonly GivenException[]; readonly at: SourcePlace };
  /** How sessions are to be started: as strict as any pack says that it extends. */
  readonly client: ClientWish;
  /** How sessions are marked: what it says itself and what any pack says that it extends. */
  readonly sessionLabels: Pack["sessionLabels"];
  /** What may be spent: what it says itself and what any pack says that it extends. */
  readonly budgets: readonly PackBudget[];
};

/** Packs that lie between a policy and the furthest that it extends. */
const DEPTH_MAX = 16;

type Written = {
  readonly rule: PackRule;
  readonly place: (key: string) => SourcePlace;
  /** Who may approve, by the pack that the rule stands in. */
  readonly approvers: Pack["approvers"];
};
type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;
type Gathered = {
  readonly place: PlaceOf;
  readonly written: readonly Written[];
  readonly native: readonly Rule[];
  /** Rules that the pack itself writes, of either kind. */
  readonly own: ReadonlySet<string>;
  /** Allow rules that it or a pack that it extends leaves out. */
  readonly leftOut: ReadonlySet<string>;
  readonly lists: Lists;
  readonly pack: Pack;
  readonly automaticApproval: boolean | undefined;
  readonly lowerMayAllow: boolean | undefined;
  readonly hold: HoldMode | undefined;
  readonly machinePorts: readonly string[] | undefined;
  readonly otherwise: "ask" | undefined;
  readonly tier: Tier | undefined;
  readonly role: Role | undefined;
  readonly requires: readonly Requirement[];
  readonly client: ClientWish;
  readonly sessionLabels: Pack["sessionLabels"];
  readonly budgets: readonly PlacedBudget[];
};

/**
 * Reads a pack and what it extends. Throws a Failure with the place: `policy-syntax`, `policy-invalid`, `policy-unknown` for
 * a pack that is not there, `policy-cycle`, `policy-conflict` for rules that say different things of the same. A pack that
 * extends two others is never milder than either: it has what restricts in any, and no allow rule that one of them leaves out.
 */
export function readPack(text: string, file: string, source: PackSource): WholePack {
  const gathered = gather(text, file, { source, trail: [] });
  const { pack, lists, tier, role, requires, client, sessionLabels, budgets } = gathered;
  const rules: Rule[] = [];
  const places = new Map<string, SourcePlace>();
  for (const { rule, place, approvers } of gathered.written) {
    const approval = compileApproval(rule, approvers, place);
    const plain = compileRule(rule, lists, place);
    const compiled = approval === undefined ? plain : { ...plain, approval };
    if (isMeant(rule, tier, role)) rules.push(compiled);
    places.set(rule.id, place("id"));
  }
  rules.push(...numbered(gathered.native));
  if (rules.length === 0 && budgets.length === 0)
    throw new Failure("policy-invalid", "the policy has no rules: add some, or `extends` a pack", {
      at: gathered.place(["rules"]),
    });
  refuseConflicts(rules, gathered.own, (id) => places.get(id) ?? { file });
  refuseEmptyWords(gathered);
  if (gathered.automaticApproval === undefined)
    throw new Failure(
      "policy-invalid",
      "`automaticApproval` is missing: say whether allow rules may answer in the user's place",
      { at: gathered.place([]) },
    );
  return {
    pack,
    rules,
    tier,
    role,
    requires,
    client,
    sessionLabels,
    budgets: distinctBudgets(budgets).map(({ budget }) => budget),
    automaticApproval: gathered.automaticApproval,
    lowerMayAllow: gathered.lowerMayAllow !== false,
    exceptions: {
      given: compileGiven(pack, { rules, lists, place: gathered.place }),
      at: gathered.place(["exceptions"]),
    },
    otherwise: gathered.otherwise,
    hold: gathered.hold,
    machinePorts: gathered.machinePorts,
  };
}

type Search = { readonly source: PackSource; readonly trail: readonly string[] };

function gather(text: string, file: string, { source, trail }: Search): Gathered {
  const { value: pack, place } = readDeclaration(text, {
    file,
    kind: "policy",
    schema: PackSchema,
    charsMax: PACK_CHARS_MAX,
  });
  const bases = pack.extends.map((name, index) => {
    const at = place(["extends", index]);
    const chain = [...trail, pack.id];
    if (chain.includes(name) || chain.length > DEPTH_MAX)
      throw new Failure(
        "policy-cycle",
        `packs extend each other in a circle: ${[...chain, name].join(" -> ")}`,
        { at },
      );
    const base = source(name);
    if (base === undefined)
      throw new Failure("policy-unknown", `there is no policy \`${name}\` to extend`, { at });
    return gather(base.text, base.file, { source, trail: chain });
  });
  const inherited = withoutRules(bases, pack, (index) => place(["without", index]));
  const own = pack.rules.map(
    (rule, index): Written => ({
      rule,
      approvers: pack.approvers,
      place: (key) => place(["rules", index, key]),
    }),
  );
  const native = nativeRules(pack, place);
  return {
    pack,
    place,
    written: distinct([...inherited, ...own]),
    native: [...bases.flatMap((base) => base.native), ...native],
    own: new Set([...pack.rules, ...native].map(({ id }) => id)),
    leftOut: new Set([
      ...bases.flatMap(({ leftOut }) => [...leftOut]),
      ...leftOutAllows(bases, pack),
    ]),
    lists: mergeLists(bases, pack),
    automaticApproval: pack.automaticApproval ?? all(bases.map((one) => one.automaticApproval)),
    machinePorts: machinePortsOf(pack) ?? common(bases.map((base) => base.machinePorts)),
    hold: pack.hold ?? HOLD_MODES.find((mode) => bases.some((one) => one.hold === mode)),
    otherwise: pack.otherwise ?? bases.find((one) => one.otherwise === "ask")?.otherwise,
    lowerMayAllow: pack.lowerLayersMayAllow ?? all(bases.map((one) => one.lowerMayAllow)),
    tier: pack.tier ?? agreed(bases, "tier", place),
    role: pack.role ?? agreed(bases, "role", place),
    client: clientOf(bases, pack, place),
    sessionLabels: [...bases.flatMap((base) => base.sessionLabels), ...labelsOf(pack, place)],
    budgets: [...bases.flatMap((base) => base.budgets), ...budgetsOf(pack, place)],
    requires: [
      ...new Set([
        ...bases.flatMap((base) => base.requires.filter((one) => !pack.waives.includes(one))),
        ...pack.requires,
      ]),
    ],
  };
}

function machinePortsOf({ machinePorts }: Pack): readonly string[] | undefined {
  return machinePorts && [...new Set(machinePorts.map(canonicalPort))].toSorted();
}

/** The ports in all lists that there are; undefined without any. */
function common(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const [first, ...others] = lists.filter((list) => list !== undefined);
  return first === undefined ? undefined : others.reduce(portsOfBoth, first);
}

/** Labels of sessions. Throws a Failure for one that no session could ever bear. */
function labelsOf({ sessionLabels }: Pack, place: PlaceOf): Pack["sessionLabels"] {
  for (const [index, { paths, remotes }] of sessionLabels.entries()) {
    const at = place(["sessionLabels", index]);
    if (paths === undefined && remotes === undefined)
      throw new Failure("policy-invalid", "a label needs `paths` or `remotes`", { at });
    if (paths?.some((path) => !/^(?:\/|~\/|\*\*)/.test(path)) === true)
      throw new Failure(
        "policy-invalid",
        "`paths` of a label are places of repositories: begin each with `/`, `~/` or `**`",
        { at },
      );
  }
  return sessionLabels;
}

/** What all extended packs that name a tier or role name; which one is meant is not for us to guess. */
function agreed<Key extends "tier" | "role">(
  bases: readonly Gathered[],
  key: Key,
  place: PlaceOf,
): Gathered[Key] {
  const named = [...new Set(bases.flatMap((base) => base[key] ?? []))];
  if (named.length < 2) return bases.find((base) => base[key] !== undefined)?.[key];
  throw new Failure(
    "policy-conflict",
    `the extended packs name the ${key}s ${named.join(" and ")}: say which is meant with \`${key}\``,
    { at: place(["extends"]) },
  );
}

/** What a pack and those that it extends want of the client: nobody may be milder than what it builds on. */
function clientOf(bases: readonly Gathered[], pack: Pack, place: PlaceOf): ClientWish {
  const below = bases.map(({ client }) => client);
  const own = pack.client ?? {};
  const milder = milderThan(own, below);
  if (milder !== undefined)
    throw new Failure("policy-invalid", `${milder}, which an extended pack wants`, {
      at: place(["client"]),
    });
  const joined = joinWishes(own.mode === undefined ? [...below, own] : [own, ...below]);
  if (joined !== undefined) return joined;
  throw new Failure(
    "policy-conflict",
    "the extended packs want the modes plan and dontAsk, and neither holds what the other does: extend one of them",
    { at: place(["extends"]) },
  );
}

/** A tier or role that no rule speaks of, and a role that is not to be without what it takes. */
function refuseEmptyWords({ pack, written, role, requires, place }: Gathered): void {
  for (const [key, rulesKey] of [
    ["tier", "tiers"],
    ["role", "roles"],
  ] as const) {
    if (pack[key] === undefined || written.some(({ rule }) => rule[rulesKey] !== undefined))
      continue;
    throw new Failure(
      "policy-invalid",
      `no rule speaks of a ${key}, so \`${key}\` changes nothing: extend a pack whose rules have \`${rulesKey}\``,
      { at: place([key]) },
    );
  }
  if (role === "administrator" && !requires.includes("audit"))
    throw new Failure(
      "policy-invalid",
      "the role `administrator` is refused without a record of what is done: add `requires: [audit]`",
      { at: place(["role"]) },
    );
}

/** Rules of the client, each once and under a name of its own. */
function numbered(rules: readonly Rule[]): readonly Rule[] {
  const known = new Map<string, string>();
  return rules.flatMap((rule) => {
    const what = JSON.stringify([rule.verdict, rule.when]);
    let { id } = rule;
    for (let count = 2; known.has(id) && known.get(id) !== what; count += 1)
      id = `${rule.id}-${count}`;
    if (known.has(id)) return [];
    known.set(id, what);
    return [{ ...rule, id }];
  });
}

/** Whether all that say something say yes; undefined where none does. */
function all(values: readonly (boolean | undefined)[]): boolean | undefined {
  const said = values.filter((value) => value !== undefined);
  return said.length === 0 ? undefined : said.every(Boolean);
}

function withoutRules(
  bases: readonly Gathered[],
  { without }: Pack,
  place: (index: number) => SourcePlace,
): readonly Written[] {
  const written = bases.flatMap((base) => base.written);
  for (const [index, id] of without.entries()) {
    if (!written.some(({ rule }) => rule.id === id))
      throw new Failure(
        "policy-invalid",
        `\`without\` names the rule \`${id}\`, which no extended pack has`,
        { at: place(index) },
      );
  }
  const leftOut = new Set(bases.flatMap((base) => [...base.leftOut]));
  return written.filter(({ rule }) => !without.includes(rule.id) && !leftOut.has(rule.id));
}

function leftOutAllows(bases: readonly Gathered[], { without }: Pack): readonly string[] {
  const written = bases.flatMap((base) => base.written);
  return without.filter((id) =>
    written.some(({ rule }) => rule.id === id && rule.verdict === "allow"),
  );
}

/** The same rule may come by two ways; two rules of one name may not. */
function distinct(written: readonly Written[]): readonly Written[] {
  const seen = new Map<string, string>();
  return written.filter(({ rule, place }) => {
    const at = place("id");
    const here = `${at.file}:${at.line}:${at.column}`;
    const known = seen.get(rule.id);
    seen.set(rule.id, here);
    if (known === undefined || known === here) return known === undefined;
    throw new Failure(
      "policy-invalid",
      `the rule id \`${rule.id}\` is used twice: give each rule its own`,
      { at },
    );
  });
}

function mergeLists(bases: readonly Gathered[], pack: Pack): Lists {
  const lists = new Map<string, readonly string[]>();
  for (const base of bases)
    for (const [name, items] of base.lists)
      lists.set(name, [...new Set([...(lists.get(name) ?? []), ...items])]);
  for (const [name, change] of Object.entries(pack.lists)) {
    if (Array.isArray(change)) {
      lists.set(name, change);
      continue;
    }
    const kept = (lists.get(name) ?? []).filter((item) => !change.remove.includes(item));
    lists.set(name, [...new Set([...kept, ...change.add])]);
  }
  return lists;
}

function nativeRules(
  { native }: Pack,
  place: (path: readonly (string | number)[]) => SourcePlace,
): readonly Rule[] {
  return (["deny", "ask", "allow"] as const).flatMap((verdict) =>
    native[verdict].flatMap((text, index) => {
      const meaning = nativeMeaning(text, verdict);
      if (meaning !== undefined) return meaning.rules;
      throw new Failure(
        "policy-invalid",
        `\`${text}\` is no rule that means anything: see \`sallyport policy lint\``,
        { at: place(["native", verdict, index]) },
      );
    }),
  );
}

function isMeant(rule: PackRule, tier: Tier | undefined, role: Role | undefined): boolean {
  // What restricts in some tier holds as well where nobody said which tier it is.
  const otherwise = rule.verdict !== "allow";
  const inTier =
    rule.tiers === undefined || (tier === undefined ? otherwise : rule.tiers.includes(tier));
  const inRole =
    rule.roles === undefined || (role === undefined ? otherwise : rule.roles.includes(role));
  return inTier && inRole;
}
