// What a policy says without effect: patterns that nothing can match, tools that nobody has, lists and rules that decide nothing.
import { isDeepStrictEqual } from "node:util";
import { readDeclaration } from "#base/declaration.ts";
import { nearNames, quotedOr } from "#base/edit-distance.ts";
import { Failure, type SourcePlace } from "#base/failure.ts";
import type { PackSource, WholePack } from "#govern/library/pack-extends.ts";
import {
  type Pack,
  PACK_CHARS_MAX,
  type PackRule,
  PackSchema,
} from "#govern/library/pack-schema.ts";
import { readRule } from "#guard/native/rule.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import { ANY_PATH, hostFault, pathFault, remoteFault } from "./pattern-faults.ts";

/** One thing that does nothing. `error`: without it the policy lets happen what it says it does not. */
export type WithoutEffect = {
  readonly severity: "error" | "warning";
  /** The rule, or the key of the file. */
  readonly rule: string;
  readonly message: string;
  readonly at: SourcePlace;
};

type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;
type Named = { readonly in: string };

/** Keys with patterns, what a fault of one is, and the kinds of effects that the key is about. */
const PATTERNED = [
  { key: "paths", except: "exceptPaths", fault: pathFault },
  { key: "hosts", except: "exceptHosts", fault: hostFault },
  { key: "remotes", except: "exceptRemotes", fault: remoteFault },
  { key: "registries", except: "exceptRegistries", fault: remoteFault },
] as const;

/** Kinds of effects that lie at a path, and the only one that has a host. Others: `refuseUnmet` of the library. */
const WITH_PATH: readonly string[] = ["read", "write", "delete", "persist", "tamper"];
const WITH_HOST: readonly string[] = ["egress"];

/**
 * What of a policy's own text has no effect, in the order of its file. `tools`: names of the client's tools; `source` gives
 * the packs that it extends. Nothing is said of a text that cannot be read, which is told elsewhere.
 */
export function withoutEffect(
  text: string,
  file: string,
  from: {
    readonly whole: Pick<WholePack, "rules" | "automaticApproval">;
    readonly tools: readonly string[];
    readonly source: PackSource;
  },
): readonly WithoutEffect[] {
  const read = readPackText(text, file);
  if (read === undefined) return [];
  const { pack, place } = read;
  const found = [
    ...pack.rules.flatMap((rule, index) => ruleFaults(rule, ["rules", index], { pack, place })),
    ...pack.sessionLabels.flatMap(({ label, paths = [] }, index) =>
      paths.flatMap((pattern, at) => {
        const why = pathFault(pattern);
        const where = place(["sessionLabels", index, "paths", at]);
        return why === undefined ? [] : [error(`sessionLabels ${label}`, why, where)];
      }),
    ),
    ...toolFaults(pack, from.tools, place),
    ...unreadLists(pack, from.source, place),
    ...shadowed(pack, from.whole, place),
  ];
  const told = found.filter(
    (one, index) => found.findIndex((other) => isDeepStrictEqual(other, one)) === index,
  );
  return told.toSorted((one, other) => (one.at.line ?? 0) - (other.at.line ?? 0));
}

function ruleFaults(
  rule: PackRule,
  path: readonly (string | number)[],
  { pack, place }: { readonly pack: Pack; readonly place: PlaceOf },
): readonly WithoutEffect[] {
  const found: WithoutEffect[] = [];
  const restricts = rule.verdict !== "allow";
  for (const { key, except, fault } of PATTERNED)
    for (const [name, losesHold] of [
      [key, restricts],
      // An exception that is none refuses what was meant to go on, or allows what was meant not to.
      [except, true],
    ] as const)
      for (const { text, at } of patternsOf(rule[name], [...path, name], pack)) {
        const why = fault(text);
        if (why === undefined) continue;
        found.push({
          severity: losesHold ? "error" : "warning",
          rule: rule.id,
          message: `\`${text}\` of \`${name}\` ${why}`,
          at: place(at),
        });
      }
  const unmet: readonly (readonly [keyof PackRule, readonly string[], string])[] = [
    ["hosts", WITH_HOST, "no other effect than `egress` has a host"],
    ["exceptHosts", WITH_HOST, "no other effect than `egress` has a host"],
    ["paths", WITH_PATH, `only ${WITH_PATH.join(", ")} lie at a path`],
  ];
  for (const [key, kinds, why] of unmet) {
    if (rule[key] === undefined) continue;
    const never = rule.effects.filter((kind) => !kinds.includes(kind));
    if (never.length === 0) continue;
    const all = never.length === rule.effects.length;
    found.push({
      // WHY a warning where some of it applies: the rule holds what it can, and packs that ship are written so.
      severity: restricts && all ? "error" : "warning",
      rule: rule.id,
      message: `${all ? "it never applies" : `it never applies to ${quotedList(never)}`}: \`${key}\` stands beside \`effects: [${rule.effects.join(", ")}]\`, and ${why}`,
      at: place([...path, key]),
    });
  }
  return found;
}

function quotedList(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}

/** The patterns of a key, with where each stands: in the rule, or in the list that it names. */
function patternsOf(
  value: readonly string[] | Named | undefined,
  path: readonly (string | number)[],
  { lists }: Pack,
): readonly { readonly text: string; readonly at: readonly (string | number)[] }[] {
  if (value === undefined) return [];
  if (!("in" in value)) return value.map((text, index) => ({ text, at: [...path, index] }));
  const list = lists[value.in];
  if (list === undefined) return [];
  if (Array.isArray(list))
    return list.map((text, index) => ({ text, at: ["lists", value.in, index] }));
  const { add } = list as { readonly add: readonly string[] };
  return add.map((text, index) => ({ text, at: ["lists", value.in, "add", index] }));
}

/** Tools by a name that the client does not have, in rules of the client and in conditions. */
function toolFaults(
  { native, rules }: Pack,
  tools: readonly string[],
  place: PlaceOf,
): readonly WithoutEffect[] {
  const known = (tool: string): boolean =>
    tool.startsWith("mcp__") || tool.endsWith("*") || tools.includes(tool);
  const why = (tool: string): string => {
    const near = nearNames(tool, tools);
    const advice =
      near.length === 0
        ? "`sallyport policy lint` knows the tools"
        : `did you mean ${quotedOr(near)}?`;
    return `the client has no tool \`${tool}\`, so it means nothing: ${advice}`;
  };
  return [
    ...(["deny", "ask", "allow"] as const).flatMap((list) =>
      native[list].flatMap((written, index) => {
        const read = readRule(written.trim());
        if (read.kind === "malformed" || known(read.tool)) return [];
        const severity = list === "allow" ? ("warning" as const) : ("error" as const);
        const at = place(["native", list, index]);
        return [{ severity, rule: written, message: why(read.tool), at }];
      }),
    ),
    ...rules.flatMap(({ id, verdict, tools: named }, index) =>
      (Array.isArray(named) ? (named as readonly string[]) : []).flatMap((tool, at) =>
        known(tool)
          ? []
          : [
              {
                severity: verdict === "allow" ? ("warning" as const) : ("error" as const),
                rule: id,
                message: why(tool),
                at: place(["rules", index, "tools", at]),
              },
            ],
      ),
    ),
  ];
}

/** Lists that no rule names, of this pack or of those that it extends. A pack that is a part is for others to read. */
function unreadLists(pack: Pack, source: PackSource, place: PlaceOf): readonly WithoutEffect[] {
  const names = Object.keys(pack.lists);
  if (names.length === 0 || pack.kind === "part") return [];
  const readBy = listsRead(pack, source, new Set());
  return names
    .filter((name) => !readBy.has(name))
    .map((name) => {
      const near = nearNames(name, [...readBy]);
      const advice =
        near.length === 0
          ? "write `{ in: NAME }` in a rule, or take it out"
          : `rules read ${quotedOr(near)}`;
      const message = `no rule reads the list \`${name}\`: ${advice}`;
      return {
        severity: "error" as const,
        rule: `lists.${name}`,
        message,
        at: place(["lists", name]),
      };
    });
}

function listsRead(pack: Pack, source: PackSource, seen: Set<string>): Set<string> {
  const found = new Set<string>();
  for (const rule of pack.rules)
    for (const value of Object.values(rule))
      if (typeof value === "object" && value !== null && "in" in value)
        found.add(String((value as Named).in));
  for (const name of pack.extends) {
    if (seen.has(name)) continue;
    seen.add(name);
    const base = source(name);
    const read = base && readPackText(base.text, base.file);
    if (read !== undefined) for (const one of listsRead(read.pack, source, seen)) found.add(one);
  }
  return found;
}

/** Allow rules of the pack's own that never decide, because what restricts says more of the same. */
function shadowed(
  pack: Pack,
  { rules, automaticApproval }: Pick<WholePack, "rules" | "automaticApproval">,
  place: PlaceOf,
): readonly WithoutEffect[] {
  const stricter = rules.filter(({ verdict }) => verdict !== "allow");
  return pack.rules.flatMap(({ id, verdict }, index): WithoutEffect[] => {
    const rule = rules.find((one) => one.id === id);
    if (verdict !== "allow" || rule === undefined) return [];
    const at = place(["rules", index, "id"]);
    if (!automaticApproval)
      return [
        warning(id, "it allows nothing: with `automaticApproval: false` no allow rule answers", at),
      ];
    const by = rule.when.effects.map((kind) =>
      stricter.find((other) => saysMore(other, rule.when, kind)),
    );
    const [first] = by;
    if (first === undefined || by.includes(undefined)) return [];
    const says = first.verdict === "deny" ? "refuses" : "asks about";
    return [
      warning(id, `it never decides: \`${first.id}\` ${says} all that it speaks of, and more`, at),
    ];
  });
}

const LISTED = [
  ...["paths", "hosts", "remotes", "registries", "managers", "systems", "origins", "operations"],
  ...["refs", "programs", "carries", "tools", "mcp", "modes", "branches", "labels", "detectors"],
] as const satisfies readonly (keyof Condition)[];

/**
 * Whether a rule speaks of every effect of a kind that a condition speaks of. In doubt it does not: a rule that gives way to
 * a sandbox, or speaks of command lines, never counts.
 */
function saysMore(
  { when, contained, views }: Rule,
  of: Condition,
  kind: Rule["when"]["effects"][number],
) {
  if (
    contained !== undefined ||
    views !== undefined ||
    when.commands !== undefined ||
    !when.effects.includes(kind)
  )
    return false;
  const isKnown = (key: string): boolean =>
    key === "effects" || (LISTED as readonly string[]).includes(key);
  // What is neither a list nor the same in both may leave something out.
  for (const [key, value] of Object.entries(when))
    if (!isKnown(key) && !isDeepStrictEqual(value, of[key as keyof Condition])) return false;
  return LISTED.every((key) => {
    const wide = when[key] as readonly string[] | undefined;
    if (wide === undefined) return true;
    const narrow = of[key] as readonly string[] | undefined;
    if (key === "paths" && wide.some((glob) => ANY_PATH.includes(glob))) return true;
    return narrow !== undefined && narrow.every((item) => wide.includes(item));
  });
}

function readPackText(
  text: string,
  file: string,
): { readonly pack: Pack; readonly place: PlaceOf } | undefined {
  const options = { file, kind: "policy", schema: PackSchema, charsMax: PACK_CHARS_MAX } as const;
  try {
    const { value, place } = readDeclaration(text, options);
    return { pack: value, place };
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

function error(rule: string, message: string, at: SourcePlace): WithoutEffect {
  return { severity: "error", rule, message, at };
}

function warning(rule: string, message: string, at: SourcePlace): WithoutEffect {
  return { severity: "warning", rule, message, at };
}
