// Where a pipeline runs the client: by its action or by a command, with which mode, tools and secrets.
import { baseName } from "#base/path.ts";
import type { RanCommand } from "#guard/effects/model/ran-command.ts";
import type { Job, Pipeline, Step } from "./pipeline.ts";
import type { RanScript } from "./ran-script.ts";
import { withFilled } from "./filled-in.ts";
import type { TextPlace } from "./yaml-tree.ts";

/** One run of the client in a pipeline. */
export type AgentRun = {
  readonly at: TextPlace;
  readonly pipeline: Pipeline;
  readonly job: Job;
  readonly step: Step;
  /** As it is written: the action's name, or the program. */
  readonly name: string;
  /** The words behind the program's name; undefined for one that is not known. */
  readonly words: readonly (string | undefined)[];
  /** It is started through our own command, which asks for the rest. */
  readonly isGated: boolean;
};

const ACTIONS = /^anthropics\/claude-code(?:-base)?-action(?:\/[\w-]+)?@/;
const PACKAGE = /^@anthropic-ai\/claude-code(?:@.*)?$/;
const ABOUT = /^(?:-v|--version|-h|--help|doctor|update|install|mcp|config|plugin)$/;

/** The runs of the client in one step. */
export function agentRuns(
  of: { readonly pipeline: Pipeline; readonly job: Job; readonly step: Step },
  ran: (step: Step) => readonly (RanScript & { readonly place: (offset: number) => TextPlace })[],
): readonly AgentRun[] {
  const { step } = of;
  const byAction = ACTIONS.test(step.uses?.text ?? "")
    ? [
        {
          ...of,
          at: step.uses?.at ?? step.at,
          name: step.uses?.text ?? "",
          words: wordsOfAction(of),
          isGated: false,
        },
      ]
    : [];
  const byCommand = ran(step).flatMap(({ commands, place }) => {
    const gates = commands.filter((command) => clientWords(command)?.isGated === true);
    return commands.flatMap((command) => {
      const found = clientWords(command);
      // What our own command starts is seen by itself as well, and is gated with it.
      if (found === undefined || (!found.isGated && gates.some((gate) => holds(gate, command))))
        return [];
      return [{ ...of, at: place(command.at?.start ?? 0), ...found }];
    });
  });
  return [...byAction, ...byCommand];
}

function holds({ at: outer }: RanCommand, { at: inner }: RanCommand): boolean {
  if (outer === undefined || inner === undefined) return false;
  return outer.start <= inner.start && inner.start < outer.end;
}

/** What the action passes on to the client. */
function wordsOfAction(of: Parameters<typeof withFilled>[1]): readonly string[] {
  const valueOf = (name: string) => {
    const input = of.step.inputs.find((one) => one.name === name);
    return input === undefined ? undefined : withFilled(input.value, of);
  };
  const given = (valueOf("claude_args") ?? "").match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  const tools = valueOf("allowed_tools");
  return [
    ...given.map((word) => word.replace(/^(["'])(.*)\1$/s, "$2")),
    ...(tools === undefined ? [] : ["--allowedTools", tools]),
  ];
}

/** Programs that start another one in a container, on a machine or as an account, and those that put values around it. */
const AROUND =
  /^(?:docker|podman|nerdctl|devcontainer|kubectl|gosu|su|su-exec|ssh|runuser|setpriv|chroot|bwrap|firejail|unshare|systemd-run|xvfb-run|distrobox)$/;
const LAUNCHER =
  /^(?:op|doppler|infisical|aws-vault|chamber|sops|dotenv|direnv|mise|asdf|nix|devbox|pixi|uv|poetry|pipenv)$/;
const STARTED = /^(?:claude|npx|bunx|pnpx|npm|pnpm|yarn|bun|sallyport(?:@.*)?)$/;

function clientWords({
  words,
}: Pick<RanCommand, "words">): Pick<AgentRun, "name" | "words" | "isGated"> | undefined {
  const [name = "", ...rest] = words;
  const program = baseName(name);
  if (program === "claude") {
    return (rest.length > 0 && rest.every((word) => ABOUT.test(word ?? ""))) ||
      ABOUT.test(rest[0] ?? "")
      ? undefined
      : { name: program, words: rest, isGated: false };
  }
  const inside =
    AROUND.test(program) ||
    (LAUNCHER.test(program) && /^(?:run|exec|x|develop|shell|--)$/.test(rest[0] ?? ""))
      ? words.findIndex((word, at) => at > 1 && STARTED.test(baseName(word ?? "")))
      : -1;
  if (inside > 0) return clientWords({ words: words.slice(inside) });
  const sallyport = words.findIndex((word) => /^sallyport(?:@.*)?$/.test(baseName(word ?? "")));
  if (sallyport >= 0 && sallyport <= 3) {
    const own = words.slice(sallyport + 1);
    return own[0] === "ci" && own[1] === "run"
      ? { name: "sallyport ci run", words: own.slice(own.indexOf("--") + 1), isGated: true }
      : undefined;
  }
  if (!/^(?:npx|bunx|pnpx|npm|pnpm|yarn|bun)$/.test(program)) return undefined;
  if (program === "npm" && !/^(?:exec|x)$/.test(rest[0] ?? "")) return undefined;
  if (program === "pnpm" && !/^(?:dlx|exec)$/.test(rest[0] ?? "")) return undefined;
  const at = rest.findIndex((word) => PACKAGE.test(word ?? ""));
  return at < 0 || ABOUT.test(rest[at + 1] ?? "")
    ? undefined
    : { name: rest[at] ?? "claude", words: rest.slice(at + 1), isGated: false };
}

/** The value of an option among words, glued on or behind it; null where the option is there and its value is not known. */
export function optionValue(
  words: readonly (string | undefined)[],
  ...names: readonly string[]
): string | null | undefined {
  for (const [at, word] of words.entries()) {
    if (word === undefined) continue;
    for (const name of names) {
      if (word === name) return words[at + 1] ?? null;
      if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
    }
  }
  return undefined;
}
