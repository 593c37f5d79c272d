// What single commands of a hook's shell code do with its input: print it, match it, execute it, send it, write it down.
import { type Command, type Redirection, type SyntaxNode } from "#guard/shell/syntax/syntax.ts";
import type { At, Ended, Matched, Printed, Subject } from "./reading.ts";
import { readsStandardInput, subjectsOfScript, subjectsOfValue, visitAll } from "./shell-input.ts";
import {
  expandedIn,
  HOLE,
  INPUT,
  substitutedIn,
  subjectsIn,
  textOfWord,
  type Variables,
} from "./shell-values.ts";
import { isLocal, type Output, printedText, unwrapped } from "./shell-words.ts";
import { matchedByJq, rootFields, withBound } from "./jq-programs.ts";

export type Context = {
  readonly branches: readonly string[];
  readonly to: Output;
  readonly onInput: boolean;
  readonly inFunction: boolean;
  /** Where the call stands whose function is walked. */
  readonly order?: number;
};

export type Notes = {
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

/** Programs that send what they are fed to another machine. */
export const NETWORK = /^(?:curl|wget|nc|ncat|netcat|socat|telnet)$/;

/** Notes of single commands. Where they stand is told by whoever walks the script. */
export class CommandReader {
  protected readonly text: string;
  protected readonly notes: Notes;
  protected variables: Variables;

  constructor(text: string, variables: Variables, notes: Notes) {
    this.text = text;
    this.variables = variables;
    this.notes = notes;
  }

  protected readonly fetchedFiles = new Set<string>();

  protected readonly piped = new Set<SyntaxNode>();

  protected at(node: SyntaxNode): At {
    return { at: node.pos, text: this.text.slice(node.pos, Math.min(node.end, node.pos + 200)) };
  }

  protected word(word: SyntaxNode): string {
    if (word.type === "Word" || word.type === "HereDocBody")
      return textOfWord(
        word,
        this.variables,
        (script) => subjectsOfScript(script, this.variables).length > 0,
      );
    return this.text.slice(word.pos, word.end);
  }

  protected prints(
    node: Command,
    name: string,
    words: readonly string[],
    context: Context & { readonly to: Output },
  ): void {
    if (context.to === "inner") return;
    const heredoc = node.redirects.find((one) => one.type === "HereDoc");
    const isBuilt = name === "jq";
    // zsh's own word: `print -u2 -- TEXT`.
    const isError = name === "print" && words.some((word) => /^-\w*u2$/.test(word));
    const text =
      heredoc?.type === "HereDoc"
        ? this.word(
            heredoc.body.parts === undefined ? { ...heredoc.body, parts: undefined } : heredoc.body,
          )
        : isBuilt
          ? withBound(words.find((word) => /[{"]/.test(word)) ?? "", words)
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
    const subjects = node.args.flatMap((one) => subjectsOfValue(one, this.variables));
    const heredocSubjects =
      heredoc?.type === "HereDoc" ? subjectsIn(heredoc.body, this.variables) : [];
    const { branches, order = node.pos } = context;
    this.notes.printed.push({
      ...this.at(node),
      order,
      text,
      to: isError ? 2 : context.to,
      branches,
      isBuilt,
      subjects: [...subjects, ...heredocSubjects],
    });
  }

  /** Fields that a jq program asks of the payload: of standard input or of a variable that holds all of it. */
  protected fields(node: Command, words: readonly string[]): void {
    const fed = node.redirects.flatMap((one) =>
      one.type === "HereString" && one.target !== undefined
        ? subjectsIn(one.target, this.variables)
        : [],
    );
    if (fed.length > 0 && !fed.includes("payload")) return;
    // A variable may hold the tool's input alone, whose fields these are.
    if (fed.length > 0 && /jq[^|\n]*\.tool_input["'\s)]/.test(this.text)) return;
    if (words.some((word) => /^-[a-z]*n$|^--null-input$/.test(word))) return;
    const at = words.findIndex((word) => !word.startsWith("-"));
    const program = words[at];
    const argument = node.args[at];
    if (program === undefined || argument === undefined) return;
    for (const field of rootFields(program))
      this.notes.fields.push({ at: argument.pos, text: field });
    for (const one of matchedByJq(program))
      this.notes.matched.push({ ...this.at(argument), ...one });
  }

  /** `expr TEXT : PATTERN`, whose pattern begins at the text's start. */
  protected expression(node: Command, words: readonly string[]): void {
    const at = words.indexOf(":");
    const [left, right] = [node.args[at - 1], node.args[at + 1]];
    if (at < 1 || left === undefined || right === undefined) return;
    const subjects = subjectsOfValue(left, this.variables);
    this.match(right, subjects, { form: "regex", isWhole: false });
  }

  protected grep(node: Command, words: readonly string[]): void {
    const at = words.findIndex((word, index) => !word.startsWith("-") || words[index - 1] === "-e");
    const options = words.filter((word) => word.startsWith("-")).join(" ");
    const argument = node.args[at];
    if (argument === undefined) return;
    const subjects = this.fedSubjects.get(node) ?? this.fed(node);
    this.match(argument, subjects, {
      form: /(?:^| )-\w*F/.test(options) || node.name?.value === "fgrep" ? "fixed" : "regex",
      isWhole: /(?:^| )-\w*[wx]|--word-regexp|--line-regexp/.test(options),
    });
  }

  /** Patterns of an awk program that is fed input. */
  protected awk(node: Command, words: readonly string[], subjects: readonly Subject[]): void {
    const [subject] = subjects;
    const program = words.find((word) => /[{/(]/.test(word) && !word.startsWith("-")) ?? "";
    if (subject === undefined) return;
    for (const [, text = ""] of program.matchAll(/index\(\s*\$\d\s*,\s*"([^"]+)"/g))
      this.notes.matched.push({
        ...this.at(node),
        pattern: text,
        form: "fixed",
        isWhole: false,
        subject,
      });
    for (const [, text = ""] of program.matchAll(/(?:^|[~\s(!])\/((?:[^/\\]|\\.)+)\//g))
      this.notes.matched.push({
        ...this.at(node),
        pattern: text,
        form: "regex",
        isWhole: false,
        subject,
      });
  }

  protected readonly fedSubjects = new Map<SyntaxNode, readonly Subject[]>();

  /** What input a command is given on its standard input by what stands at it. */
  protected fed(node: SyntaxNode): readonly Subject[] {
    const known = this.fedSubjects.get(node);
    if (known !== undefined) return known;
    if (node.type !== "Command") return [];
    if (/^(?:jq|gojq)$/.test(this.name(node))) return this.selected(node);
    const given = node.redirects.flatMap((one) =>
      one.type === "HereString" && one.target !== undefined
        ? subjectsOfValue(one.target, this.variables)
        : [],
    );
    const own = node.args.flatMap((one) => subjectsOfValue(one, this.variables));
    if (given.length > 0 || own.length > 0) return [...given, ...own];
    return readsStandardInput(node) ? ["payload"] : [];
  }

  /** What a jq program puts out of what it is given: all of it, contents, or fields that tell no content. */
  protected selected(node: Command): readonly Subject[] {
    const words = node.args.map((one) => this.word(one));
    const bound = new Map<string, readonly Subject[]>();
    words.forEach((word, at) => {
      const value = node.args[at + 2];
      if (/^--(?:arg|argjson|rawfile|slurpfile)$/.test(word) && value !== undefined)
        bound.set(words[at + 1] ?? "", subjectsIn(value, this.variables));
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

  protected name(node: Command): string {
    return (node.name === undefined ? "" : this.word(node.name)).replace(/^.*\//, "");
  }

  protected match(
    word: SyntaxNode,
    subjects: readonly Subject[],
    how: Pick<Matched, "form" | "isWhole">,
  ): void {
    const [subject] = subjects;
    if (subject === undefined) return;
    const [only] = expandedIn(word);
    const known = only === undefined ? undefined : this.variables.constants.get(only.name);
    const written = this.text.slice(word.pos, word.end);
    // WHY as written: without quotes a backslash belongs to the expression.
    const isBare = how.form === "regex" && only === undefined && !/["'`$]/.test(written);
    const whole = isBare ? written : this.word(word);
    const patterns =
      known !== undefined && whole.includes(HOLE)
        ? known.map((one) => whole.replace(HOLE, one))
        : [whole];
    for (const pattern of patterns)
      this.notes.matched.push({ ...this.at(word), pattern, ...how, subject });
  }

  protected execution(node: Command, called: string, given: readonly string[]): void {
    const { name, words } = unwrapped(called, given);
    const isInput = (index: number) => words.slice(index).some((word) => word.includes(INPUT));
    const isEval = name === "eval" && isInput(0);
    const isCode =
      /^(?:sh|bash|zsh|dash|ksh)$/.test(name) &&
      !words.some((word) => /^-\w*n\w*$/.test(word)) &&
      words.some((word, at) => /^-\w*c$/.test(word) && (words[at + 1] ?? "").includes(INPUT));
    const isProgram = node.name !== undefined && this.word(node.name) === INPUT;
    const isProgramText =
      /^(?:python3?|node|perl|ruby)$/.test(name) &&
      words.some((word, at) => /^-[ce]$/.test(word) && (words[at + 1] ?? "").includes(INPUT));
    if (isEval || isCode || isProgram || isProgramText) this.notes.executed.push(this.at(node));
    const started = /^(?:sh|bash|zsh|dash|source|\.|python3?|node|exec)$/.test(name)
      ? words.find((word) => !word.startsWith("-"))
      : node.name === undefined
        ? undefined
        : this.word(node.name);
    if (started !== undefined && started !== "" && this.fetchedFiles.has(started))
      this.notes.fetched.push(this.at(node));
    const subs = [...node.args].flatMap((one) => substitutedIn(one));
    const fetches = subs.some((script) => {
      let found = false;
      visitAll(script, (one) => {
        if (one.type === "Command" && /^(?:curl|wget)$/.test(one.name?.value ?? "")) found = true;
      });
      return found;
    });
    if (fetches && /^(?:eval|sh|bash|zsh|dash|source|\.|python3?|node)$/.test(name))
      this.notes.fetched.push(this.at(node));
    if (
      /^(?:npx|uvx|pipx|bunx)$/.test(name) &&
      !words.some((word) => /@\d/.test(word) || word === "--no-install") &&
      words.some((word) =>
        /^-y$|^--yes$|^(?:git\+)?https?:|@latest$|^github:|^git\+ssh:/.test(word),
      )
    )
      this.notes.fetched.push(this.at(node));
  }

  protected sending(node: Command, words: readonly string[]): void {
    for (const [at, word] of words.entries())
      if (/^(?:-[a-zA-Z]*[oO]|--output|--output-document)$/.test(word))
        this.fetchedFiles.add(words[at + 1] ?? "");
    const output = node.redirects.find((one) => one.type === "Redirect" && one.operator === ">");
    if (output?.type === "Redirect" && output.target !== undefined)
      this.fetchedFiles.add(this.word(output.target));
    if (isLocal(words)) return;
    const isPlain = /^(?:nc|ncat|netcat|socat|telnet)$/.test(this.name(node));
    const carries =
      (isPlain && node.redirects.length === 0 && !this.piped.has(node)) ||
      words.some((word) => word.includes(INPUT)) ||
      words.some(
        (word) => /^@-$|^@\/dev\/stdin$/.test(word) || /^--(?:data|post)\S*=@?-$/.test(word),
      );
    if (carries || this.fed(node).some((subject) => subject === "payload"))
      this.notes.sent.push(this.at(node));
  }

  /** Programs that write down what they are given: `tee`, `logger`. */
  protected keeping(
    node: Command,
    name: string,
    words: readonly string[],
    fed: readonly Subject[],
  ): void {
    if (name === "tee") {
      const file = words.find((word) => !word.startsWith("-"));
      if (file !== undefined && !file.startsWith("/dev/"))
        this.notes.logs.push({ ...this.at(node), text: file, subjects: fed });
    }
    if (name !== "logger") return;
    const subjects = node.args.flatMap((one) => subjectsOfValue(one, this.variables));
    const isBare = words.every(
      (word, at) => word.startsWith("-") || /^-[tp]$/.test(words[at - 1] ?? ""),
    );
    this.notes.logs.push({
      ...this.at(node),
      subjects: isBare && subjects.length === 0 ? fed : subjects,
    });
  }

  /** Values of the payload outside of quotes. WHY not in assignments and tests: no shell splits there. */
  protected quoting(argument: SyntaxNode, name: string): void {
    if (argument.type === "Assignment" || name === "[[") return;
    if (argument.type === "Word" && name !== "") {
      for (const part of argument.parts ?? []) {
        if (part.type !== "CommandExpansion" || part.script === undefined) continue;
        if (subjectsOfScript(part.script, this.variables).length > 0)
          this.notes.unquoted.push({ at: part.pos, text: "(...)" });
      }
    }
    for (const one of expandedIn(argument)) {
      if (!one.isQuoted && this.variables.inputs.has(one.name))
        this.notes.unquoted.push({ at: one.at, text: one.name });
    }
  }

  protected redirects(redirects: readonly Redirection[], subjects: readonly Subject[]): void {
    for (const one of redirects) {
      if (one.type !== "Redirect" || !/^(?:>|>>|>\||&>|&>>)$/.test(one.operator)) continue;
      const target = one.target === undefined ? "" : this.word(one.target);
      if (
        target === "/dev/null" ||
        target === "/dev/stderr" ||
        target === "/dev/stdout" ||
        target === "/dev/tty"
      )
        continue;
      if (/^\/dev\/(?:tcp|udp)\/(?!localhost|127\.)/.test(target) && subjects.length > 0) {
        this.notes.sent.push({ at: one.pos, text: target });
        continue;
      }
      if (one.descriptor?.type === "FileDescriptor" && one.descriptor.value === 2) continue;
      // A formatter writes to the file that the call was about, or to one beside it.
      const isRewrite =
        !one.operator.endsWith(">>") &&
        one.target !== undefined &&
        subjectsOfValue(one.target, this.variables).includes("path");
      if (!isRewrite) this.notes.logs.push({ at: one.pos, text: target, subjects });
    }
  }
}
