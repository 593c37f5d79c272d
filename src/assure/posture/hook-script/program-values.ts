// What names of a program stand for: texts, objects with what is put into them later, calls of its own functions.
import {
  bracketed,
  type CallText,
  expressionAt,
  listed,
  type ProgramText,
  VALUE_CHARS_MAX,
} from "#guard/effects/languages/syntax/program-text.ts";

/** Rounds in which names in a value are put in. */
const ROUNDS = 4;
/** Calls of one function that are followed. */
const CALLS_MAX = 16;
/** Values that say what they are: objects, lists, texts, conditions between texts, parts of the payload, texts made of others. */
const TELLING =
  /^(?:[{[]|dict\(|[rbf]{0,2}["'`]|[\w.?[\]"'$]+(?:\.get\([^)]*\))?$|re\.sub\(|str\()|\.(?:replace(?:All)?|sub|join|strip|trim|toString)\(|["']\s*(?:if\b|:)/;

/** A function of the program: its parameters and where its body lies. `gives`: the expression that is all of it. */
export type OwnFunction = {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly gives: string | undefined;
};

/** Names of a program and what they stand for. */
export class ProgramValues {
  readonly #program: ProgramText;
  readonly #values: ReadonlyMap<string, string>;
  readonly #calls = new Map<OwnFunction, readonly CallText[]>();
  readonly functions: readonly OwnFunction[];

  constructor(program: ProgramText) {
    this.#program = program;
    this.functions = functionsIn(program);
    this.#values = valuesIn(program);
  }

  /** What a name was set to, where that tells something. */
  valueOf(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** The pattern or list that a name was made of. */
  patternOf(name: string): string | undefined {
    const own = name.replaceAll("$", "\\$");
    const made = new RegExp(`(?<![\\w.$])${own}\\s*=\\s*`).exec(this.#program.text);
    if (made === null) return undefined;
    const value = this.#program.expression(made.index + made[0].length);
    const inner = /^(?:re\.compile|new RegExp)\(\s*/.exec(value);
    if (inner !== null) return listed(bracketed(value, value.indexOf("(")))[0];
    return /^(?:\/|[([{]|new Set\(|(?:set|frozenset|tuple)\()/.test(value) ? value : undefined;
  }

  /** An expression with everything that is known of its names put in. */
  resolve(expression: string): string {
    let made = expression;
    for (let round = 0; round < ROUNDS && made.length < VALUE_CHARS_MAX; round += 1) {
      const next = this.#once(made);
      if (next === made) break;
      made = next;
    }
    return made;
  }

  /** Arguments of each call of a function, with the place. */
  callsOf(own: OwnFunction): readonly CallText[] {
    const before = this.#calls.get(own);
    if (before !== undefined) return before;
    const { name, from } = own;
    const { text } = this.#program;
    const found = this.#program
      .calls(name)
      .filter(({ at }) => at < from - 1 || at > from + name.length + 1)
      .filter(({ at }) => !/(?:def|function)\s+$/.test(text.slice(Math.max(0, at - 20), at)))
      .slice(0, CALLS_MAX);
    this.#calls.set(own, found);
    return found;
  }

  #once(expression: string): string {
    const called = this.functions.reduce((text, own) => withCall(text, own), expression);
    return called.replaceAll(
      /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|(?<![\w.$])([A-Za-z_$][\w$]*)(?!\s*[\w(.[])/g,
      (found: string, name: string | undefined, place: number) => {
        const value = name === undefined ? undefined : this.#values.get(name);
        if (name === undefined || value === undefined) return found;
        const after = called.slice(place + found.length).trimStart();
        const before = called.slice(0, place).trimEnd();
        if (/^:(?!:)/.test(after) && /[{,]$/.test(before)) return found;
        if (/^=(?!=)/.test(after)) return found;
        const isShorthand =
          /^[,}]/.test(after) && /[{,]$/.test(before) && isInObject(called, place);
        return isShorthand ? `${name}: ${value}` : value;
      },
    );
  }
}

/** A body with arguments in the place of parameters. */
export function withArguments(
  body: string,
  parameters: readonly string[],
  args: readonly string[],
): string {
  return parameters.reduce((text, parameter, at) => {
    const value = args[at];
    if (value === undefined) return text;
    const name = parameter.replaceAll("$", "\\$");
    return text
      .replaceAll(
        new RegExp(`(?<=[{,]\\s*)${name}(?=\\s*[,}])`, "g"),
        () => `${parameter}: ${value}`,
      )
      .replaceAll(new RegExp(`(?<![\\w.$"'])${name}(?![\\w$"']|\\s*:[^:])`, "g"), () => value);
  }, body);
}

function withCall(text: string, { name, parameters, gives }: OwnFunction): string {
  if (gives === undefined) return text;
  const at = new RegExp(`(?<![\\w.$])${name.replaceAll("$", "\\$")}\\(`).exec(text);
  if (at === null) return text;
  const open = at.index + name.length;
  const inside = bracketed(text, open);
  const made = withArguments(gives, parameters, listed(inside));
  return `${text.slice(0, at.index)}${made}${text.slice(open + inside.length + 2)}`;
}

function functionsIn(program: ProgramText): readonly OwnFunction[] {
  const { text } = program;
  const python = [...text.matchAll(/^([ \t]*)def\s+(\w+)\(([^)]*)\)[^\n:]*:[^\n]*\n/gm)].map(
    (match): OwnFunction => {
      const [head, indent = "", name = "", parameters = ""] = match;
      const from = match.index + head.length;
      const rest = text.slice(from);
      const end = new RegExp(`^(?!${indent}[ \\t]|\\s*$)`, "m").exec(rest);
      const to = from + (end?.index ?? rest.length);
      const only = /^\s*return\s+/.exec(text.slice(from, to));
      return {
        name,
        parameters: namesOf(parameters),
        from,
        to,
        gives: only === null ? undefined : program.expression(from + only[0].length),
      };
    },
  );
  const script = [
    ...text.matchAll(
      /(?:\bfunction\s+([\w$]+)\s*\(([^)]*)\)\s*|\b(?:const|let|var)\s+([\w$]+)\s*=\s*(?:async\s*)?(?:\(([^)]*)\)|([\w$]+))\s*=>\s*)/g,
    ),
  ].map((match): OwnFunction => {
    const name = match[1] ?? match[3] ?? "";
    const parameters = namesOf(match[2] ?? match[4] ?? match[5] ?? "");
    const from = match.index + match[0].length;
    if (text[from] !== "{") {
      const whole = program.expression(from);
      const gives = whole.startsWith("(") ? bracketed(whole, 0) : whole;
      return { name, parameters, from, to: from + whole.length, gives };
    }
    const body = program.inside(from);
    const only = /^\s*return\s+/.exec(body);
    const gives = only === null ? undefined : expressionAt(body, only[0].length);
    return { name, parameters, from, to: from + body.length + 2, gives };
  });
  return [...python, ...script].filter(({ name }) => name !== "");
}

function namesOf(parameters: string): readonly string[] {
  return parameters
    .split(",")
    .map((one) => /^\s*([\w$]+)/.exec(one)?.[1] ?? "")
    .filter((one) => one !== "");
}

function valuesIn(program: ProgramText): ReadonlyMap<string, string> {
  const { text } = program;
  const values = new Map<string, string>();
  for (const match of text.matchAll(
    /(?:^|[\s;({])(?:const |let |var )?([A-Za-z_$][\w$]*)(?:\s*:\s*[\w.<>[\]|]+)?\s*:?=(?![=>])\s*/g,
  )) {
    const [whole, name = ""] = match;
    const value = program.expression(match.index + whole.length);
    if (!TELLING.test(value) || value === name) continue;
    const before = values.get(name);
    // WHY both: which of them holds is told by running only, and either may be the faulty one.
    if (before === undefined) values.set(name, value.replace(/^dict\(([^]*)\)$/, "{$1}"));
    else if (/^["'`]/.test(value)) values.set(name, `${before} | ${value}`);
  }
  // What is put into an object later is part of it.
  for (const match of text.matchAll(
    /(?<![\w.$])([A-Za-z_$][\w$]*)((?:\.[\w$]+|\[["'][\w$]+["']\])+)\s*=(?![=>])\s*/g,
  )) {
    const [whole, name = "", path = ""] = match;
    const object = values.get(name);
    if (object === undefined || !object.startsWith("{")) continue;
    const key = /([\w$]+)["'\]]*$/.exec(path)?.[1] ?? "";
    const value = program.expression(match.index + whole.length);
    values.set(name, `${object.replace(/\}$/, "")}, "${key}": ${value}}`);
  }
  return values;
}

function isInObject(text: string, place: number): boolean {
  let depth = 0;
  for (let at = place - 1; at >= 0; at -= 1) {
    const character = text[at] ?? "";
    if (/[)\]}]/.test(character)) depth += 1;
    if (/[([{]/.test(character)) {
      if (depth === 0) return character === "{";
      depth -= 1;
    }
  }
  return false;
}
