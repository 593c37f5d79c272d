// Reads a hook's shell code by its syntax: input, patterns, prints, ends, and what is done with a value of the payload.
import {
  childrenOf,
  type Command,
  parseCommand,
  type Redirection,
  type SyntaxNode,
  type Word,
} from "#guard/shell/syntax.ts";
import type { At, Ended, HookReading, Matched, Printed, Subject } from "./reading.ts";
import {
  readsStandardInput,
  subjectsOfScript,
  subjectsOfValue,
  variablesOf,
  visitAll,
} from "./shell-input.ts";
import {
  expandedIn,
  HOLE,
  INPUT,
  substitutedIn,
  subjectsIn,
  textOfWord,
  type Variables,
} from "./shell-values.ts";

/** Variables that a hook has without setting them, beside those of every shell. */
const GIVEN =
  /^(?:CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|CLAUDE_PLUGIN_DATA|CLAUDE_ENV_FILE|CLAUDECODE|CLAUDE_CODE_\w+|CLAUDE_PID|CLAUDE_EFFORT|HOME|PATH|USER|LOGNAME|PWD|OLDPWD|SHELL|TMPDIR|LANG|LC_\w+|TERM|HOSTNAME|EUID|UID|PPID|RANDOM|SECONDS|LINENO|IFS|OPTARG|OPTIND|REPLY|BASH\w*|FUNCNAME|PIPESTATUS|XDG_\w+|CI|GITHUB_\w+|[0-9]+|[@*#?$!_-])$/;

type Context = {
  readonly branches: readonly string[];
  /** Where output goes: to the client, elsewhere, or into a substitution or pipe. */
  readonly to: Printed["to"] | "inner";
  readonly onInput: boolean;
  readonly inFunction: boolean;
};

type Notes = {
  unset: At[];
  fields: At[];
  printed: Printed[];
  ended: Ended[];
  matched: Matched[];
  unquoted: At[];
  executed: At[];
  sent: At[];
  fetched: At[];
  logs: (At & { readonly subjects: readonly Subject[] })[];
};

/** Reads shell code. Total: text that cannot be parsed gives a problem and what was read before it. */
export function readShell(text: string): HookReading {
  const { script, problem } = parseCommand(text);
  const fault =
    problem === undefined ? undefined : { at: faultAt(script, text), text: problem.detail };
  const notes: Notes = {
    ...{ unset: [], fields: [], printed: [], ended: [], matched: [] },
    ...{ unquoted: [], executed: [], sent: [], fetched: [], logs: [] },
  };
  if (script === undefined) return { problem: fault, ...notes, refusesBroken: false };
  const variables = variablesOf(script);
  new ShellReader(text, variables, notes).walk(script, {
    ...{ branches: [], to: 1, onInput: false, inFunction: false },
  });
  noteUnset(script, variables, notes);
  return { problem: fault, ...notes, refusesBroken: refusesBroken(script, text, notes.ended) };
}

function faultAt(script: SyntaxNode | undefined, text: string): number {
  const errors = script !== undefined && "errors" in script ? script.errors : undefined;
  return Math.min(errors?.[0]?.pos ?? 0, text.length);
}

function noteUnset(
  script: SyntaxNode,
  variables: Variables & { readonly set: ReadonlySet<string> },
  notes: Notes,
): void {
  visitAll(script, (node) => {
    if (node.type !== "SimpleExpansion" && node.type !== "ParameterExpansion") return;
    const name = node.type === "SimpleExpansion" ? node.text.slice(1) : node.parameter;
    const operation = node.type === "ParameterExpansion" ? node.operation : undefined;
    if (variables.set.has(name) || GIVEN.test(name)) return;
    // A default that reads the payload is what the hook goes by where the variable is missing.
    if (operation?.type === "Default" && subjectsOfValue(operation.operand, variables).length > 0)
      return;
    notes.unset.push({ at: node.pos, text: name });
  });
}

/** What ends a run with a refusal. */
const REFUSAL = /exit 2|\bdeny|\bblock|refuse|\bfail\b|\bdie\b/;
const READING = /^(?:jq|gojq|yq|python3?|node|perl|ruby)$/;

/**
 * Whether input that cannot be read leads to a refusal: everything is refused, a trap or `||` refuses, emptiness is tested for, or
 * `set -e` ends the script where the input is read. WHY that counts: `onFailure` is for it, and whether it stands there is another
 * check's.
 */
function refusesBroken(script: SyntaxNode, text: string, ended: readonly Ended[]): boolean {
  if (ended.some(({ status, branches }) => status === 2 && branches.length === 0)) return true;
  const stopsAtFaults =
    /^\s*set\s+-[a-z]*e|^\s*set\s+-o\s+errexit/m.test(text) || /^#![^\n]*\s-[a-z]*e/.test(text);
  let refuses = false;
  visitAll(script, (node) => {
    const part = () => text.slice(node.pos, node.end);
    if (node.type === "Command" && node.name?.value === "trap" && REFUSAL.test(part()))
      refuses = true;
    if (node.type === "AndOr" && node.operators.includes("||")) {
      const at = node.operators.indexOf("||");
      const left = text.slice(node.pos, node.commands[at]?.end);
      const right = text.slice(node.commands[at + 1]?.pos, node.end);
      if (/jq|python|node|cat|read|awk|-n\b|-s\b/.test(left) && REFUSAL.test(right)) refuses = true;
    }
    if (node.type === "If") {
      const test = text.slice(node.clause.pos, node.clause.end);
      const body = text.slice(node.then.pos, node.then.end);
      if (/!\s|-z\s|==?\s*""|\$\?/.test(test) && REFUSAL.test(body)) refuses = true;
    }
    if (node.type === "Case" && /(?:""|'')\s*\)[^;]*(?:exit 2|deny|block)/.test(part()))
      refuses = true;
  });
  return refuses || (stopsAtFaults && readsInPlain(script, false));
}

/** Whether a program reads the input where `set -e` sees its fault: in no condition and not before `||`. */
function readsInPlain(node: SyntaxNode, isCondition: boolean): boolean {
  if (node.type === "Command" && !isCondition && READING.test(node.name?.value ?? "")) return true;
  let found = false;
  const look = (child: SyntaxNode, condition: boolean) => {
    found ||= readsInPlain(child, isCondition || condition);
  };
  if (node.type === "AndOr")
    node.commands.forEach((one, at) => look(one, at < node.commands.length - 1));
  else if (node.type === "If" || node.type === "While")
    childrenOf(node, (child) => look(child, child === node.clause));
  else childrenOf(node, (child) => look(child, false));
  return found;
}

class ShellReader {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #notes: Notes;
  #branch = 0;

  constructor(text: string, variables: Variables, notes: Notes) {
    this.#text = text;
    this.#variables = variables;
    this.#notes = notes;
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
        const subjects = subjectsOfValue(node.word, this.#variables);
        this.walk(node.word, context);
        for (const item of node.items) {
          for (const pattern of item.pattern)
            this.#match(pattern, subjects, { form: "glob", isWhole: false });
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
        this.walk(node.body, { ...this.#in(context), inFunction: true });
        return;
      case "Pipeline":
        node.commands.forEach((one, index) =>
          this.walk(one, index < node.commands.length - 1 ? { ...context, to: "inner" } : context),
        );
        this.#pipeline(node.commands);
        return;
      case "Redirected":
        this.#redirects(node.redirects, this.#fed(node.command));
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

  #at(node: SyntaxNode): At {
    return { at: node.pos, text: this.#text.slice(node.pos, Math.min(node.end, node.pos + 200)) };
  }

  #touchesInput(node: SyntaxNode): boolean {
    let touches = false;
    visitAll(node, (one) => {
      if (one.type === "Command" && readsStandardInput(one)) touches = true;
      if (one.type === "SimpleExpansion" && this.#variables.inputs.has(one.text.slice(1)))
        touches = true;
      if (one.type === "ParameterExpansion" && this.#variables.inputs.has(one.parameter))
        touches = true;
      if (
        (one.type === "SimpleExpansion" || one.type === "ParameterExpansion") &&
        /TOOL_|CLAUDE_/.test(one.text)
      )
        touches = true;
    });
    return touches;
  }

  #word(word: SyntaxNode): string {
    if (word.type === "Word" || word.type === "HereDocBody")
      return textOfWord(
        word,
        this.#variables,
        (script) => subjectsOfScript(script, this.#variables).length > 0,
      );
    return this.#text.slice(word.pos, word.end);
  }

  #command(node: Command, context: Context): void {
    const name = (node.name === undefined ? "" : this.#word(node.name)).replace(/^.*\//, "");
    const words = node.args.map((one) => this.#word(one));
    const to = outputOf(node.redirects, context.to);
    this.#redirects(node.redirects, this.#fed(node));
    if (name === "exit" || (name === "return" && context.inFunction && words[0] === "2")) {
      const status = /^\d+$/.test(words[0] ?? "0") ? Number(words[0] ?? "0") : undefined;
      const { branches, onInput } = context;
      this.#notes.ended.push({ ...this.#at(node), status, branches, onInput });
    }
    if (/^(?:echo|printf|cat|jq)$/.test(name) && to !== "inner")
      this.#prints(node, name, words, { ...context, to });
    if (/^(?:jq|gojq)$/.test(name)) this.#fields(node, words);
    if (/^(?:[ef]?grep|rg)$/.test(name)) this.#grep(node, words);
    this.#execution(node, name, words);
    if (/^(?:curl|wget)$/.test(name)) this.#sending(node, words);
    for (const argument of [...node.args, ...(node.name === undefined ? [] : [node.name])])
      this.#quoting(argument, name);
    childrenOf(node, (child) => this.walk(child, context));
  }

  #prints(
    node: Command,
    name: string,
    words: readonly string[],
    context: Context & { readonly to: Printed["to"] | "inner" },
  ): void {
    if (context.to === "inner") return;
    const heredoc = node.redirects.find((one) => one.type === "HereDoc");
    const isBuilt = name === "jq";
    const text =
      heredoc?.type === "HereDoc"
        ? this.#word(
            heredoc.body.parts === undefined ? { ...heredoc.body, parts: undefined } : heredoc.body,
          )
        : isBuilt
          ? (words.find((word) => /[{"]/.test(word)) ?? "")
          : name === "cat"
            ? ""
            : printedText(name, words);
    if (
      isBuilt &&
      !words.some((word) => /^-[a-z]*n|^--null-input$/.test(word)) &&
      !/hookSpecificOutput|decision|updatedToolOutput/i.test(text)
    )
      return;
    if (name === "cat" && heredoc === undefined) return;
    const subjects = node.args.flatMap((one) => subjectsOfValue(one, this.#variables));
    const heredocSubjects =
      heredoc?.type === "HereDoc" ? subjectsIn(heredoc.body, this.#variables) : [];
    const { branches, to } = context;
    this.#notes.printed.push({
      ...this.#at(node),
      text,
      to,
      branches,
      isBuilt,
      subjects: [...subjects, ...heredocSubjects],
    });
  }

  /** Fields that a jq program asks of the payload: of standard input or of a variable that holds all of it. */
  #fields(node: Command, words: readonly string[]): void {
    const fed = node.redirects.flatMap((one) =>
      one.type === "HereString" && one.target !== undefined
        ? subjectsIn(one.target, this.#variables)
        : [],
    );
    if (fed.length > 0 && !fed.includes("payload")) return;
    if (words.some((word) => /^-[a-z]*n$|^--null-input$/.test(word))) return;
    const at = words.findIndex((word) => !word.startsWith("-"));
    const program = words[at];
    const argument = node.args[at];
    if (program === undefined || argument === undefined) return;
    for (const field of rootFields(program))
      this.#notes.fields.push({ at: argument.pos, text: field });
  }

  #grep(node: Command, words: readonly string[]): void {
    const at = words.findIndex((word, index) => !word.startsWith("-") || words[index - 1] === "-e");
    const options = words.filter((word) => word.startsWith("-")).join(" ");
    const argument = node.args[at];
    if (argument === undefined) return;
    const subjects = this.#fedSubjects.get(node) ?? this.#fed(node);
    this.#match(argument, subjects, {
      form: /(?:^| )-\w*F/.test(options) || node.name?.value === "fgrep" ? "fixed" : "regex",
      isWhole: /(?:^| )-\w*[wx]|--word-regexp|--line-regexp/.test(options),
    });
  }

  readonly #fedSubjects = new Map<SyntaxNode, readonly Subject[]>();

  /** What input a command is given on its standard input by what stands at it. */
  #fed(node: SyntaxNode): readonly Subject[] {
    const known = this.#fedSubjects.get(node);
    if (known !== undefined) return known;
    if (node.type !== "Command") return [];
    if (/^(?:jq|gojq)$/.test(this.#name(node))) return this.#selected(node);
    const given = node.redirects.flatMap((one) =>
      one.type === "HereString" && one.target !== undefined
        ? subjectsOfValue(one.target, this.#variables)
        : [],
    );
    const own = node.args.flatMap((one) => subjectsOfValue(one, this.#variables));
    if (given.length > 0 || own.length > 0) return [...given, ...own];
    return readsStandardInput(node) ? ["payload"] : [];
  }

  /** What a jq program puts out of what it is given: all of it, contents, or fields that tell no content. */
  #selected(node: Command): readonly Subject[] {
    const words = node.args.map((one) => this.#word(one));
    const bound = new Map<string, readonly Subject[]>();
    words.forEach((word, at) => {
      const value = node.args[at + 2];
      if (/^--(?:arg|argjson|rawfile|slurpfile)$/.test(word) && value !== undefined)
        bound.set(words[at + 1] ?? "", subjectsIn(value, this.#variables));
    });
    const program =
      words.filter((word) => /[.{$]/.test(word) && !word.startsWith("-")).at(-1) ?? ".";
    const isAll =
      /^\s*\.\s*$/.test(program) ||
      /(?:^|[\s:|(,{])\.\s*(?:$|[,)}|])/.test(program) ||
      /\.tool_input(?!\w)(?!\s*\??\.)/.test(program) ||
      /\.tool_response|\.tool_output|\.tool_result|\.prompt\b|\.content\b|\.new_string/.test(
        program,
      );
    const whole = [...bound].flatMap(([name, subjects]) =>
      subjects.some((one) => one === "payload" || one === "content") &&
      new RegExp(`\\$${name}(?![\\w.])`).test(program)
        ? subjects
        : [],
    );
    if (whole.length > 0) return whole;
    if (words.some((word) => /^-[a-z]*n|^--null-input$/.test(word))) return [];
    return isAll ? ["payload"] : [];
  }

  /** What goes down a pipe: what is fed to `grep`, to a shell, to the network. */
  #pipeline(commands: readonly SyntaxNode[]): void {
    let subjects: readonly Subject[] = [];
    let fetches = false;
    commands.forEach((node, index) => {
      if (node.type !== "Command") return;
      const name = this.#name(node);
      const words = node.args.map((one) => this.#word(one));
      if (index > 0 && subjects.length > 0) {
        this.#fedSubjects.set(node, subjects);
        if (/^[ef]?grep$|^rg$/.test(name)) {
          this.#notes.matched = this.#notes.matched.filter(
            ({ at }) => at < node.pos || at > node.end,
          );
          this.#grep(node, words);
        }
        if (
          /^(?:sh|bash|zsh|dash|xargs|source)$/.test(name) &&
          !words.some((word) => word.startsWith("-c"))
        )
          this.#notes.executed.push(this.#at(node));
        if (/^(?:curl|wget|nc|ncat)$/.test(name) && !isLocal(words))
          this.#notes.sent.push(this.#at(node));
      }
      if (index > 0 && fetches && /^(?:sh|bash|zsh|dash|python3?|node|perl|ruby|sudo)$/.test(name))
        this.#notes.fetched.push(this.#at(node));
      if (/^(?:jq|gojq)$/.test(name) && subjects.length > 0 && !subjects.includes("payload"))
        this.#notes.fields = this.#notes.fields.filter(({ at }) => at < node.pos || at > node.end);
      fetches ||= /^(?:curl|wget)$/.test(name);
      const asked = subjectsOfPipe(node, name, words);
      const own = this.#fed(node);
      subjects =
        asked.length > 0 && (own.length > 0 || subjects.length > 0)
          ? asked
          : own.length > 0
            ? own
            : subjects;
    });
  }

  #name(node: Command): string {
    return (node.name === undefined ? "" : this.#word(node.name)).replace(/^.*\//, "");
  }

  #test(operator: string, left: Word, right: Word): void {
    if (!["==", "=", "!=", "=~"].includes(operator)) return;
    const subjects = subjectsOfValue(left, this.#variables);
    this.#match(right, subjects, { form: operator === "=~" ? "regex" : "glob", isWhole: false });
  }

  #match(
    word: SyntaxNode,
    subjects: readonly Subject[],
    how: Pick<Matched, "form" | "isWhole">,
  ): void {
    const [subject] = subjects;
    if (subject === undefined) return;
    const [only] = expandedIn(word);
    const known = only === undefined ? undefined : this.#variables.constants.get(only.name);
    const whole = this.#word(word);
    const patterns =
      known !== undefined && whole.includes(HOLE)
        ? known.map((one) => whole.replace(HOLE, one))
        : [whole];
    for (const pattern of patterns)
      this.#notes.matched.push({ ...this.#at(word), pattern, ...how, subject });
  }

  #execution(node: Command, name: string, words: readonly string[]): void {
    const isInput = (index: number) => words.slice(index).some((word) => word.includes(INPUT));
    const isEval = name === "eval" && isInput(0);
    const isCode =
      /^(?:sh|bash|zsh|dash|ksh)$/.test(name) &&
      words.some((word, at) => /^-\w*c$/.test(word) && (words[at + 1] ?? "").includes(INPUT));
    const isProgram = node.name !== undefined && this.#word(node.name) === INPUT;
    const given =
      /^(?:python3?|node|perl|ruby)$/.test(name) &&
      words.some((word, at) => /^-[ce]$/.test(word) && (words[at + 1] ?? "").includes(INPUT));
    if (isEval || isCode || isProgram || given) this.#notes.executed.push(this.#at(node));
    const subs = [...node.args].flatMap((one) => substitutedIn(one));
    const fetches = subs.some((script) => {
      let found = false;
      visitAll(script, (one) => {
        if (one.type === "Command" && /^(?:curl|wget)$/.test(one.name?.value ?? "")) found = true;
      });
      return found;
    });
    if (fetches && /^(?:eval|sh|bash|zsh|dash|source|\.|python3?|node)$/.test(name))
      this.#notes.fetched.push(this.#at(node));
    if (
      /^(?:npx|uvx|pipx|bunx)$/.test(name) &&
      !words.some((word) => /@\d/.test(word) || word === "--no-install") &&
      words.some((word) => /^-y$|^--yes$|^https?:|@latest$|^github:/.test(word))
    )
      this.#notes.fetched.push(this.#at(node));
  }

  #sending(node: Command, words: readonly string[]): void {
    if (isLocal(words)) return;
    const carries =
      words.some((word) => word.includes(INPUT)) ||
      words.some(
        (word) => /^@-$|^@\/dev\/stdin$/.test(word) || /^--(?:data|post)\S*=@-$/.test(word),
      );
    if (carries || this.#fed(node).some((subject) => subject === "payload"))
      this.#notes.sent.push(this.#at(node));
  }

  /** Values of the payload outside of quotes. WHY not in assignments and tests: no shell splits there. */
  #quoting(argument: SyntaxNode, name: string): void {
    if (argument.type === "Assignment" || name === "[[") return;
    if (argument.type === "Word" && name !== "") {
      for (const part of argument.parts ?? []) {
        if (part.type !== "CommandExpansion" || part.script === undefined) continue;
        if (subjectsOfScript(part.script, this.#variables).length > 0)
          this.#notes.unquoted.push({ at: part.pos, text: "(...)" });
      }
    }
    for (const one of expandedIn(argument)) {
      if (!one.isQuoted && this.#variables.inputs.has(one.name))
        this.#notes.unquoted.push({ at: one.at, text: one.name });
    }
  }

  #redirects(redirects: readonly Redirection[], subjects: readonly Subject[]): void {
    for (const one of redirects) {
      if (one.type !== "Redirect" || !/^(?:>|>>|>\||&>|&>>)$/.test(one.operator)) continue;
      const target = one.target === undefined ? "" : this.#word(one.target);
      if (
        target === "/dev/null" ||
        target === "/dev/stderr" ||
        target === "/dev/stdout" ||
        target === "/dev/tty"
      )
        continue;
      if (one.descriptor?.type === "FileDescriptor" && one.descriptor.value === 2) continue;
      this.#notes.logs.push({ at: one.pos, text: target, subjects });
    }
  }
}

function subjectsOfPipe(node: Command, name: string, words: readonly string[]): readonly Subject[] {
  if (!/^(?:jq|gojq|python3?|node)$/.test(name)) return [];
  const program = words.join(" ");
  if (/file_path|notebook_path/.test(program)) return ["path"];
  if (/command/.test(program)) return ["command"];
  if (/content|new_string|prompt|tool_response/.test(program)) return ["content"];
  if (/tool_name/.test(program)) return ["tool"];
  return node.args.length > 0 ? ["payload"] : [];
}

/** Names of fields at the root that a jq program asks for. */
function rootFields(program: string): readonly string[] {
  if (program.includes("//")) return [];
  const bare = program.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...bare.matchAll(/(?:^|[\s|({[,])\.(?:\["?)?([A-Za-z_]\w*)/g)].flatMap((match) => {
    const before = bare.slice(0, match.index).trimEnd();
    // After a pipe it is a field of what came before, unless that was the whole.
    const isPiped =
      bare
        .slice(0, (match.index ?? 0) + 1)
        .trimEnd()
        .endsWith("|") && before.replace(/\|$/, "").trim() !== ".";
    return isPiped || match[1] === undefined ? [] : [match[1]];
  });
}

function printedText(name: string, words: readonly string[]): string {
  const rest = words.filter((word, index) => !(index === 0 && /^-[neE]+$/.test(word)));
  if (name === "echo") return rest.join(" ");
  const [format = "", ...values] = rest[0] === "--" ? rest.slice(1) : rest;
  let at = 0;
  return format
    .replaceAll(/%[-0-9.]*[sbqd]/g, () => values[at++] ?? "")
    .replaceAll("\\n", "\n")
    .replaceAll('\\"', '"');
}

function outputOf(redirects: readonly Redirection[], before: Context["to"]): Context["to"] {
  let to = before;
  for (const one of redirects) {
    if (one.type !== "Redirect") continue;
    const number = one.descriptor?.type === "FileDescriptor" ? one.descriptor.value : 1;
    const target = one.target?.value ?? "";
    if (one.operator === ">&" && number === 1 && target === "2") to = 2;
    else if (/^(?:>|>>|>\||&>|&>>)$/.test(one.operator) && number === 1)
      to = target === "/dev/stderr" ? 2 : target === "/dev/stdout" ? 1 : "file";
    else if (one.operator === ">&" && number === 1 && target === "1") to = 1;
  }
  return to;
}

function isLocal(words: readonly string[]): boolean {
  const hosts = words.filter(
    (word) => /^https?:\/\//.test(word) || /^(?:localhost|127\.)/.test(word),
  );
  return (
    (hosts.length > 0 &&
      hosts.every((word) =>
        /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)/.test(word),
      )) ||
    words.includes("--unix-socket")
  );
}
