// Text that is run as shell code: what is not known of it, how each shell reads it, every alternative.
import { CHARS_PER_STEP, DEPTH_MAX } from "#base/limits.ts";
import { type Io, type CallSite, callSiteOf, type Result, type Shell } from "./values/host.ts";
import { withAliasesAnywhere } from "./expansion/alias-maps.ts";
import { nameMadeParts } from "./values/made-parts.ts";
import type { Scope } from "./values/scope.ts";
import { absoluteGlob } from "./expansion/pathnames.ts";
import { parseCommand } from "./syntax/syntax.ts";
import {
  type Hole,
  hole,
  sourcesOf,
  type TextSet,
  textOf,
  literal,
  type Text,
} from "./values/text.ts";
import { union } from "./values/text-sets.ts";
import { asReadByZsh } from "./syntax/zsh-forms.ts";
import { writtenOut } from "./syntax/zsh-short-forms.ts";
import { EITHER } from "./values/results.ts";
import { takeOver } from "./values/scope-states.ts";

/** Runs text as shell code. What is not known of it has been noted by `host.code`. */
export function runTexts(texts: TextSet, scope: Scope, io: Io, shell: Shell): Result {
  if (io.depth > DEPTH_MAX) {
    shell.host.unknown("budget", "code nested too deeply", callSiteOf(scope, io));
    return EITHER;
  }
  const readable = shell.host.code(
    texts.map((text) => readableParts(text, scope, io, shell)),
    callSiteOf(scope, io),
  );
  const results = alternatives(readable, scope, (text, branch) => {
    const source = textOf(text);
    if (source === undefined)
      return { output: [[hole("dynamic-code", { sources: sourcesOf([text]) })]], status: "either" };
    return alternatives(readings(source, shell), branch, ({ written, reader }, state) => {
      const replaced = reader.dialects.includes("zsh")
        ? withAliasesAnywhere(written, state)
        : written;
      // Places count in what was written out, where that is longer.
      const placed = written.length === source.length ? source : written;
      if (replaced === written) return runSource(written, placed, state, io, reader);
      return runReplaced(replaced, { written, source: placed, state, io, reader });
    });
  });
  return results;
}

/** What the shell takes a text for: both, where it is not known which shell reads it and they differ. */
function readings(
  source: string,
  shell: Shell,
): readonly { readonly written: string; readonly reader: Shell }[] {
  const own = { written: source, reader: shell };
  if (!shell.dialects.includes("zsh")) return [own];
  const written = asZshMeans(asReadByZsh(source));
  if (written === source) return [own];
  const ofZsh = { written, reader: shell.as(["zsh"]) };
  return shell.dialects.includes("bash")
    ? [{ written: source, reader: shell.as(["bash"]) }, ofZsh]
    : [ofZsh];
}

/** Short forms are written out where the parser knows what comes of that, and does not know them. */
function asZshMeans(written: string): string {
  const longer = writtenOut(written);
  if (longer === written || parseCommand(written).problem === undefined) return written;
  return parseCommand(longer).problem === undefined ? longer : written;
}

type Reading = {
  readonly written: string;
  readonly source: string;
  readonly state: Scope;
  readonly io: Io;
  readonly reader: Shell;
};

/** Runs a text in which aliases of zsh stand for words anywhere: bash, and zsh inside of here-documents, read it as it is. */
function runReplaced(
  replaced: string | undefined,
  { written, source, state, io, reader }: Reading,
): Result {
  if (replaced === undefined) {
    reader.host.unknown(
      "dynamic-command",
      "an alias whose text is not known",
      callSiteOf(state, io),
    );
    reader.host.code([[hole("dynamic-command")]], callSiteOf(state, io));
    return runSource(written, source, state, io, reader);
  }
  const isSure = !reader.dialects.includes("bash") && !written.includes("<<");
  return alternatives(isSure ? [replaced] : [replaced, written], state, (text, branch) =>
    runSource(text, text === written ? source : text, branch, io, reader),
  );
}

function runSource(written: string, source: string, scope: Scope, io: Io, shell: Shell): Result {
  // WHY not for the command itself: it is read once, and what it holds is charged when it is reached.
  const weight = io.depth > 0 ? Math.floor(written.length / CHARS_PER_STEP) : 0;
  if (!shell.host.spend(weight)) return EITHER;
  const { script, problem } = parseCommand(written);
  if (problem !== undefined) noteProblem(problem, callSiteOf(scope, io), shell);
  if (script === undefined) return EITHER;
  const { aliases: _, ...inner } = io;
  return shell.run(script, scope, { ...inner, source, depth: io.depth + 1 });
}

/** WHY more than a doubt in zsh: it has forms that our parser does not know, and runs them. */
export function noteProblem(
  { reason, detail }: { readonly reason: "syntax" | "budget"; readonly detail: string },
  place: CallSite,
  shell: Shell,
): void {
  shell.host.unknown(reason, detail, place);
  if (reason === "syntax" && shell.dialects.includes("zsh"))
    shell.host.code([[hole("syntax", { splits: false })]], place);
}

/** The code with what a program made up in variables of the scope, where that is all that is not known of it. */
function readableParts(text: Text, scope: Scope, io: Io, shell: Shell): Text {
  if (textOf(text) !== undefined) return text;
  const named = nameMadeParts(text, (part) => isPlainName(part, callSiteOf(scope, io), shell));
  if (named === undefined) return text;
  for (const [name, part] of named.parts) scope.set(name, [[part]], false);
  return literal(named.source);
}

/** A name that a shell takes for nothing else, whatever quotes it stands in. */
const PLAIN_NAME = /^[\w./@+-]+$/;

/**
 * Whether a part of the code is the name of a file that is there, and all that it may be are plain. WHY: `xargs -I{} sh -c '... {} ...'`
 * puts names into code, where one with a quote or a semicolon would be code too.
 */
function isPlainName(part: Hole, { directories }: CallSite, { host }: Shell): boolean {
  const { like, splits, sources } = part;
  const [directory, ...others] = directories;
  if (like === undefined || splits || sources.length > 0) return false;
  if (directory === undefined || others.length > 0) return false;
  const pattern = absoluteGlob(directory, like);
  if (pattern === undefined || host.filesChanged(pattern)) return false;
  const found = host.ask({ kind: "glob", pattern, dotfiles: true, ignoreCase: false });
  return (
    found?.kind === "glob" && found.complete && found.paths.every((one) => PLAIN_NAME.test(one))
  );
}

/** Runs each alternative from the same state and joins what comes out. */
function alternatives<Item>(
  items: readonly Item[],
  scope: Scope,
  run: (item: Item, branch: Scope) => Result,
): Result {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return run(only, scope);
  if (items.length === 0) return EITHER;
  const before = scope.fork();
  const outputs: TextSet[] = [];
  items.forEach((item, at) => {
    const branch = before.fork();
    outputs.push(run(item, branch).output);
    if (at === 0) takeOver(scope, branch);
    else scope.join(branch);
  });
  return { output: union(...outputs), status: "either" };
}
