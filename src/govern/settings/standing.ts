// Whether what was put into a settings file still stands and has effect there, whatever else a person added around it.
import { isDeepStrictEqual } from "node:util";
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { switchStands } from "./fixed-entries.ts";
import { exceptsAll, type HookEntry, type Insertion } from "./hook-entries.ts";
import type { EnvEntry } from "./hook-environment.ts";
import { RULE_LISTS, type RuleList } from "./rule-lists.ts";

/** A part of an insertion that is gone, was changed, or no longer has effect. */
export type Missing =
  | { readonly kind: "hook"; readonly event: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "rule"; readonly rule: string; readonly list: RuleList }
  | { readonly kind: "switch"; readonly key: string };

/** Keys of a group of hooks; another one might narrow when the group is asked. */
const GROUP_KEYS = ["matcher", "hooks"];

/**
 * What of the insertion the content of a settings file lacks or has otherwise; nothing when all of it stands. Handlers
 * must be unaltered and asked for every tool; further groups, handlers and variables do not matter, nor do further hosts
 * in a list of proxy exceptions.
 */
export function missingFrom(
  content: Json,
  { hooks, env, rules, asks, switches = [] }: Insertion,
): readonly Missing[] {
  const present = (list: RuleList) => {
    const found = memberOf(memberOf(content, "permissions"), list);
    return new Set(Array.isArray(found) ? found : []);
  };
  return [
    ...hooks
      .filter((entry) => !standsHook(content, entry))
      .map(({ event }) => ({ kind: "hook", event }) as const),
    ...env
      .filter((entry) => !standsVariable(content, entry))
      .map(({ name }) => ({ kind: "variable", name }) as const),
    ...RULE_LISTS.flatMap(({ list, of }) => {
      const there = present(list);
      return ({ rules, asks }[of] ?? [])
        .filter((rule) => !there.has(rule))
        .map((rule) => ({ kind: "rule", rule, list }) as const);
    }),
    ...switches
      .filter((one) => !switchStands(one, memberOf(content, one.key)))
      .map(({ key }) => ({ kind: "switch", key }) as const),
  ];
}

function standsHook(content: Json, { event, handler }: HookEntry): boolean {
  const groups = memberOf(memberOf(content, "hooks"), event);
  if (!Array.isArray(groups)) return false;
  return groups.some((group) => {
    if (!isObject(group) || !Array.isArray(group["hooks"])) return false;
    const matcher = group["matcher"];
    const matchesAll = matcher === undefined || matcher === "*" || matcher === "";
    return (
      matchesAll &&
      Object.keys(group).every((key) => GROUP_KEYS.includes(key)) &&
      group["hooks"].some((other) => isDeepStrictEqual(other, handler))
    );
  });
}

function standsVariable(content: Json, { name, value }: EnvEntry): boolean {
  const present = memberOf(memberOf(content, "env"), name);
  if (typeof present !== "string") return false;
  return name.toLowerCase() === "no_proxy" ? exceptsAll(present, value) : present === value;
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
