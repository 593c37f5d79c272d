// `sallyport git-hooks`: hooks of git that scan what is committed and pushed; shown before they are written, taken out without a trace.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { commaList } from "#base/comma-list.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import {
  carryOut,
  planInstall,
  planRemove,
  removeEmpty,
  type WantedHooks,
} from "../../../services/git-hooks/change-hooks.ts";
import { tryHook } from "../../../services/git-hooks/canary.ts";
import { GIT_HOOKS, type GitHookName, hasLines } from "../../../services/git-hooks/hook-block.ts";
import {
  beforePath,
  hookPlace,
  type HookPlace,
  readHook,
} from "../../../services/git-hooks/hook-place.ts";
import { launchOf, launchWords } from "../../../services/git-hooks/launch.ts";
import { runGitHook } from "../../../services/git-hooks/run-hook.ts";
import { changeOptions, changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { type Reader, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

/** Bytes that git writes to a hook: a line a ref. */
const INPUT_BYTES_MAX = 16 * 1024 * 1024;
const CONVENTIONAL =
  "^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\\([\\w./ -]+\\))?!?: \\S";

const everywhereOption = {
  everywhere: {
    type: "boolean",
    description: "write where `core.hooksPath` leads, although other repositories use it too",
  },
} as const;

export const installCommand = defineCommand({
  meta: {
    name: "install",
    description: `put hooks into this repository: pre-commit scans what is staged, pre-push what is pushed, commit-msg the message

  sallyport git-hooks install                                     show the change, ask, make it
  sallyport git-hooks install --protect main,release/*            and push to no such branch
  sallyport git-hooks install --commit-format conventional        and ask a form of messages
  sallyport git-hooks install --hooks pre-commit --dry-run

A hook that is there already runs first, with the same arguments, input and exit code. In a folder that is part of the repository
(\`core.hooksPath\`, husky) a few lines are added to each hook instead.`,
  },
  args: {
    ...changeOptions,
    ...everywhereOption,
    hooks: {
      type: "string",
      valueHint: "NAME,NAME",
      description: `default: ${GIT_HOOKS.join(",")}`,
    },
    protect: {
      type: "string",
      valueHint: "BRANCH,BRANCH",
      description: "branches, as globs, that nobody pushes to from here",
    },
    "commit-format": {
      type: "string",
      valueHint: "PATTERN",
      description:
        "what a message's first line looks like: `conventional`, or a regular expression",
    },
  },
  async run({ args }) {
    const request = changeRequest(args, openTerminal());
    const place = await placeOf(args.directory, args.everywhere === true);
    const plan = planInstall(
      place,
      wantedHooks(args),
      launchOf(directoriesIn(args.data ?? dataDirectory())),
    );
    if (plan.steps.length === 0) return tellChange(args, "unchanged", place);
    const consent = await seekConsent(request, plan);
    if (consent === "given") carryOut(plan);
    if (consent === "declined") process.exitCode = exitCodes.found;
    await tellChange(args, consent === "given" ? "installed" : consent, place);
  },
});

export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description: `take our hooks out of this repository; those that were there before are back, byte for byte

  sallyport git-hooks remove                                      show the change, ask, make it
  sallyport git-hooks remove --yes --json                         for a script`,
  },
  args: { ...changeOptions, ...everywhereOption },
  async run({ args }) {
    const request = changeRequest(args, openTerminal());
    const place = await placeOf(args.directory, args.everywhere === true);
    const plan = planRemove(place);
    if (plan.steps.length === 0) {
      for (const note of plan.notes) request.terminal.print(`note: ${printable(note)}`);
      return tellChange(args, "unchanged", place);
    }
    const consent = await seekConsent(request, plan);
    if (consent === "given") {
      carryOut(plan);
      if (place.kind === "shared") removeEmpty(place.directory);
    }
    if (consent === "declined") process.exitCode = exitCodes.found;
    await tellChange(args, consent === "given" ? "removed" : consent, place);
  },
});

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description: `say which hooks are in force here, where they lie, and what is wrong with them; each of ours is tried with a made-up key in an empty repository

  sallyport git-hooks status
  sallyport git-hooks status ../shop --json`,
  },
  args: {
    directory: changeOptions.directory,
    data: changeOptions.data,
    ...jsonOption,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const place = await hookPlace({ directory: args.directory, environment: process.env });
    const launch = launchWords(directoriesIn(args.data ?? dataDirectory()));
    const hooks = await Promise.all(GIT_HOOKS.map((name) => standingOf(place, name, launch)));
    if (args.json === true) {
      terminal.print(printableJson({ kind: place.kind, directory: place.directory, hooks }));
    } else {
      terminal.print(`hooks of git lie in ${printable(place.directory)}${kindWords(place)}`);
      for (const { name, state, before } of hooks) {
        const chained = before ? "; the hook before it runs first" : "";
        terminal.print(`  ${name.padEnd(10)}  ${state}${chained}`);
      }
    }
    const isWell = hooks.every(({ state }) => state === "in force");
    process.exitCode = isWell ? exitCodes.done : exitCodes.found;
  },
});

export const runHookCommand = defineCommand({
  meta: {
    name: "run",
    description: `what the hooks call: judge one event of git

  sallyport git-hooks run pre-commit`,
  },
  args: {
    name: { type: "positional", required: true, description: GIT_HOOKS.join(", ") },
    hook: { type: "string", valueHint: "FILE", description: "the hook that git started" },
    protect: { type: "string", valueHint: "BRANCH,BRANCH", description: "protected branches" },
    "commit-format": { type: "string", valueHint: "PATTERN", description: "form of messages" },
    ...jsonOption,
  },
  async run({ args }) {
    const name = hookName(args.name);
    const { code, ...facts } = await runGitHook({
      name,
      args: args._.slice(1),
      hook: args.hook,
      protects: commaList(args.protect),
      form: formOf(args["commit-format"]),
      directory: process.cwd(),
      environment: process.env,
      nowMs: Date.now(),
      readInput,
      terminal: openTerminal(),
      answersJson: args.json === true,
    });
    process.exitCode = code;
    await tell(args, { outcome: code === 0 ? "passed" : "stopped", hook: name, ...facts });
  },
});

async function placeOf(directory: string, mayLeave: boolean): Promise<HookPlace> {
  if (!existsSync(directory)) {
    throw new Failure("usage", `there is no folder \`${printable(directory)}\``);
  }
  const place = await hookPlace({ directory, environment: process.env });
  if (place.kind === "elsewhere" && !mayLeave) {
    throw new Failure(
      "git-hooks",
      `\`core.hooksPath\` leads to \`${place.directory}\`, which other repositories use too; add \`--everywhere\` if that is meant`,
    );
  }
  return place;
}

function wantedHooks(args: {
  readonly hooks?: string | undefined;
  readonly protect?: string | undefined;
  readonly "commit-format"?: string | undefined;
}): WantedHooks {
  const names = args.hooks === undefined ? GIT_HOOKS : commaList(args.hooks).map(hookName);
  const { protect, "commit-format": form } = args;
  formOf(form);
  const options: Readonly<Record<GitHookName, readonly string[]>> = {
    "pre-commit": [],
    "commit-msg": form === undefined ? [] : ["--commit-format", form],
    "pre-push": protect === undefined ? [] : ["--protect", protect],
  };
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

function hookName(text: string): GitHookName {
  const name = GIT_HOOKS.find((known) => known === text);
  if (name !== undefined) return name;
  throw new Failure(
    "usage",
    `there is no hook \`${printable(text)}\`; known are ${GIT_HOOKS.join(", ")}`,
  );
}

function formOf(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text === "conventional" ? CONVENTIONAL : text, "u");
  } catch {
    throw new Failure(
      "usage",
      "`--commit-format` is `conventional` or a regular expression; correct it",
    );
  }
}

async function readInput(): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > INPUT_BYTES_MAX) throw new Failure("git-hooks", "git wrote too much to this hook");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function standingOf(place: HookPlace, name: GitHookName, launch: readonly string[]) {
  const hook = readHook(`${place.directory}/${name}`);
  const before = readHook(beforePath(hook.path)).text !== undefined;
  const isOurs = hook.text !== undefined && hasLines(hook.text);
  const isFine = hook.isExecutable || place.manager === "husky";
  const answer =
    isOurs && isFine ? await tryHook(place, name, { launch, environment: process.env }) : undefined;
  const state = isOurs
    ? answer !== undefined
      ? answer.scans
        ? "in force"
        : `not in force: ${answer.why}`
      : "ours, and not executable: git does not run it"
    : hook.text === undefined
      ? "none"
      : before
        ? "replaced by another program; install again"
        : "of somebody else";
  return { name, state, before: isOurs && before };
}

function kindWords({ kind, manager }: HookPlace): string {
  if (manager !== undefined) return `, run by ${manager}`;
  if (kind === "shared") return ", part of the repository";
  return kind === "elsewhere" ? ", outside of the repository" : "";
}

function tellChange(
  reader: Reader,
  outcome: "installed" | "removed" | "unchanged" | "planned" | "declined",
  { directory }: HookPlace,
): Promise<void> {
  const words = `${outcome}: hooks of git in ${printable(directory)}`;
  return tell(reader, { outcome, directory }, outcome === "planned" ? undefined : words);
}
