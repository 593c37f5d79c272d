// A light reading of makefiles: the recipes that a goal leads to, as far as they are plain text.

/** Lines, rules and recipe lines that are looked at; more are covered by what make may do anyway. */
const LINES_MAX = 4_000;
const RULES_MAX = 64;
const RECIPES_MAX = 32;
/** Characters that one recipe line may have with its variables in place. */
const RECIPE_CHARS_MAX = 4_096;

type Rule = { readonly needs: readonly string[]; readonly recipe: readonly string[] };

/**
 * The shell text of the recipes behind `goals`, of the first rule without any. `variables` are those of the command line.
 * What is not plain is left as an empty word: the caller says that make may do anything.
 */
export function recipesOf(
  makefile: string,
  goals: readonly string[],
  variables: ReadonlyMap<string, string>,
): readonly string[] {
  const { rules, first, assigned } = readMakefile(makefile);
  const values = new Map([...assigned, ...variables]);
  const wanted = goals.length > 0 ? [...goals] : first === undefined ? [] : [first];
  const seen = new Set<string>();
  const recipes: string[] = [];
  while (wanted.length > 0 && seen.size < RULES_MAX && recipes.length < RECIPES_MAX) {
    const goal = wanted.shift() ?? "";
    if (seen.has(goal)) continue;
    seen.add(goal);
    for (const { needs, recipe } of rules.get(goal) ?? []) {
      wanted.push(...needs.flatMap((need) => expand(need, values, goal).split(/\s+/)));
      for (const line of recipe) recipes.push(expand(line, values, goal).replace(/^[@\-+\s]+/, ""));
    }
  }
  return [...recipes.slice(0, RECIPES_MAX), ...shellCalls(makefile, values)];
}

function readMakefile(makefile: string): {
  rules: ReadonlyMap<string, readonly Rule[]>;
  first: string | undefined;
  assigned: ReadonlyMap<string, string>;
} {
  const rules = new Map<string, Rule[]>();
  const assigned = new Map<string, string>();
  let first: string | undefined;
  let recipe: string[] | undefined;
  // WHY: a line that ends in a backslash goes on, in recipes too.
  for (const line of makefile
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .slice(0, LINES_MAX)) {
    if (line.startsWith("\t")) {
      recipe?.push(line.slice(1));
      continue;
    }
    const plain = line.replace(/(?:^|\s)#.*$/, "").trim();
    if (plain === "") continue;
    const value = /^(?:export\s+|override\s+)?([\w.-]+)\s*(?::{0,3}|\?|\+|!)=\s*(.*)$/.exec(plain);
    if (value !== null) {
      const [, name = "", text = ""] = value;
      assigned.set(name, /\+=/.test(plain) ? `${assigned.get(name) ?? ""} ${text}` : text);
      recipe = undefined;
      continue;
    }
    const rule = /^([^:=]+?)\s*::?(?!=)\s*([^;]*)(?:;(.*))?$/.exec(plain);
    if (rule === null) continue;
    recipe = rule[3] === undefined ? [] : [rule[3]];
    const needs = (rule[2] ?? "").split(/[\s|]+/).filter((need) => need !== "");
    for (const target of (rule[1] ?? "").split(/\s+/).slice(0, RULES_MAX)) {
      if (!target.startsWith(".") && !target.includes("%")) first ??= target;
      rules.set(target, [...(rules.get(target) ?? []), { needs, recipe }]);
    }
  }
  return { rules, first, assigned };
}

/** `$(NAME)`, `$$`, `$@`; functions and what has no value become nothing, and what each environment has is the shell's to say. */
function expand(line: string, values: ReadonlyMap<string, string>, goal: string): string {
  let text = line;
  for (let pass = 0; pass < 4 && /\$[^$]/.test(text.replaceAll("$$", "")); pass += 1) {
    text = text.replaceAll(
      /\$\$|\$[({]([\w.-]+)[)}]|\$@|\$[({][^(){}]*[)}]/g,
      (found, name: string | undefined, at: number) => {
        if (found === "$$") return found;
        if (found === "$@") return goal;
        if (name === undefined) return "";
        return values.get(name) ?? BUILT_IN.get(name) ?? ofEnvironment(name, text.slice(0, at));
      },
    );
    if (text.length > RECIPE_CHARS_MAX) return "";
  }
  return text.replaceAll("$$", "$");
}

/** Variables that make takes from any environment. WHY no others: what is not set there is empty. */
const OF_ENVIRONMENT = /^(?:HOME|PWD|USER|LOGNAME|TMPDIR|XDG_[A-Z]+_HOME)$/;

/** The shell's word for a variable of the environment, whatever quotes are open after `before`. */
function ofEnvironment(name: string, before: string): string {
  if (!OF_ENVIRONMENT.test(name)) return "";
  const word = `$$\{${name}}`;
  const open = before.replaceAll(/\\.|"(?:[^"\\]|\\.)*"|'[^']*'/g, "");
  return open.includes("'") && !open.includes('"') ? `'"${word}"'` : word;
}

const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ["MAKE", "make"],
  ["RM", "rm -f"],
  ["CC", "cc"],
  ["CXX", "g++"],
  ["CURDIR", "."],
]);

/** What make itself gives to a shell while it reads: `$(shell …)` and `NAME != …`. */
function shellCalls(makefile: string, values: ReadonlyMap<string, string>): readonly string[] {
  const calls = [
    ...makefile.matchAll(/\$[({]shell\s+([^(){}\n]*)[)}]/g),
    ...makefile.matchAll(/^[\w.-]+\s*!=\s*(.*)$/gm),
  ];
  return calls.slice(0, RECIPES_MAX).map(([, text = ""]) => expand(text, values, ""));
}
