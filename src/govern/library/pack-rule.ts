// One rule of a pack, from the form in which it is written to the one that the guard judges by.
import { Failure, type SourcePlace } from "#base/failure.ts";
import { mcpPattern } from "#guard/policy/mcp-calls.ts";
import { isMadeUp } from "#guard/policy/process-files.ts";
import {
  type CommandPattern,
  type Condition,
  CONTAINABLE,
  type Hours,
  type Rule,
} from "#guard/policy/policy.ts";
import type { EffectKind } from "#guard/vocabulary/effect.ts";
import { parseCommandPattern } from "./command-pattern.ts";
import type { PackRule } from "./pack-schema.ts";

/** The named lists of a pack, put together with those of the packs that it extends. */
export type Lists = ReadonlyMap<string, readonly string[]>;
/** Where a key of the rule stands in its file. */
export type PlaceOfKey = (key: string) => SourcePlace;

/** Keys whose value is a list of its own or the name of one. */
const LISTED = [
  ...["paths", "exceptPaths", "refs", "hosts", "exceptHosts"],
  ...["remotes", "exceptRemotes", "registries", "exceptRegistries", "managers", "systems"],
  ...["programs", "tools", "mcp", "exceptMcp", "branches"],
] as const satisfies readonly string[];
/** Those of them that are about a call and not about what it does. */
const ABOUT_CALLS: readonly string[] = ["tools", "branches"];
/** Keys that are the same in both forms. */
const PLAIN = [
  ...["effects", "named", "origins", "reach", "operations", "recoverable", "detectors"],
  ...["carriesNothing", "asksOnly", "carries", "modes", "ci", "labels", "chains"],
] as const satisfies readonly string[];

/** Compiles a rule. Throws a Failure `policy-invalid` at the key that is wrong. */
export function compileRule(rule: PackRule, lists: Lists, place: PlaceOfKey): Rule {
  const fields: [string, unknown][] = [];
  for (const key of [...PLAIN, ...LISTED] as readonly (keyof PackRule)[]) {
    const value = rule[key];
    if (value !== undefined) fields.push([key, listOf(value, lists, place, key)]);
  }
  const when = Object.fromEntries(fields) as Condition;
  const { commands, hours, contained, remembered, views } = rule;
  refuseLoose(rule, place);
  refuseUnmet(rule, place);
  refuseWideMcp(rule, when, place);
  return {
    id: rule.id,
    verdict: rule.verdict,
    when: {
      ...when,
      ...(commands === undefined ? {} : { commands: commandsOf(commands, lists, place) }),
      ...(hours === undefined ? {} : { hours: hours.map((one) => hoursOf(one, place)) }),
    },
    reason: rule.reason,
    instead: rule.instead,
    ...(rule.owner === undefined ? {} : { owner: rule.owner }),
    ...(contained === undefined ? {} : { contained }),
    ...(views === undefined ? {} : { views }),
    ...(remembered === undefined ? {} : { remembered }),
  };
}

/** What no rule may say, because it would allow what nobody knows or restrict less than it reads. */
function refuseLoose(rule: PackRule, place: PlaceOfKey): void {
  const refuse = refusal(rule, place);
  refuseContained(rule, refuse);
  const isOfReading = rule.verdict !== "allow" && rule.effects.every((effect) => effect === "read");
  if (rule.views !== undefined && !(isOfReading && rule.paths !== undefined))
    refuse("views", "is no rule that keeps files from being read: a view stands for nothing else");
  if (rule.remembered !== undefined && rule.verdict !== "ask")
    refuse("remembered", "asks nothing: `remembered: false` is for rules that ask");
  const isOpen = rule.mcp === undefined && !isContained(rule);
  if (rule.verdict === "allow" && rule.effects.includes("unknown") && isOpen)
    refuse(
      "effects",
      "allows `unknown`: what is unknown can never be allowed, but for tools of MCP servers that `mcp` names",
    );
  if (rule.verdict === "allow" && rule.detectors !== undefined)
    refuse("detectors", "allows because of what a detector found: a finding can only restrict");
  if (rule.verdict === "allow" && rule.chains !== undefined)
    refuse("chains", "allows because of what came before: that can only restrict");
  if (rule.verdict === "allow" || rule.commands === undefined) return;
  if (rule.effects.length !== 1 || rule.effects[0] !== "execute")
    refuse("effects", "restricts command lines: write `effects: [execute]`, which running one is");
  const [more] = [...LISTED, "named", "origins", "reach", "operations"].filter(
    (key) => !ABOUT_CALLS.includes(key) && key in rule,
  );
  if (more !== undefined)
    refuse(more, "restricts command lines and effects at once: write two rules");
}

/** Whether the rule allows what is unknown in a proven sandbox, and nothing else. */
function isContained({ contained, effects }: PackRule): boolean {
  return contained !== undefined && effects.every((effect) => effect === "unknown");
}

function refuseContained(rule: PackRule, refuse: (key: string, why: string) => void): void {
  if (rule.contained === undefined) return;
  const { verdict, effects } = rule;
  if (verdict === "deny") refuse("contained", "denies: no sandbox makes up for that");
  if (verdict === "allow" && !isContained(rule))
    refuse("contained", "allows: with `contained` it may allow `unknown` and nothing else");
  const other = effects.find((effect) => !CONTAINABLE.some((one) => one === effect));
  if (other !== undefined)
    refuse(
      "contained",
      `speaks of \`${other}\`: a sandbox answers for \`execute\`, \`install\`, \`unknown\`, and \`read\` below \`/proc\``,
    );
  const { paths } = rule;
  if (effects.includes("read") && !(Array.isArray(paths) && paths.every(isMadeUp)))
    refuse("contained", "speaks of `read`: a sandbox answers for paths below `/proc` alone");
  if (rule.commands !== undefined)
    refuse("contained", "speaks of command lines, which are known and need no sandbox");
}

/** Conditions about one part of an effect, and the kinds that have it. */
const KINDS_WITH: Readonly<Partial<Record<keyof PackRule, readonly EffectKind[]>>> = {
  remotes: ["publish", "history"],
  exceptRemotes: ["publish", "history"],
  registries: ["publish", "install"],
  exceptRegistries: ["publish", "install"],
  managers: ["install"],
  systems: ["deploy"],
  mcp: ["unknown"],
  exceptMcp: ["unknown"],
};

/** Rules that would speak of nothing, although they read as if they did. */
function refuseUnmet(rule: PackRule, place: PlaceOfKey): void {
  const refuse = refusal(rule, place);
  for (const [key, kinds] of Object.entries(KINDS_WITH)) {
    if (!(key in rule) || kinds.some((kind) => rule.effects.includes(kind))) continue;
    refuse(key, `never applies: \`${key}\` is about \`effects: [${kinds.join(", ")}]\``);
  }
  const isByRegistry = "registries" in rule || "exceptRegistries" in rule;
  const isOfLocked = rule.operations?.every((one) => one === "locked") === true;
  if (rule.verdict === "allow" && isByRegistry && !isOfLocked && rule.effects.includes("install"))
    refuse(
      "effects",
      "allows installing by registry, and what a package of one brings besides nobody knows: add `operations: [locked]`",
    );
}

/** An allow rule names servers one by one and speaks of their calls alone. */
function refuseWideMcp(rule: PackRule, { mcp }: Condition, place: PlaceOfKey): void {
  if (rule.verdict !== "allow" || mcp === undefined) return;
  const refuse = refusal(rule, place);
  if (rule.effects.length !== 1)
    refuse("effects", "allows calls of MCP tools and more: write two rules");
  const open = mcp.find((pattern) => mcpPattern(pattern).server.includes("*"));
  if (open !== undefined)
    refuse("mcp", `allows \`${open}\`: name the server in full, such as \`github/list_issues\``);
}

function refusal(rule: PackRule, place: PlaceOfKey): (key: string, why: string) => never {
  return (key, why) => {
    throw new Failure("policy-invalid", `the rule \`${rule.id}\` ${why}`, { at: place(key) });
  };
}

function listOf(
  value: NonNullable<PackRule[keyof PackRule]>,
  lists: Lists,
  place: PlaceOfKey,
  key: string,
): unknown {
  if (typeof value !== "object" || Array.isArray(value) || !("in" in value)) return value;
  const list = lists.get(value.in);
  if (list !== undefined) return list;
  throw new Failure(
    "policy-invalid",
    `the list \`${value.in}\` is not defined: add it under \`lists\``,
    { at: place(key) },
  );
}

function commandsOf(
  value: NonNullable<PackRule["commands"]>,
  lists: Lists,
  place: PlaceOfKey,
): CommandPattern[] {
  const texts = listOf(value, lists, place, "commands") as readonly string[];
  return texts.map((text) => {
    const pattern = parseCommandPattern(text);
    if (pattern !== undefined) return pattern;
    throw new Failure(
      "policy-invalid",
      `\`${text}\` is no single command line: write a program and words, such as \`git push\``,
      { at: place("commands") },
    );
  });
}

function hoursOf(text: string, place: PlaceOfKey): Hours {
  const hours = parseHours(text);
  if (hours !== undefined) return hours;
  throw new Failure(
    "policy-invalid",
    `\`${text}\` is no time: write days and hours, such as \`Mon-Fri 08:00-18:00\``,
    { at: place("hours") },
  );
}

// Times of the week as policies write them: `Mon-Fri 08:00-18:00`.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FORM = /^(?:([a-z]{3})(?:-([a-z]{3}))?(?:\s+|$))?(?:(\d{2}):(\d{2})-(\d{2}):(\d{2}))?$/;
const DAY_MINUTES = 24 * 60;

/**
 * The hours that a text names: days, a time, or both; undefined when it is neither. A time that ends before it begins goes
 * past midnight, and days that end before they begin go past Sunday.
 */
function parseHours(text: string): Hours | undefined {
  const match = FORM.exec(text.trim().toLowerCase());
  if (match === null || text.trim() === "") return undefined;
  const [, first, last, ...clock] = match;
  const days = daysBetween(first ?? "mon", last ?? first ?? "sun");
  if (days === undefined) return undefined;
  if (clock[0] === undefined) return { days, start: 0, end: DAY_MINUTES };
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = clock.map(Number);
  const start = startHour * 60 + startMinute;
  const end = endHour * 60 + endMinute;
  const isClock = startHour < 24 && startMinute < 60 && end <= DAY_MINUTES && endMinute < 60;
  return isClock && start !== end ? { days, start, end } : undefined;
}

function daysBetween(first: string, last: string): number[] | undefined {
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from === -1 || to === -1) return undefined;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => ((from + index) % 7) + 1);
}
