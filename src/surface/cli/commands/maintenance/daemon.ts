// `sallyport daemon`: run it here, make sure that it runs, stop it, describe it.
import { defineCommand } from "citty";
import { daemonLaunch, ownService } from "../../../services/service/daemon-launch.ts";
import { Failure } from "#base/failure.ts";
import { homeDirectory } from "#platform/user.ts";
import { printable, printableJson } from "#base/printable.ts";
import { STRANGER_EXIT_CODE } from "../../../services/daemon-process/stranger.ts";
import {
  ensureInstall,
  type Install,
  readInstall,
} from "../../../services/installation/install.ts";
import {
  daemonStatus,
  type DaemonStatus,
  ensureDaemon,
  type EnsureResult,
  stopDaemon,
} from "../../../services/daemon-process/lifecycle.ts";
import { clockTime, openOffSwitch } from "../../../services/installation/off-switch.ts";
import { openProjectBook } from "../../../services/projects/projects.ts";
import { speakingFiles } from "../../../services/projects/session-project.ts";
import { readSecret } from "../../../services/installation/secrets.ts";
import { reportEnvironment } from "../../../services/facts/environment-report.ts";
import {
  handOn,
  readReport,
  type Report,
} from "../../../services/daemon-process/session-report.ts";
import { lockHolder } from "../../../foundation/files/process-lock.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { policyStanding } from "../../../services/policy/policy-status.ts";
import { runSteps, servicePid } from "../../../services/service/service-manager.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { type Reader, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";

/** `sallyport daemon`. */
export const daemonCommand = defineCommand({
  meta: {
    name: "daemon",
    description: `the local daemon that judges tool calls

  sallyport daemon --ensure          start it in the background unless it runs
  sallyport daemon run               run it in this terminal
  sallyport daemon stop              stop it; guarded sessions are blocked until it runs again
  sallyport daemon status --json     does it run?`,
  },
  args: {
    action: {
      type: "positional",
      valueHint: "run|stop|status",
      required: false,
      description: "run, stop or status",
    },
    ensure: { type: "boolean", description: "start it in the background unless it runs" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const root = args.data ?? dataDirectory();
    const action = args.ensure ? "ensure" : (args.action ?? "status");
    switch (action) {
      case "ensure":
        process.exitCode = await ensure(root, args);
        return;
      case "run":
        process.exitCode = await run(root);
        return;
      case "stop":
        process.exitCode = await stop(root, args);
        return;
      case "status":
        process.exitCode = await status(root, args.json === true);
        return;
      default:
        process.stderr.write(`sallyport: \`daemon\` knows run, stop, status and --ensure\n`);
        process.exitCode = exitCodes.unusable;
    }
  },
});

async function ensure(root: string, reader: Reader): Promise<number> {
  const result = await tryEnsure(root);
  if ("identity" in result) {
    const { state, pid } = result.identity;
    if (state === "refusing")
      return complain(
        "it refuses every call; see `sallyport daemon status`",
        exitCodes.unusable,
        reader,
      );
    const projectDirectory = hookProject();
    if (projectDirectory !== undefined) {
      const { projectsFile } = directoriesIn(root);
      const files = speakingFiles(openProjectBook(projectsFile), projectDirectory);
      return report(root, files, result);
    }
    const words = `the daemon ${result.kind === "started" ? "was started" : "runs"} (process ${pid})`;
    await tell(reader, { outcome: result.kind, pid }, process.stdout.isTTY ? words : undefined);
    return 0;
  }
  return complain(
    result.message,
    result.kind === "stranger" ? STRANGER_EXIT_CODE : exitCodes.unusable,
    reader,
  );
}

/** The project when this runs as a session-start hook of the client, else undefined. */
function hookProject(): string | undefined {
  return process.stdin.isTTY || process.stdout.isTTY
    ? undefined
    : process.env["CLAUDE_PROJECT_DIR"];
}

/** Tells the daemon what the hook was given, and the person what they must know. */
async function report(
  root: string,
  settingsFiles: readonly string[],
  { kind, identity }: Extract<EnsureResult, { identity: unknown }>,
): Promise<number> {
  const given = await readReport(process.stdin);
  const isPrompt = given?.eventName === "UserPromptSubmit";
  // The prompt's own http hook reaches a daemon that ran already.
  if (given === undefined || (isPrompt && kind === "running")) return 0;
  const said = await handOn(settingsFiles, given, await ownEnvironment(root, given)).catch(
    () => "sallyport: this session's start was not recorded; see `sallyport daemon status`",
  );
  const revived = `sallyport: the daemon had stopped; it was started again (process ${identity.pid}). Send again what was blocked.`;
  const message = isPrompt ? revived : said;
  if (message !== undefined)
    process.stdout.write(`${JSON.stringify({ systemMessage: message })}\n`);
  return 0;
}

/** What the client gave this process, for the daemon to judge commands by; the proof that it comes from here. */
async function ownEnvironment(
  root: string,
  { payload, eventName }: Report,
): Promise<Parameters<typeof handOn>[2]> {
  const told = reportEnvironment(process.env);
  if (told === undefined) return undefined;
  const secret = readSecret(directoriesIn(root), "install");
  if (eventName !== "SessionStart") return { report: told, secret };
  // Loaded only here: a start is rare, and what follows is not needed for any other event.
  const { startReport } = await import("../../../services/containment/start-report.ts");
  const directory = hookProject() ?? process.cwd();
  const shellFile = process.env["CLAUDE_ENV_FILE"];
  const { tellAtStart } = await import("../../../services/hold/shell-lines.ts");
  tellAtStart(Buffer.from(payload), { file: shellFile, home: homeDirectory(), data: root });
  const report = await startReport(told, Buffer.from(payload), {
    directory,
    data: root,
    shellFile,
  });
  return { report, secret };
}

async function tryEnsure(root: string): Promise<Awaited<ReturnType<typeof ensureDaemon>>> {
  try {
    const install = await ensureInstall({ root });
    return await ensureDaemon(install, daemonLaunch(install.directories.root));
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { kind: "failed", message: cause.message };
  }
}

/**
 * Tells of a failure. A session-start hook shows its person one `systemMessage` and must end with 0 for it to be read;
 * it could not block anyway, and need not: without a daemon every call is blocked.
 */
function complain(message: string, exitCode: number, reader: Reader): number {
  if (hookProject() === undefined) return fail(message, exitCode, reader);
  const systemMessage = `sallyport: tool calls are blocked: ${message}; \`sallyport status\` says what to do`;
  process.stdout.write(`${JSON.stringify({ systemMessage })}\n`);
  return 0;
}

function fail(message: string, exitCode: number, { json }: Reader): number {
  process.stderr.write(`sallyport: ${message}\n`);
  const error = { code: "daemon", message, exitCode };
  if (json === true) process.stdout.write(`${printableJson({ error })}\n`);
  return exitCode;
}

async function run(root: string): Promise<number> {
  // Loaded only here: a daemon that runs already is found without the guard and its parser.
  const { runHere } = await import("../../../daemon/run-here.ts");
  return runHere(root);
}

async function stop(root: string, reader: Reader): Promise<number> {
  const install = readInstall(directoriesIn(root));
  const managedPid = install === undefined ? undefined : await stopService(install);
  const result = install === undefined ? undefined : await stopDaemon(install);
  if (result === undefined || result.kind === "not-running") {
    const what =
      managedPid === undefined
        ? "the daemon does not run"
        : `the daemon (process ${managedPid}) was stopped by the service manager`;
    const outcome = managedPid === undefined ? "unchanged" : "stopped";
    await tell(reader, { outcome, pid: managedPid ?? null }, what);
    return 0;
  }
  const { pid } = result;
  if (result.kind === "stuck")
    return fail(
      `process ${pid} does not end; end it with \`kill -9 ${pid}\``,
      exitCodes.unusable,
      reader,
    );
  await tell(reader, { outcome: "stopped", pid }, `the daemon (process ${pid}) stopped`);
  return 0;
}

/** WHY: a manager that is not told takes the end of its daemon for its own doing, or starts it again. */
async function stopService({ directories }: Install): Promise<number | undefined> {
  const service = ownService(directories.root);
  const pid = service === undefined ? undefined : await servicePid(service);
  if (service === undefined || pid === undefined) return undefined;
  if (lockHolder(directories.lockFile)?.pid !== pid) return undefined;
  return (await runSteps([service.manager.stop])) ? pid : undefined;
}

async function status(root: string, json: boolean): Promise<number> {
  const places = directoriesIn(root);
  const found = await daemonStatus(places);
  const off = offInForce(places);
  const policies = await standings(places);
  const lines = [describe(found), ...off.map(offText), ...policies.flatMap(troubleLines)];
  const all = { ...found, off, policies };
  process.stdout.write(json ? `${JSON.stringify(all)}\n` : `${lines.join("\n")}\n`);
  if (found.state === "stranger") return STRANGER_EXIT_CODE;
  return found.state === "running" ? exitCodes.done : exitCodes.found;
}

type OffInForce = { readonly projectId: string | null; readonly untilMs: number };

/** Times off in force; none where nothing is installed or the file cannot be read, because then nothing is off. */
function offInForce(directories: Directories): readonly OffInForce[] {
  const offSwitch = openOffSwitch(directories);
  try {
    return offSwitch
      .all()
      .filter(offSwitch.isInForce)
      .map(({ projectId, untilMs }) => ({ projectId, untilMs }));
  } catch {
    return [];
  }
}

function offText({ projectId, untilMs }: OffInForce): string {
  const where = projectId === null ? "every project" : "one project";
  return `off until ${clockTime(untilMs)} in ${where}; \`sallyport on\` ends it`;
}

/** How the policy of each guarded project stands; none where the register cannot be read. */
async function standings(places: Directories) {
  try {
    const entries = readProjectRegister(places.projectsFile);
    const all = entries.map(async (entry) => ({
      root: entry.root,
      scope: entry.scope,
      ...(await policyStanding(entry, places)),
    }));
    return await Promise.all(all);
  } catch (cause) {
    if (cause instanceof Failure) return [];
    throw cause;
  }
}

/** What is wrong with a project's policy, and which one judges meanwhile. */
function troubleLines({ root, trouble, inForce, source }: Standing): readonly string[] {
  if (trouble === null) return [];
  const place = [trouble.line, trouble.column].filter((one) => one !== null).join(":");
  const name = source.kind === "file" ? source.file : source.name;
  const since = new Date(trouble.sinceMs).toISOString();
  const what =
    inForce === undefined
      ? "none is in force, so every call is refused"
      : `the last good one stays in force (digest ${inForce.digest.slice(0, 12)})`;
  return [
    `the policy of ${root} is broken since ${since}: ${name}${place === "" ? "" : `:${place}`}: ${trouble.message}; ${what}`,
  ].map(printable);
}

type Standing = Awaited<ReturnType<typeof standings>>[number];

function describe(found: DaemonStatus): string {
  switch (found.state) {
    case "running":
    case "starting":
    case "refusing":
      return `${found.state} (process ${found.pid}, version ${found.version}, 127.0.0.1:${found.port})`;
    case "stopped":
      return "stopped; start it with `sallyport daemon --ensure`";
    case "silent":
      return `something on 127.0.0.1:${found.port} accepts connections and does not answer`;
    case "stranger":
      return found.problem ?? "a stranger is on the daemon's port";
    case "none":
      return `nothing is installed in ${found.dataDirectory}; start with \`sallyport init\``;
    default:
      return found.state satisfies never;
  }
}
