// The value of a parameter by its name, special ones with what the shell itself counts and keeps.
import { elementAt, isLooseItem, itemsOf } from "../values/arrays.ts";
import type { Expanded } from "./expansion.ts";
import type { Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import { directoryText } from "../values/some-directory.ts";
import { concat, union } from "../values/text-sets.ts";
import { EMPTY, hole, known, type Text, type TextSet, textsOf } from "../values/text.ts";
import { withSplits } from "../values/text-changes.ts";

export const NUMBER = hole("missing-fact", { splits: false, like: "[0-9]*" });

/** The client, whose shell this is. */
const PARENT = hole("missing-fact", {
  splits: false,
  like: "[0-9]*",
  sources: [{ kind: "processes", guard: true }],
});

export const ANY_FIELDS: TextSet = [[hole("missing-fact")]];

/** Variables that the shell counts by itself, whatever was assigned to them. */
export const COUNTED = new Set([
  ...["RANDOM", "SECONDS", "BASHPID", "PPID", "UID", "EUID", "LINENO", "EPOCHSECONDS", "SRANDOM"],
  ...["OPTIND", "SHLVL"],
]);

/** Variables that the shell sets by itself, to texts. */
export const KEPT = new Set([
  ...["_", "REPLY", "OPTARG", "BASH_COMMAND", "EPOCHREALTIME", "FUNCNAME", "BASH_SOURCE"],
  ...["BASH_LINENO", "PIPESTATUS", "DIRSTACK", "GROUPS", "BASH_ARGV", "BASH_ARGC", "BASH_ARGV0"],
  ...["status", "pipestatus", "match", "MATCH", "mbegin", "mend", "MBEGIN", "MEND", "funcstack"],
  ...["dirstack", "history", "commands", "functions", "aliases", "options", "signals", "jobstates"],
]);

/** The value of `$name` for a name or special parameter. */
export function parameterValue(name: string, scope: Scope, dialects: Shell["dialects"]): Expanded {
  if (name === "@" || name === "*") return { kind: "list", items: scope.positional };
  if (/^[0-9]+$/.test(name)) {
    if (name === "0") return { kind: "text", texts: ownName(scope) };
    return { kind: "text", texts: positionalAt(scope.positional, Number(name)) };
  }
  switch (name) {
    case "#":
      return {
        kind: "text",
        texts: isCounted(scope.positional) ? known(String(scope.positional.length)) : [[NUMBER]],
      };
    case "$":
    case "?":
      return { kind: "text", texts: [[NUMBER]] };
    case "!": {
      const job: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*", job: true })]];
      // Until something runs in the background there is none.
      return { kind: "text", texts: scope.variables.has("!") ? job : union(EMPTY, job) };
    }
    case "-":
      return { kind: "text", texts: [[hole("missing-fact", { splits: false, like: "*" })]] };
    case "PWD": {
      const assigned = scope.variables.get(name);
      if (assigned === undefined) return { kind: "text", texts: directoryTexts(scope) };
      return { kind: "text", texts: union(assigned.values, directoryTexts(scope)) };
    }
    default:
  }
  const variable = scope.get(name);
  if (COUNTED.has(name))
    return {
      kind: "text",
      texts: union(variable?.values ?? [], [[name === "PPID" ? PARENT : NUMBER]]),
    };
  if (variable === undefined) return { kind: "text", texts: scope.unsetValue(name) };
  if (KEPT.has(name))
    return { kind: "text", texts: union(variable.values, scope.unsetValue(name)) };
  if (variable.refersTo === "") return unknownText();
  if (variable.elements !== undefined) {
    const isMap = scope.isMap(name);
    const first = elementAt(variable.elements, "0");
    if (!dialects.includes("zsh")) return { kind: "text", texts: first };
    const items = itemsOf(variable.elements, isMap);
    if (!dialects.includes("bash")) return { kind: "list", items };
    // WHY: bash takes the first element, zsh all of them; with both possible any element may show up.
    return { kind: "list", items: [union(first, ...items)] };
  }
  return { kind: "text", texts: variable.values };
}

export function isCounted(items: readonly TextSet[] | undefined): items is readonly TextSet[] {
  return items !== undefined && !items.some(isLooseItem);
}

function positionalAt(items: readonly TextSet[] | undefined, at: number): TextSet {
  if (items === undefined) return ANY_FIELDS;
  const first = items.findIndex(isLooseItem);
  if (first < 0 || at <= first) return items[at - 1] ?? EMPTY;
  return withSplits(union(EMPTY, ...items.slice(first)), false);
}

/** `$0`: the shell, its script, or whatever the script was called with. */
export function ownName(scope: Scope): TextSet {
  if (scope.name !== undefined) return [scope.name];
  // The shell that the client starts, by whatever path.
  return union(known("bash"), [[hole("missing-fact", { splits: false })]]);
}

/** All fields of a list as possible texts of one, joined by a space or by the first character of IFS. */
export function flat(value: Expanded, scope: Scope): TextSet {
  if (value.kind === "text") return value.texts;
  const { items } = value;
  if (items === undefined) return ANY_FIELDS;
  const separators = items.length < 2 ? known(" ") : joiners(scope);
  return items.reduce<TextSet>((sum, item, at) => {
    if (at === 0) return item;
    const joined = concat(concat(sum, separators), item);
    return isLooseItem(item) ? union(sum, joined) : joined;
  }, EMPTY);
}

function joiners(scope: Scope): TextSet {
  const ifs = scope.get("IFS");
  if (ifs === undefined || ifs.absent === "yes") return known(" ");
  const firsts = textsOf(ifs.values);
  if (firsts === undefined) return [[hole("missing-fact", { splits: false })]];
  return union(known(" "), ...firsts.map((text) => known([...text][0] ?? "")));
}

export function unknownText(): Expanded {
  return { kind: "text", texts: ANY_FIELDS };
}

export function directoryTexts(scope: Scope): TextSet {
  return union(
    scope.directories.map(
      (directory): Text =>
        directory === undefined ? [hole("dynamic-path")] : directoryText(directory),
    ),
  );
}
