// Reads a hook's shell code by its syntax: input, patterns, prints, ends, and what is done with a value of the payload.
import {
  childrenOf,
  type Command,
  parseCommand,
  type SyntaxNode,
  type Word,
} from "#guard/shell/syntax/syntax.ts";
import type { Ended, HookReading, Subject } from "./reading.ts";
import { asPosix, endingTest, handsOn } from "./shell-status.ts";
import { readsStandardInput, subjectsOfValue, variablesOf, visitAll } from "./shell-input.ts";
import { expandedIn, HOLE, type Variables } from "./shell-values.ts";
import { shellReaders } from "./readers.ts";
import { refusesBroken } from "./shell-refusal.ts";
import { unsetIn } from "./shell-unset.ts";
import { isLocal, outputOf, runsWord, subjectsOfPipe } from "./shell-words.ts";

import { CommandReader, type Context, NETWORK, type Notes } from "./shell-commands.ts";

/** Reads shell code. Total: text that cannot be parsed gives a problem and what was read before it. */
export function readShell(written: string): HookReading {
  const text = asPosix(written);
  const isZsh = text.startsWith("#!") && /^#![^\n]*\bzsh\b/.test(text);
  const parsed = parseCommand(text);
  const { script } = parsed;
  // What zsh knows beyond the other shells is no fault of the script.
  const problem = isZsh ? undefined : parsed.problem;
  const fault =
    problem === undefined ? undefined : { at: faultAt(script, text), text: problem.detail };
  const notes: Notes = {
    fields: [],
    printed: [],
    ended: [],
    matched: [],
    unquoted: [],
    executed: [],
    sent: [],
    fetched: [],
    logs: [],
  };
  if (script === undefined)
    return {
      problem: fault,
      unset: [],
      ...notes,
      refusesBroken: false,
      readers: [{ at: 0, text: "" }],
    };
  const variables = variablesOf(script);
  const reader = new ShellReader(script, text, variables, notes);
  reader.walk(script, { branches: [], to: 1, onInput: false, inFunction: false });
  if (!notes.ended.some(({ status }) => status === 2)) {
    if (handsOn(text, reader.functions)) notes.ended.push(...reader.returned);
    const isSilent = !notes.printed.some(({ to }) => to === 1) && notes.logs.length === 0;
    if (isSilent && notes.ended.length === 0) notes.ended.push(...endingTest(text));
  }
  // zsh splits no value.
  if (isZsh) notes.unquoted = [];
  return {
    problem: fault,
    unset: unsetIn(script, variables),
    ...notes,
    refusesBroken: refusesBroken(script, text, notes.ended),
    readers: shellReaders(script, text),
  };
}

function faultAt(script: SyntaxNode | undefined, text: string): number {
  const errors = script !== undefined && "errors" in script ? script.errors : undefined;
  return Math.min(errors?.[0]?.pos ?? 0, text.length);
}

/** Calls within calls that are followed. */
const CALLS_DEEP_MAX = 3;
/** Programs that print whenever they run. */
const TALKING = /^(?:date|pwd|whoami|hostname|uname|uptime|env|printenv|id|ls|df)$/;

class ShellReader extends CommandReader {
  readonly #functions: ReadonlyMap<string, SyntaxNode>;

  /** What functions give back that is neither well nor a refusal. */
  readonly returned: Ended[] = [];

  readonly #called: ReadonlySet<string>;

  #branch = 0;

  #depth = 0;

  constructor(script: SyntaxNode, text: string, variables: Variables, notes: Notes) {
    super(text, variables, notes);
    const functions = new Map<string, SyntaxNode>();
    const called = new Set<string>();
    visitAll(script, (node) => {
      if (node.type === "Function") functions.set(node.name.value, node.body);
      if (node.type === "Command" && node.name !== undefined) called.add(node.name.value);
    });
    this.#functions = functions;
    this.#called = called;
  }

  get functions(): Iterable<string> {
    return this.#functions.keys();
  }

  walk(node: SyntaxNode, context: Context): void {
    switch (node.type) {
      case "If": {
        const onInput = context.onInput || this.#touchesInput(node.clause);
        this.walk(node.clause, context);
        const inner = (): Context => ({ ...this.#in(context), onInput });
        this.walk(node.then, inner());
        for (const one of node.elif) {
          this.walk(one.clause, context);
          this.walk(one.then, inner());
        }
        if (node.else !== undefined) this.walk(node.else, inner());
        return;
      }
      case "AndOr": {
        let onInput = context.onInput;
        node.commands.forEach((one, index) => {
          this.walk(one, index === 0 ? context : { ...this.#in(context), onInput });
          onInput ||= this.#touchesInput(one);
        });
        return;
      }
      case "Case": {
        const subjects = subjectsOfValue(node.word, this.variables);
        this.walk(node.word, context);
        for (const item of node.items) {
          for (const pattern of item.pattern)
            this.match(pattern, subjects, { form: "glob", isWhole: false });
          this.walk(item.body, {
            ...this.#in(context),
            onInput: context.onInput || subjects.length > 0,
          });
        }
        return;
      }
      case "For":
      case "While":
      case "Select":
        childrenOf(node, (child) =>
          this.walk(
            child,
            child === ("body" in node ? node.body : undefined)
              ? { ...this.#in(context), onInput: context.onInput || this.#touchesInput(node) }
              : context,
          ),
        );
        return;
      case "Function":
        // What is called is read where it is called, with what it is given.
        if (!this.#called.has(node.name.value))
          this.walk(node.body, { ...this.#in(context), inFunction: true });
        return;
      case "Pipeline":
        for (const one of node.commands.slice(1)) this.piped.add(one);
        node.commands.forEach((one, index) =>
          this.walk(one, index < node.commands.length - 1 ? { ...context, to: "inner" } : context),
        );
        this.#pipeline(node.commands);
        return;
      case "Redirected":
        this.redirects(node.redirects, this.fed(node.command));
        this.walk(node.command, { ...context, to: outputOf(node.redirects, context.to) });
        return;
      case "CommandExpansion":
      case "ProcessSubstitution":
        if (node.script !== undefined) this.walk(node.script, { ...context, to: "inner" });
        return;
      case "TestBinary":
        this.#test(node.operator, node.left, node.right);
        childrenOf(node, (child) => this.walk(child, context));
        return;
      case "Command":
        this.#command(node, context);
        return;
      default:
        childrenOf(node, (child) => this.walk(child, context));
    }
  }

  #in(context: Context): Context {
    this.#branch += 1;
    return { ...context, branches: [...context.branches, String(this.#branch)] };
  }

  #touchesInput(node: SyntaxNode): boolean {
    let touches = false;
    visitAll(node, (one) => {
      if (one.type === "Command" && readsStandardInput(one)) touches = true;
      if (one.type === "SimpleExpansion" && this.variables.inputs.has(one.text.slice(1)))
        touches = true;
      if (one.type === "ParameterExpansion" && this.variables.inputs.has(one.parameter))
        touches = true;
      if (
        (one.type === "SimpleExpansion" || one.type === "ParameterExpansion") &&
        /TOOL_|CLAUDE_/.test(one.text)
      )
        touches = true;
    });
    return touches;
  }

  /** Walks the body of a function with the words that it is called with. */
  #call(body: SyntaxNode, node: Command, words: readonly string[], context: Context): void {
    const before = this.variables;
    const constants = new Map(before.constants);
    const inputs = new Map(before.inputs);
    const give = (name: string, text: string, subjects: readonly Subject[]) => {
      constants.delete(name);
      inputs.delete(name);
      if (subjects.length > 0) inputs.set(name, new Set(subjects));
      else if (!text.includes(HOLE)) constants.set(name, [text]);
    };
    node.args.forEach((one, at) =>
      give(String(at + 1), words[at] ?? HOLE, subjectsOfValue(one, before)),
    );
    const all = node.args.flatMap((one) => subjectsOfValue(one, before));
    for (const name of ["*", "@"]) give(name, words.join(" "), all);
    this.variables = { constants, inputs };
    visitAll(body, (one) => {
      if (one.type !== "Assignment" || one.append === true) return;
      if (!expandedIn(one.value).some(({ name }) => /^[0-9*@]$/.test(name))) return;
      give(one.name, this.word(one.value), subjectsOfValue(one.value, this.variables));
    });
    this.#depth += 1;
    this.walk(body, { ...context, inFunction: true, order: context.order ?? node.pos });
    this.#depth -= 1;
    this.variables = before;
  }

  #command(node: Command, context: Context): void {
    const name = (node.name === undefined ? "" : this.word(node.name)).replace(/^.*\//, "");
    const words = node.args.map((one) => this.word(one));
    const to = outputOf(node.redirects, context.to);
    this.redirects(node.redirects, this.fed(node));
    const body = this.#functions.get(name);
    if (body !== undefined && this.#depth < CALLS_DEEP_MAX)
      this.#call(body, node, words, { ...context, to });
    const order = context.order ?? node.pos;
    if (name === "exit" || (name === "return" && context.inFunction && words[0] === "2")) {
      const code = words[0] ?? "0";
      const status = /^\d+$/.test(code) ? Number(code) : /^-\d+$/.test(code) ? 255 : undefined;
      const { branches, onInput } = context;
      this.notes.ended.push({ ...this.at(node), order, status, branches, onInput });
    }
    if (name === "return" && context.inFunction && /^(?:1|[3-9]|\d{2,3})$/.test(words[0] ?? "")) {
      const { branches, onInput } = context;
      this.returned.push({ ...this.at(node), order, status: Number(words[0]), branches, onInput });
    }
    if (/^(?:echo|printf|print|cat|jq)$/.test(name) && to !== "inner")
      this.prints(node, name, words, { ...context, to });
    if (TALKING.test(name) && to === 1)
      this.notes.printed.push({
        ...this.at(node),
        order,
        text: name,
        to,
        branches: context.branches,
        isBuilt: false,
        subjects: [],
      });
    if (/^(?:jq|gojq)$/.test(name)) this.fields(node, words);
    if (name === "expr") this.expression(node, words);
    if (/^(?:[ef]?grep|rg)$/.test(name)) this.grep(node, words);
    this.execution(node, name, words);
    if (NETWORK.test(name)) this.sending(node, words);
    if (!this.piped.has(node)) this.keeping(node, name, words, ["payload"]);
    for (const argument of [...node.args, ...(node.name === undefined ? [] : [node.name])])
      this.quoting(argument, name);
    childrenOf(node, (child) => this.walk(child, context));
  }

  /** What goes down a pipe: what is fed to `grep`, to a shell, to the network. */
  #pipeline(commands: readonly SyntaxNode[]): void {
    let subjects: readonly Subject[] = [];
    let fetches = false;
    commands.forEach((node, index) => {
      if (node.type !== "Command") return;
      const name = this.name(node);
      const words = node.args.map((one) => this.word(one));
      if (index > 0 && subjects.length > 0) {
        this.fedSubjects.set(node, subjects);
        if (/^[ef]?grep$|^rg$/.test(name)) {
          this.notes.matched = this.notes.matched.filter(
            ({ at }) => at < node.pos || at > node.end,
          );
          this.grep(node, words);
        }
        if (/^[gmn]?awk$/.test(name)) this.awk(node, words, subjects);
        if (
          name === "xargs"
            ? runsWord(words)
            : /^(?:sh|bash|zsh|dash|source)$/.test(name) &&
              !words.some((word) => /^-\w*[cn]/.test(word))
        )
          this.notes.executed.push(this.at(node));
        if (
          NETWORK.test(name) &&
          !isLocal(words) &&
          subjects.some((one) => !["tool", "other", "path"].includes(one))
        )
          this.notes.sent.push(this.at(node));
      }
      if (index > 0 && fetches && /^(?:sh|bash|zsh|dash|python3?|node|perl|ruby|sudo)$/.test(name))
        this.notes.fetched.push(this.at(node));
      if (/^(?:jq|gojq)$/.test(name) && subjects.length > 0 && !subjects.includes("payload"))
        this.notes.fields = this.notes.fields.filter(({ at }) => at < node.pos || at > node.end);
      fetches ||= /^(?:curl|wget)$/.test(name);
      if (index > 0) this.keeping(node, name, words, subjects);
      const asked = subjectsOfPipe(node, name, words);
      const own = this.fed(node);
      subjects =
        asked.length > 0 && (own.length > 0 || subjects.length > 0 || readsStandardInput(node))
          ? asked
          : own.length > 0
            ? own
            : subjects;
    });
  }

  #test(operator: string, left: Word, right: Word): void {
    if (!["==", "=", "!=", "=~"].includes(operator)) return;
    const subjects = subjectsOfValue(left, this.variables);
    this.match(right, subjects, { form: operator === "=~" ? "regex" : "glob", isWhole: false });
  }
}
