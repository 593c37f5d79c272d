// A command whose first word is an alias: what the shell reads in its place.
import { DEPTH_MAX } from "#base/limits.ts";
import { type Io, callSiteOf, type Result, type Shell } from "./values/host.ts";
import { underRedirects } from "./redirections.ts";
import { type Alias, aliasBefore, isInForce } from "./values/aliases.ts";
import type { Scope } from "./values/scope.ts";
import { type Command, parseCommand, type Word } from "./syntax/syntax.ts";
import { byEnding } from "./expansion/alias-maps.ts";
import { meaningsOf } from "./values/name-maps.ts";
import { hole, type TextSet, textOf } from "./values/text.ts";
import { union } from "./values/text-sets.ts";
import { DONE } from "./values/results.ts";
import { takeOver } from "./values/scope-states.ts";

/** The command with its alias put in, if an alias is in force for it. */
export function expandAlias(
  node: Command,
  name: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result | undefined {
  if (name.parts !== undefined || name.text !== name.value) return undefined;
  const aliases = io.aliases ?? scope.aliases;
  const alias =
    inForce(aliases.get(name.value), name.pos, io) ?? ofMap(name.value, scope, io, shell);
  if (alias === undefined || io.via.includes(`alias ${name.value}`)) return undefined;
  // zsh reads all of a text before it runs any of it: an alias made there is in force for none of it.
  const isLate = alias.source === io.source && alias.source !== undefined;
  const isZsh = shell.dialects.includes("zsh");
  const readBefore = aliasBefore(alias, io.source)?.texts ?? [undefined];
  const isZshOnly = isZsh && !shell.dialects.includes("bash");
  const ofBash = isLate && isZshOnly ? [] : alias.texts;
  const texts = isLate && isZsh ? [...new Set([...ofBash, ...readBefore])] : alias.texts;
  if (texts.every((text) => text === undefined)) return undefined;
  const within: Io = { ...io, via: [...io.via, `alias ${name.value}`] };
  const before = texts.length === 1 ? undefined : scope.fork();
  const outputs: TextSet[] = [];
  texts.forEach((text, at) => {
    const branch = before?.fork() ?? scope;
    const { output } =
      text === undefined
        ? shell.runBody(node, branch, within)
        : runAlias(node, name.value, text, aliases, branch, within, shell);
    outputs.push(output);
    if (branch === scope) return;
    if (at === 0) takeOver(scope, branch);
    else scope.join(branch);
  });
  return { output: union(...outputs), status: "either" };
}

/** An alias that was made as an element of a map; whether it is in force for this text is not told. */
function ofMap(name: string, scope: Scope, io: Io, shell: Shell): Alias | undefined {
  const ofEnding = shell.dialects.includes("zsh") ? byEnding(name, scope) : [];
  const values = [...meaningsOf(name, "alias", scope, shell.dialects), ...ofEnding];
  if (values.length === 0) return undefined;
  const texts = values.map(textOf);
  if (texts.includes(undefined)) {
    shell.host.unknown(
      "dynamic-command",
      "an alias whose text is not known",
      callSiteOf(scope, io),
    );
    shell.host.code([[hole("dynamic-command")]], callSiteOf(scope, io));
  }
  return {
    texts: [undefined, ...texts.filter((text) => text !== undefined)],
    source: undefined,
    end: 0,
  };
}

function runAlias(
  node: Command,
  name: string,
  text: string,
  aliases: ReadonlyMap<string, Alias>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const prefix = node.prefix.filter((item) => item.type === "Assignment").map((item) => item.text);
  const tail = withNextAlias(node, text, aliases, io);
  const source = [...prefix, text, ...tail].join(" ");
  const place = callSiteOf(scope, io);
  if (io.depth > DEPTH_MAX) {
    // WHY not on: how deep the engine's own stack goes is another depth each time.
    shell.host.unknown("budget", "aliases nested too deeply", place);
    return { output: [[hole("budget")]], status: "either" };
  }
  const { script, problem } = parseCommand(source);
  if (problem !== undefined || script === undefined) {
    shell.host.unknown("syntax", `the alias \`${name}\` could not be read`, place);
    if (shell.dialects.includes("zsh")) shell.host.code([[hole("syntax")]], place);
  }
  return underRedirects(node.redirects, scope, io, shell, (inner) =>
    script === undefined
      ? DONE
      : shell.run(script, scope, { ...inner, source, depth: io.depth + 1 }),
  );
}

/** The words behind an alias: where its text ends in a blank, the next word is looked up as an alias too, and so on. */
function withNextAlias(
  node: Command,
  text: string,
  aliases: ReadonlyMap<string, Alias>,
  io: Io,
): readonly string[] {
  let previous = text;
  return node.args.map((argument) => {
    const found = /[ \t]$/.test(previous) ? aliases.get(argument.text) : undefined;
    const [meant] = inForce(found, argument.pos, io)?.texts ?? [];
    previous = meant ?? "";
    return meant ?? argument.text;
  });
}

/** The alias that a word at `position` was read with: the one before where this one was made on the same line. */
function inForce(alias: Alias | undefined, position: number, io: Io): Alias | undefined {
  if (alias === undefined || isInForce(alias, position, io.source)) return alias;
  return alias.earlier;
}
