// The scripts of package.json that a call of npm and its relatives runs, by name or because of what it does.
import { type Text, textOf, dropKnown, knownPrefix } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { runsScripts } from "../projects/project-scripts.ts";
import { saysSo } from "../projects/releases.ts";
import { runsWorkspaceScripts } from "./workspace-scripts.ts";

/** Verbs and the scripts that they run besides; `pre` and `post` of each are included. */
const LIFE_CYCLE: Readonly<Record<string, readonly string[]>> = {
  test: ["test"],
  t: ["test"],
  tst: ["test"],
  start: ["start"],
  stop: ["stop"],
  restart: ["restart", "stop", "start"],
  version: ["version"],
  publish: ["publish", "publishOnly", "pack", "prepare"],
  pack: ["pack", "prepare"],
  install: ["install", "prepare"],
  i: ["install", "prepare"],
  ci: ["install", "prepare"],
  "install-test": ["install", "prepare", "test"],
  it: ["install", "prepare", "test"],
};

/** Verbs after which pnpm installs all that the manifest names (measured with its versions 8 to 10), and others where packages are chosen. */
const INSTALLING = /^(?:update|up|upgrade|prune|dedupe|rebuild|link|ln)$/;
const INSTALLING_CHOSEN = /^(?:add|uninstall|remove|rm|r|un)$/;

/** The scripts of the project that a call runs, by name or because of what it does. */
export function scriptsBehind(
  model: CommandModel,
  invocation: Invocation,
  context: ModelContext,
): readonly Consequence[] {
  const { name, operands, args } = invocation;
  const words = operands.map((word) => textOf(word));
  const [verb = ""] = words;
  const rest = withoutOptions(operands.slice(1));
  const [directory] = folders(args);
  const everywhere = args.some((word) => EVERYWHERE.test(knownPrefix(word)));
  const runs = (scripts: readonly string[], given: readonly Text[]): readonly Consequence[] =>
    everywhere && directory === undefined
      ? runsWorkspaceScripts(`${name} ${verb}`.trim(), scripts, given, context)
      : runsScripts({ ...call, names: scripts, args: given }, context);
  const call = { program: `${name} ${verb}`.trim(), file: "package.json", directory };
  if (/^(?:run|run-script|rum|urn)$/.test(verb)) {
    const [script, ...given] = rest;
    const known = script === undefined ? undefined : textOf(script);
    return known === undefined
      ? []
      : [...saysSo([known]), ...runs([known, ...alsoRun(known)], given)];
  }
  const installs =
    name === "pnpm" && (INSTALLING.test(verb) || (everywhere && INSTALLING_CHOSEN.test(verb)));
  const known = installs ? "install" : verb;
  const names = Object.hasOwn(LIFE_CYCLE, known) ? LIFE_CYCLE[known] : undefined;
  if (verb === "version" && rest.length === 0 && name !== "yarn") return [];
  if (names !== undefined) return words.includes("--ignore-scripts") ? [] : runs(names, rest);
  // `yarn workspace web build`, `yarn workspaces foreach -A run build`.
  if (name === "yarn" && /^workspaces?$/.test(verb)) {
    const [script, ...given] = rest
      .filter((word) => !/^(?:foreach|run|exec|-.*)$/.test(textOf(word) ?? ""))
      .slice(verb === "workspace" ? 1 : 0);
    // `yarn workspace web npm publish`: a verb of the manager itself, for one package or each.
    if (/^(?:publish|pub|npm|version)$/.test(textOf(script ?? []) ?? ""))
      return model.effects(
        parseInvocation(model, name, [script ?? [], ...given], undefined),
        context,
      );
    const scripts = [textOf(script ?? []) ?? ""];
    return [...saysSo(scripts), ...runsWorkspaceScripts(call.program, scripts, given, context)];
  }
  // Other managers take the name of a script for a verb.
  if (name === "npm" || verb === "" || model.subcommands?.has(verb) === true) return [];
  return [...saysSo([verb]), ...runs([verb], rest)];
}

/** Options with which a script runs in packages of the repository. */
const EVERYWHERE = /^(?:-r|-w|-F|-ws|--recursive|--workspaces?|--filter|--parallel)(?:=|$)/;

function alsoRun(script: string): readonly string[] {
  return Object.hasOwn(LIFE_CYCLE, script) ? (LIFE_CYCLE[script] ?? []) : [];
}

/** The words after a verb without the manager's own options. */
function withoutOptions(words: readonly Text[]): readonly Text[] {
  const rest: Text[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const text = textOf(words[at] ?? []) ?? "";
    if (text === "--") return [...rest, ...words.slice(at + 1)];
    if (/^(?:-C|-w|-F|--prefix|--workspace|--filter|--dir|--cwd)$/.test(text)) at += 1;
    else if (!text.startsWith("-") || rest.length > 0) rest.push(words[at] ?? []);
  }
  return rest;
}

/** Values of the options that name the folder of the package. */
export function folders(words: readonly Text[]): readonly Text[] {
  return words.flatMap((word, at) => {
    const text = knownPrefix(word);
    const glued = /^--(?:prefix|dir|cwd)=/.exec(text)?.[0];
    if (glued !== undefined) return [dropKnown(word, glued.length)];
    return /^(?:-C|--prefix|--dir|--cwd)$/.test(text) ? [words[at + 1] ?? []] : [];
  });
}
