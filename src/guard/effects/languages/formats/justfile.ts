// A light reading of justfiles: the recipes that a name leads to, as far as they are plain text.

/** Lines and recipes that are looked at; more are covered by what just may do anyway. */
const LINES_MAX = 4_000;
const RECIPES_MAX = 32;

type Recipe = {
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly needs: readonly string[];
  readonly body: string[];
};

/** The shell text behind the words of a call, of the first recipe without any; `NAME=value` sets a variable. */
export function justRecipes(justfile: string, words: readonly string[]): readonly string[] {
  const { recipes, first, variables, commands } = readJustfile(justfile);
  const values = new Map(variables);
  const goals: string[] = [];
  for (const word of words) {
    const assignment = /^([\w-]+)=(.*)$/s.exec(word);
    if (assignment !== null && goals.length === 0)
      values.set(assignment[1] ?? "", assignment[2] ?? "");
    else goals.push(word);
  }
  const wanted: { readonly name: string; readonly args: readonly string[] }[] = [];
  for (let at = 0; at < goals.length; ) {
    const name = (goals[at] ?? "").split("::").at(-1) ?? "";
    const taken = recipes.get(name)?.parameters.length ?? goals.length;
    const isOpen = recipes.get(name)?.parameters.some((one) => /^[*+]/.test(one.name)) === true;
    const end = isOpen ? goals.length : at + 1 + taken;
    wanted.push({ name, args: goals.slice(at + 1, end) });
    at = end;
  }
  if (goals.length === 0 && first !== undefined) wanted.push({ name: first, args: [] });
  const seen = new Set<string>();
  const found: string[] = [];
  while (wanted.length > 0 && seen.size < RECIPES_MAX) {
    const { name, args } = wanted.shift() ?? { name: "", args: [] };
    const recipe = recipes.get(name);
    if (seen.has(name) || recipe === undefined) continue;
    seen.add(name);
    wanted.push(...recipe.needs.map((need) => ({ name: need, args: [] })));
    found.push(...bodyOf(recipe, args, values));
  }
  return [...found.slice(0, RECIPES_MAX), ...commands];
}

/** The lines of a recipe, each for a shell of its own; one text where a first line names an interpreter. */
function bodyOf(
  { parameters, body }: Recipe,
  args: readonly string[],
  variables: ReadonlyMap<string, string>,
): readonly string[] {
  const values = new Map(variables);
  parameters.forEach(({ name, value }, at) => {
    const isOpen = /^[*+]/.test(name);
    const given = isOpen ? args.slice(at).join(" ") : args[at];
    values.set(name.replace(/^[*+$]+/, ""), given === undefined || given === "" ? value : given);
  });
  const lines = body.map((line) =>
    line.replaceAll(/\{\{([^{}]*)\}\}/g, (_, inner: string) => valueOf(inner.trim(), values)),
  );
  if (lines[0]?.startsWith("#!") === true) return [lines.join("\n")];
  return lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.replace(/^[@\-?\s]+/, ""))
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function valueOf(expression: string, values: ReadonlyMap<string, string>): string {
  const text = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')$/.exec(expression);
  if (text !== null) return text[1] ?? text[2] ?? "";
  const home = /^(?:home_directory\(\)|env(?:_var)?\(\s*['"]HOME['"]\s*\))$/.test(expression);
  return home ? "~" : (values.get(expression) ?? "");
}

function readJustfile(justfile: string): {
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly first: string | undefined;
  readonly variables: ReadonlyMap<string, string>;
  readonly commands: readonly string[];
} {
  const recipes = new Map<string, Recipe>();
  const aliases: (readonly [string, string])[] = [];
  const variables = new Map<string, string>();
  const commands: string[] = [];
  let first: string | undefined;
  let body: string[] | undefined;
  let indent = "";
  for (const line of justfile.split(/\r?\n/).slice(0, LINES_MAX)) {
    if (/^\s/.test(line)) {
      if (body?.length === 0) indent = /^\s+/.exec(line)?.[0] ?? "";
      body?.push(line.startsWith(indent) ? line.slice(indent.length) : line.trimStart());
      continue;
    }
    const plain = line.replace(/\s#.*$/, "").trim();
    if (plain === "" || plain.startsWith("#")) continue;
    const alias = /^alias\s+([\w-]+)\s*:=\s*([\w:-]+)/.exec(plain);
    const assigned = /^(?:export\s+)?([\w-]+)\s*:=\s*(.*)$/.exec(plain);
    const head = /^@?([\w-]+)((?:\s[^:]*)?):(?!=)(.*)$/.exec(plain);
    if (alias !== null) aliases.push([alias[1] ?? "", alias[2] ?? ""]);
    else if (assigned !== null) {
      const [, name = "", value = ""] = assigned;
      variables.set(name, valueOf(value, variables));
      // A command between backticks runs when the file is read.
      commands.push(...[...value.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text));
    } else if (head !== null && !/^(?:set|import|mod)\b/.test(plain)) {
      const [, name = "", parameters = "", needs = ""] = head;
      first ??= name;
      body = [];
      recipes.set(name, { parameters: parametersOf(parameters), needs: needsOf(needs), body });
      continue;
    }
    body = undefined;
  }
  for (const [name, other] of aliases.slice(0, RECIPES_MAX)) {
    const recipe = recipes.get(other);
    if (recipe !== undefined) recipes.set(name, recipe);
  }
  return { recipes, first, variables, commands: commands.slice(0, RECIPES_MAX) };
}

function parametersOf(text: string): Recipe["parameters"] {
  return [...text.matchAll(/([*+$]*[\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s]+)))?/g)]
    .slice(0, RECIPES_MAX)
    .map(([, name = "", double, single, plain]) => ({
      name,
      value: double ?? single ?? plain ?? "",
    }));
}

/** Names before and after the recipe; `(name "argument")` stands for one with arguments. */
function needsOf(text: string): readonly string[] {
  return [...text.matchAll(/\(\s*([\w-]+)[^)]*\)|([\w-]+)/g)]
    .slice(0, RECIPES_MAX)
    .map(([, called, name]) => called ?? name ?? "");
}
