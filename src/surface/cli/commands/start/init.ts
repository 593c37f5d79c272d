// `sallyport init`: guards a project by adding our hooks to its settings, after showing exactly what would change.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { DEFAULT_PACK } from "#govern/settings/project-register.ts";
import { ensureDaemon } from "../../../services/daemon-process/lifecycle.ts";
import { shimsIn } from "../../../services/program/in-force.ts";
import { changeOptions, changeRequest, diffOption } from "../../../foundation/terminal/consent.ts";
import { modeOptions, readMode } from "../../guard/guard-mode.ts";
import { callable, nextSteps } from "../../guard/guarding-words.ts";
import { guardProject, type GuardOutcome, profileNames } from "../../guard/guard-project.ts";
import type { Transport } from "../../guard/transport.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { readScope, scopeOption } from "../../guard/scope.ts";
import { daemonLaunch } from "../../../services/service/daemon-launch.ts";
import { runShared, sharedOption } from "../../guard/shared-guarding.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { machineHookInForce } from "../../../services/machine/machine-in-force.ts";
import { type MachineHook, tryMyself } from "../../../services/machine/try-accounts.ts";

/** `sallyport init [directory]`. */
export const initCommand = defineCommand({
  meta: {
    name: "init",
    description: `guard a project, or all of yours, by adding hooks to the client's settings

  sallyport init                       say what changes, ask, make the change
  sallyport init ../shop --dry-run     show every line that would change, and stop
  sallyport init --observe             only record what would be refused and asked about
  sallyport init --enforce             refuse and ask from now on
  sallyport init --yes --json          make it without a question, for scripts
  sallyport init --accept-env PATH     accept that the repository's settings set this variable as they do
  sallyport init --profile my.yaml     judge by a policy of your own (see policy schema)
  sallyport init --scope user          guard every project of yours, through ~/.claude/settings.json
  sallyport init --shared              ask every colleague's own sallyport, through the repository
  sallyport init --scope user --telemetry  have the client send its telemetry to the daemon
  sallyport init --transport command   judge in the hook's own process, without the daemon`,
  },
  args: {
    ...changeOptions,
    ...diffOption,
    ...modeOptions,
    daemon: {
      type: "boolean",
      default: true,
      description: "have the daemon run afterwards",
      negativeDescription: "leave the daemon to the next session",
    },
    profile: {
      type: "string",
      alias: "policy",
      valueHint: "NAME|FILE",
      description: `policy to judge by: ${profileNames().join(", ")}, another that \`sallyport policy list\` names, or a file (default: the one in force, else ${DEFAULT_PACK})`,
    },
    scope: scopeOption,
    shared: sharedOption,
    transport: {
      type: "string",
      valueHint: "http|command",
      description:
        "http hooks to the daemon, or a command hook (default: http where the client can)",
    },
    telemetry: {
      type: "boolean",
      description: "send the client's telemetry to the daemon, without content (with --scope user)",
    },
    "answers-headless": {
      type: "boolean",
      description:
        "let headless sessions wait for answers from elsewhere; a daemon that hangs holds a call up for 140 s then",
    },
    "accept-env": {
      type: "string",
      valueHint: "NAME,NAME",
      description: "variables of the repository that run code or redirect trust, to be accepted",
    },
  },
  async run({ args }) {
    const terminal = openTerminal();
    const hook = machineHookInForce();
    if (hook !== undefined) return leaveToMachine(hook, args);
    if (args.shared === true) {
      if (args.scope ?? args.profile ?? args.transport ?? readMode(args))
        throw new Failure(
          "usage",
          "`--shared` takes no scope, profile, transport or mode of yours",
        );
      return runShared(changeRequest(args, terminal), args);
    }
    const transport = readTransport(args.transport);
    const outcome = await guardProject({
      ...changeRequest(args, terminal),
      transport,
      profile: args.profile,
      scope: readScope(args.scope),
      mode: readMode(args),
      telemetry: args.telemetry,
      answersHeadless: args["answers-headless"],
      acceptEnv: (args["accept-env"] ?? "").split(",").map((name) => name.trim()),
    });
    if (outcome.kind === "declined") process.exitCode = 1;
    const daemon = args.daemon ? await startedDaemon(outcome) : undefined;
    const facts = { ...guardFacts(outcome), ...(daemon === undefined ? {} : { daemon }) };
    await tell(args, facts, closingLines(outcome, daemon, args.data).join("\n"));
  },
});

/** WHY nothing is written: under the machine's managed settings the client runs no other hook than theirs. */
async function leaveToMachine(
  hook: MachineHook,
  reader: { readonly json?: boolean | undefined },
): Promise<void> {
  const { name, uid, fault } = await tryMyself(hook);
  if (fault !== undefined) process.exitCode = exitCodes.found;
  await tell(
    reader,
    { outcome: "machine", account: { name, uid }, fault: fault ?? null },
    fault === undefined
      ? `nothing to do: the guard of this machine judges the calls of ${printable(name)} (user ${uid}), in every project`
      : `nothing was written: the guard of this machine is in force, and does not judge ${printable(name)} (user ${uid}): ${printable(fault)}; an administrator looks with \`sudo sallyport machine try\``,
  );
}

/** What became of the daemon: `problem` says why none runs. */
type DaemonOutcome = {
  readonly outcome: "started" | "running" | "failed";
  readonly problem: string | undefined;
};

/** Has the daemon run where it is needed: a session then finds it, and what keeps it from starting is told now. */
async function startedDaemon(outcome: GuardOutcome): Promise<DaemonOutcome | undefined> {
  const { kind, transport, install } = outcome;
  if (transport !== "http" || (kind !== "guarded" && kind !== "unchanged")) return undefined;
  try {
    const launch = daemonLaunch(install.directories.root);
    const result = await ensureDaemon(install, launch);
    if (!("identity" in result)) return { outcome: "failed", problem: result.message };
    if (result.identity.state === "refusing") {
      const { outputFile } = install.directories;
      return { outcome: "failed", problem: `it refuses every call; see \`${outputFile}\`` };
    }
    return { outcome: result.kind, problem: undefined };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { outcome: "failed", problem: cause.message };
  }
}

function readTransport(text: string | undefined): Transport | undefined {
  if (text === undefined || text === "http" || text === "command") return text;
  throw new Failure("usage", "`--transport` is `http` or `command`");
}

/** What became of guarding a project, for programs. */
export function guardFacts(outcome: GuardOutcome) {
  const { kind, root, settingsFile, transport, mode, install, diff, notes } = outcome;
  return { outcome: kind, root, settingsFile, transport, mode, port: install.port, diff, notes };
}

function closingLines(
  outcome: GuardOutcome,
  daemon: DaemonOutcome | undefined,
  data: string | undefined,
): readonly string[] {
  const { kind, root, mode } = outcome;
  const name = printable(root);
  switch (kind) {
    case "guarded":
    case "unchanged": {
      const done = mode === "observe" ? "observed" : "guarded";
      const first = kind === "guarded" ? done : `already ${done}, nothing to change`;
      return [
        `${first}: ${name} (${throughWhat(outcome, daemon)})`,
        ...repairLines(outcome, daemon, data),
        ...(daemon?.outcome === "failed" ? [] : nextStep(outcome, data)),
      ];
    }
    case "planned":
      return ["nothing was written (--dry-run)"];
    case "declined":
      return ["nothing was written"];
    default:
      return kind satisfies never;
  }
}

function throughWhat(
  { transport, install }: GuardOutcome,
  daemon: DaemonOutcome | undefined,
): string {
  if (transport === "command") return "command hook, no daemon needed";
  if (daemon === undefined) return "sessions start the daemon by themselves";
  return daemon.outcome === "failed"
    ? "the daemon does not run"
    : `the daemon runs on port ${install.port}`;
}

function repairLines(
  { install, mode }: GuardOutcome,
  daemon: DaemonOutcome | undefined,
  data: string | undefined,
): readonly string[] {
  if (daemon?.outcome !== "failed") return [];
  const command = callable(
    process.env,
    shimsIn(install.directories).command,
    "daemon --ensure",
    data,
  );
  const until = mode === "observe" ? "nothing is recorded" : "every call there is refused";
  return [
    `the daemon could not start: ${printable(daemon.problem ?? "")}`,
    `until it runs ${until}; repair what it names, then type \`${command}\``,
  ];
}

/** What to type now, as it can be pasted here. */
export function nextStep(
  { root, scope, mode, install }: GuardOutcome,
  data: string | undefined,
): readonly string[] {
  const { command } = shimsIn(install.directories);
  const ours = (words: string) => callable(process.env, command, words, data);
  return nextSteps({
    root,
    scope,
    mode,
    cwd: process.cwd(),
    ours,
    environment: process.env,
    shim: command,
  });
}
