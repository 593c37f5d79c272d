// Redirections: what they open, what a command reads from them, and where its output goes.
import { PIECES_PER_STEP } from "#base/limits.ts";
import { joinPath, parentPath } from "#base/path.ts";
import { type Io, callSiteOf, type Result, type Shell } from "./values/host.ts";
import { ELSEWHERE, type Scope } from "./values/scope.ts";
import type { Redirection } from "./syntax/syntax.ts";
import { concat, union } from "./values/text-sets.ts";
import {
  EMPTY,
  hole,
  known,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  weightOf,
} from "./values/text.ts";
import { expandHereDoc } from "./here-documents.ts";
import { inspectSubscripts } from "./expansion/arithmetic.ts";
import { expandToText } from "./expansion/word-texts.ts";
import { expandWords } from "./expansion/words.ts";
import { isSameState } from "./values/scope-states.ts";

/** What redirections did: the new input, and the files that get the output and what goes to standard error. */
export type Redirected = {
  readonly io: Io;
  readonly targets: TextSet[];
  /** Files of standard error; those that get the output as well may be left out. */
  readonly errors: TextSet[];
  readonly touched: boolean;
  /** Whether standard output is closed or goes where another descriptor goes: out of what collects it, for all we know. */
  readonly isElsewhere: boolean;
};

/** Runs something under redirections, and gives its output to the files that they name. */
export function underRedirects(
  redirects: readonly Redirection[],
  scope: Scope,
  io: Io,
  shell: Shell,
  run: (inner: Io) => Result,
): Result {
  const redirected = applyRedirects(redirects, scope, io, shell);
  const before = redirects.some(opensFile) ? scope.fork() : undefined;
  const { sinks } = scope;
  if (redirected.targets.length > 0) scope.sinks = [];
  const result = run(redirected.io);
  if (redirected.targets.length > 0) scope.sinks = sinks;
  // What cannot be opened keeps the command from running.
  if (before !== undefined && !isSameState(scope, before) && mayFail(redirects, scope, io, shell))
    scope.join(before);
  return finishRedirects(result, redirected, scope, io, shell);
}

function opensFile(redirect: Redirection): boolean {
  if (redirect.type !== "Redirect") return false;
  const [part, ...others] = redirect.target?.parts ?? [];
  if (part?.type === "ProcessSubstitution" && others.length === 0) return false;
  return !/^\/dev\/|^[0-9]*-?$/.test(redirect.target?.value ?? "");
}

/** Whether some file may not be there to be read, or not be there to be made. */
function mayFail(redirects: readonly Redirection[], scope: Scope, io: Io, shell: Shell): boolean {
  return redirects.filter(opensFile).some((redirect) => {
    const word = redirect.type === "Redirect" ? redirect.target : undefined;
    const [directory, ...others] = scope.directories;
    if (word === undefined || word.parts !== undefined || directory === undefined) return true;
    if (others.length > 0 || scope.options.has("noclobber")) return true;
    const path = joinPath(directory, word.value);
    if (shell.host.filesChanged(path)) return true;
    const type = (of: string): string | undefined => {
      const fact = shell.host.ask({ kind: "path", path: of });
      return fact?.kind === "path" ? fact.type : undefined;
    };
    shell.host.spend(io.depth >= 0 ? 1 : 0);
    if (type(path) === "file") return false;
    return redirect.operator.startsWith("<") || type(parentPath(path)) !== "directory";
  });
}

/** Opens what redirections name. */
export function applyRedirects(
  redirects: readonly Redirection[],
  scope: Scope,
  io: Io,
  shell: Shell,
): Redirected {
  let stdin = io.stdin;
  let isElsewhere = false;
  const targets: TextSet[] = [];
  const errors: TextSet[] = [];
  for (const redirect of redirects) {
    const descriptor = descriptorOf(redirect, scope, io, shell);
    // WHY: each branch copies what is open, so many open ones must not be free.
    if (descriptor !== undefined && descriptor > 2)
      shell.host.spend(Math.floor((scope.descriptors.size + scope.outputs.size) / PIECES_PER_STEP));
    const input = (content: TextSet): void => {
      if (descriptor === undefined || descriptor === 0) stdin = content;
      else scope.descriptors.set(descriptor, content);
    };
    if (redirect.type === "HereDoc") {
      input(expandHereDoc(redirect, scope, io, shell));
      continue;
    }
    if (redirect.target === undefined) continue;
    if (redirect.type === "HereString") {
      input(concat(expandToText(redirect.target, scope, io, shell), known("\n")));
      continue;
    }
    // WHY: a redirection target is expanded like a word; more than one field is an error, so each may be the one.
    const target = union(
      ...expandWords([redirect.target], scope, io, shell).map((fields) => fields),
    );
    const toElsewhere = (): void => {
      isElsewhere = true;
    };
    const sinks = { input, targets, errors, descriptor, stdin: () => stdin, toElsewhere };
    openRedirect(redirect.operator, target, sinks, scope, io, shell);
  }
  return { io: { ...io, stdin }, targets, errors, touched: redirects.length > 0, isElsewhere };
}

/** The descriptor in front of a redirection; `{name}` takes a free one and puts its number into a variable. */
function descriptorOf(
  redirect: Redirection,
  scope: Scope,
  io: Io,
  shell: Shell,
): number | undefined {
  if (redirect.descriptor?.type !== "FileDescriptorVariable") return redirect.descriptor?.value;
  inspectSubscripts([literal(redirect.descriptor.name)], scope, io, shell);
  const free = FIRST_FREE + scope.descriptors.size + scope.outputs.size;
  const isClosed = redirect.type === "Redirect" && redirect.target?.value === "-";
  if (!isClosed) {
    const some: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*" })]];
    scope.set(redirect.descriptor.name, union(known(String(free)), some));
  }
  return free;
}

/** bash gives variables the descriptors from 10. */
const FIRST_FREE = 10;

type Sinks = {
  readonly input: (content: TextSet) => void;
  readonly stdin: () => TextSet | undefined;
  /** The output is closed, or a copy of what may lead out of the substitution or the pipe that collects it. */
  readonly toElsewhere: () => void;
  readonly targets: TextSet[];
  readonly errors: TextSet[];
  readonly descriptor: number | undefined;
};

function openRedirect(
  operator: "<" | ">" | ">>" | "<>" | "<&" | ">&" | ">|" | "&>" | "&>>",
  target: TextSet,
  sinks: Sinks,
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  const place = callSiteOf(scope, io);
  const { descriptor } = sinks;
  const read = (): TextSet => union(...target.map((text) => shell.host.open("read", text, place)));
  const write = (access: "write" | "append"): void => {
    for (const text of target) shell.host.open(access, text, place);
    if (descriptor === undefined || descriptor === 1) sinks.targets.push(target);
    else if (descriptor === 2) sinks.errors.push(target);
    else scope.outputs.set(descriptor, target);
    if (operator.startsWith("&") || (operator === ">&" && descriptor === undefined))
      sinks.errors.push(target);
  };
  switch (operator) {
    case "<":
      sinks.input(read());
      return;
    case "<>":
      sinks.input(read());
      write("append");
      return;
    case ">":
    case ">|":
    case "&>":
      write("write");
      return;
    case ">>":
    case "&>>":
      write("append");
      return;
    case "<&":
    case ">&": {
      const { copies, isAll } = copiedDescriptors(target);
      if (copies.length > 0) copyDescriptor(operator, copies, sinks, scope, io, shell);
      if (isAll) return;
      if (operator === ">&") write("write");
      else shell.host.unknown("dynamic-path", "a descriptor that is not known", place);
      return;
    }
    default:
      operator satisfies never;
  }
}

/** The descriptors that the target of `<&` names. `isAll`: it can name nothing else. */
function copiedDescriptors(target: TextSet): {
  readonly copies: readonly string[];
  readonly isAll: boolean;
} {
  const copies: string[] = [];
  let isAll = true;
  for (const text of target) {
    const copy = textOf(text);
    const [only] = text;
    if (copy !== undefined && /^[0-9]*-?$/.test(copy)) copies.push(copy);
    // A number that the shell itself made up, beside the one that stands for it.
    else if (text.length !== 1 || only?.kind !== "hole" || only.like !== "[0-9]*") isAll = false;
  }
  return { copies, isAll: isAll && copies.length > 0 };
}

function copyDescriptor(
  operator: "<&" | ">&",
  copies: readonly string[],
  { input, stdin, toElsewhere, targets, errors, descriptor }: Sinks,
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  const place = callSiteOf(scope, io);
  const isInput = descriptor === 0 || (operator === "<&" && descriptor === undefined);
  for (const copy of copies) {
    const from = Number.parseInt(copy, 10);
    if (isInput && (from === 1 || from === 2)) {
      // `>& /dev/tcp/host/port 0>&1`: what comes in is what the output is connected to.
      const connected = targets.flat();
      shell.host.spend(connected.length);
      input(
        connected.length === 0
          ? [[hole("missing-fact")]]
          : union(...connected.map((text) => shell.host.open("read", text, place))),
      );
    } else if (from > 2 && (isInput || operator === "<&")) {
      input(scope.descriptors.get(from) ?? [[hole("missing-fact")]]);
    } else if (from === 0 && !isInput && (descriptor ?? 0) > 2) {
      scope.descriptors.set(descriptor ?? 0, stdin() ?? EMPTY);
    }
    const isOutput = operator === ">&" && (descriptor === undefined || descriptor === 1);
    const target = scope.outputs.get(from);
    if (isOutput && target === undefined && from !== 1) toElsewhere();
    if (isOutput && target !== undefined) targets.push(target);
    if (descriptor === 2 && target !== undefined) errors.push(target);
  }
}

/** Gives the output to the files it was redirected to. */
export function finishRedirects(
  result: Result,
  redirected: Redirected,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const place = callSiteOf(scope, io);
  if (redirected.errors.length > 0) {
    // What goes to standard error is not told apart from the rest.
    const sources = sourcesOf(result.output);
    const messages: TextSet = union(EMPTY, result.output, [[hole("unmodelled", { sources })]]);
    const outputs = new Set(redirected.targets);
    for (const target of redirected.errors)
      if (!outputs.has(target)) for (const text of target) shell.host.wrote(text, messages, place);
  }
  if (redirected.targets.length === 0) {
    if (!redirected.touched) return result;
    return {
      ...result,
      output: redirected.isElsewhere ? union(EMPTY, result.output) : result.output,
      status: result.status === "success" ? "either" : result.status,
    };
  }
  for (const target of redirected.targets) {
    for (const text of target) {
      shell.host.wrote(text, result.output, place);
      feed(text, result.output, scope, shell);
    }
  }
  return {
    // zsh serves every redirection of a stream: what goes to a file goes on into the pipe as well.
    output: shell.dialects.includes("zsh") ? union(EMPTY, result.output) : EMPTY,
    status: "either",
    ...(result.successDirectories === undefined
      ? {}
      : { successDirectories: result.successDirectories }),
    ...(result.successValues === undefined ? {} : { successValues: result.successValues }),
  };
}

/** `exec` without a command keeps its redirections. */
export function keepRedirections(
  redirects: readonly Redirection[],
  redirected: Redirected,
  scope: Scope,
): void {
  const isInput = redirects.some(
    (redirect) =>
      redirect.operator.startsWith("<") &&
      (redirect.descriptor === undefined ||
        (redirect.descriptor.type === "FileDescriptor" && redirect.descriptor.value === 0)),
  );
  if (isInput) scope.descriptors.set(0, redirected.io.stdin ?? EMPTY);
  if (redirected.targets.length > 0) scope.sinks = [...redirected.targets];
  else if (redirected.isElsewhere) scope.sinks = [ELSEWHERE];
}

/** Gives what is written to a pipe to the process that reads it, where something of it is known. */
function feed(target: Text, content: TextSet, scope: Scope, shell: Shell): void {
  const read = scope.readers.get(textOf(target) ?? "");
  if (read === undefined || !content.some((text) => textOf(text)?.trim())) return;
  if (shell.host.spend(weightOf(content))) read(content);
}
