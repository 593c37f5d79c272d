// What a person reads around guarding a project: five lines before the question, taken from plan and policy, and what to type next.
import { dirname, join, relative } from "node:path";
import type { GuardMode, ProjectEntry, Scope } from "#govern/settings/project-register.ts";
import { isOnPath } from "#platform/search-path.ts";
import { withoutNpm } from "../../foundation/process/without-npm.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import type { Deed, Foreseen } from "../explain/sample-verdicts.ts";

const WIDTH = 100;
const LABEL_WIDTH = 10;

/** What the five lines are made of. */
export type GuardingSummary = {
  readonly root: string;
  readonly scope: Scope;
  readonly mode: GuardMode;
  /** A pack's name or a file. */
  readonly policy: string;
  /** What was chosen does in ordinary cases, with the layers above it. */
  readonly foreseen: Foreseen;
  /** Layers above the chosen policy, in words. */
  readonly layers: readonly string[];
  readonly entry: Pick<ProjectEntry, "hooks" | "undo" | "settingsFile">;
  readonly excludeFile: string | undefined;
  /** Where the record lies. */
  readonly log: string;
  /** The command that takes it out again. */
  readonly undo: string;
};

/** The heading and the five lines. */
export function guardingSummary(of: GuardingSummary): readonly string[] {
  const { root, scope, mode, policy, layers } = of;
  const where = scope === "user" ? "every project of yours" : root;
  const above = layers.length === 0 ? "" : `, below ${layers.join(", ")}`;
  const isObserved = mode === "observe";
  const heading = isObserved
    ? `Observe ${where} (policy ${policy}${above}): nothing is refused, nothing is asked`
    : `Guard ${where} (policy ${policy}${above})`;
  const would = isObserved ? "nothing; recorded as what would be: " : "";
  return [
    heading,
    ...labelled("watched", `every tool call of Claude Code in ${where}`),
    ...labelled("refused", `${would}${deeds(of.foreseen.deny)}`),
    ...labelled("asked", `${would}${deeds(of.foreseen.ask)}`),
    ...labelled("written", writtenPlaces(of)),
    ...labelled("undo", `\`${of.undo}\` takes every line of this out again; the record stays`),
  ];
}

function deeds(all: readonly Deed[]): string {
  if (all.length === 0) return "none of the usual cases";
  return all.map(({ words }) => words).join(", ");
}

function writtenPlaces({ entry, root, excludeFile, log }: GuardingSummary): string {
  const { hooks, undo, settingsFile } = entry;
  const short = relative(root, settingsFile);
  const rules = undo.rules?.length ?? 0;
  const refusals = rules === 0 ? "" : `, ${rules} refusals for the client itself`;
  const asks = undo.asks?.length ?? 0;
  const questions = asks === 0 ? "" : `, ${asks} questions`;
  const count = `${hooks.length} hooks, ${undo.env.length} variables${refusals}${questions}`;
  const exclude = excludeFile === undefined ? "" : `, one line in ${relative(root, excludeFile)}`;
  return `${short} (${count})${exclude}; the record of every decision in ${log}`;
}

/** What a removal means, in the same form. */
export function removalSummary(of: {
  readonly root: string;
  readonly settingsFile: string;
  readonly isGone: boolean;
  readonly hooks: number;
  readonly variables: number;
  /** Rules of the client that are ours. */
  readonly rules: number;
  readonly data: string;
  /** Whether an audit's repairs are put back too. */
  readonly repairs: boolean;
}): readonly string[] {
  const short = relative(of.root, of.settingsFile);
  const count =
    of.hooks === 0
      ? "our hooks and variables"
      : `${of.hooks} hooks, ${of.variables} variables and ${of.rules} rules`;
  const file = of.isGone
    ? `${short}, which held nothing else`
    : `${count} of ${short}, and nothing else of it`;
  return [
    `Take ${of.root} out of guard`,
    ...labelled("removed", file),
    ...(of.repairs ? labelled("put back", "what `sallyport audit` repaired here") : []),
    ...labelled("then", "calls of Claude Code there are neither judged nor recorded"),
    ...labelled("stays", `the record, in ${join(of.data, "log")}`),
  ];
}

/** A label and words behind it, broken between words where the line is full. */
function labelled(label: string, words: string): readonly string[] {
  const lines: string[] = [];
  let line = `  ${label.padEnd(LABEL_WIDTH)}`;
  let isEmpty = true;
  for (const word of words.split(" ")) {
    if (!isEmpty && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = `  ${"".padEnd(LABEL_WIDTH)}`;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** How the program is called from anywhere: by its name where that is found, else by the shim of the data directory. */
export function callable(
  environment: NodeJS.ProcessEnv,
  shim: string,
  words: string,
  data?: string,
): string {
  const program = isFoundByName(environment) ? "sallyport" : shellWord(shim);
  const which = data === undefined ? "" : ` --data ${shellWord(data)}`;
  return `${program} ${words}${which}`;
}

/** Whether the person's next command finds the program by its name. */
function isFoundByName(environment: NodeJS.ProcessEnv): boolean {
  return isOnPath("sallyport", withoutNpm(environment)["PATH"]);
}

/** What to say where the program is not found by its name: every text of ours calls it so. */
function nameNote(environment: NodeJS.ProcessEnv, shim: string): readonly string[] {
  if (isFoundByName(environment)) return [];
  const folder = shellWord(dirname(shim));
  return [
    `note: \`sallyport\` is not on your PATH; \`export PATH="$PATH:"${folder}\` puts it there, else type \`${shellWord(shim)}\` in its place`,
  ];
}

/** What to type now, the last line last. */
export function nextSteps(of: {
  readonly root: string;
  readonly scope: Scope;
  readonly mode: GuardMode;
  readonly cwd: string;
  /** Makes a command line of ours. */
  readonly ours: (words: string) => string;
  readonly environment: NodeJS.ProcessEnv;
  readonly shim: string;
}): readonly string[] {
  const there = of.scope === "user" || of.cwd === of.root ? "" : `cd ${shellWord(of.root)} && `;
  const report =
    of.mode === "observe" ? "what would have been refused and asked" : "what was refused and asked";
  return [
    ...nameNote(of.environment, of.shim),
    `next: type \`${there}claude\`; \`${of.ours("report")}\` says afterwards ${report}`,
  ];
}
