// One headless run: everything that would make it weaker is refused first, then the client runs under managed settings of its own, and what it did is written down.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parseProjectRegister } from "#govern/settings/project-register.ts";
import { ADMINISTRATOR, temporaryDirectory, userId } from "#platform/user.ts";
import { runToEnd } from "../canary/client-process.ts";
import { packageRoot } from "../../foundation/product/product.ts";
import { removeTree } from "../../foundation/files/closed-tree.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { shimsIn } from "../program/in-force.ts";
import { findClientVersion } from "../settings/client-version.ts";
import { checkoutDemands, refuseDemands, refuseQuarantine } from "./checkout-gate.ts";
import { type IsolationReport, probeIsolation } from "./isolation.ts";
import { openManagedView } from "./managed-view.ts";
import { readRecord } from "./run-record.ts";
import type { RunRequest } from "./run-request.ts";
import { missingAttributes, resourceAttributes, runIdentity } from "./run-identity.ts";
import { loadPolicy } from "../policy/policy-source.ts";
import { isolatedRunPolicy } from "./run-policy.ts";
import { runSettings } from "./run-settings.ts";
import { readRunKey, RUN_KEY_VARIABLE, sealText } from "./run-seal.ts";
import { commentBody, type RunOutcome, type RunSummary } from "./run-summary.ts";
import { changedFiles } from "./run-changes.ts";
import { clientEnding } from "./client-ending.ts";
import { type HinderedCall, hinderedCalls } from "./hindered-calls.ts";

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
/** WHY so long: it is for what hangs, and a runner may be busy. */
const INIT_MS_MAX = 300_000;
type Environment = Readonly<Record<string, string | undefined>>;

/** What the client gets of this process's environment, beside what the request names: what it needs to run and to log in. */
const PASSED_ON = [
  ...["PATH", "LANG", "LC_ALL", "TZ", "TERM", "TMPDIR", "SHELL", "CI", "NODE_EXTRA_CA_CERTS"],
  ...["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_MODEL", "CLAUDE_CODE_OAUTH_TOKEN"],
  ...["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"],
] as const;

/** What a run came to, and where its files are. */
export type EndedRun = { readonly summary: RunSummary; readonly artifacts: string };

/**
 * Carries a run out. Throws a Failure where it would be weaker than asked: `ci-isolation`, `ci-managed`, `ci-untrusted`,
 * `ci-weaker`. `nowMs` is when it begins.
 */
export async function runHeadless(
  request: RunRequest,
  environment: Environment,
  nowMs: number,
): Promise<EndedRun> {
  const key = runKey(request, environment);
  const isolation = await probeIsolation(environment);
  refuseOpenMachine(isolation);
  const directory = realpathSync.native(request.directory);
  const room = realpathSync.native(mkdtempSync(join(temporaryDirectory(), "sallyport-run-")));
  let close = (): void => undefined;
  try {
    const isSandboxed = isolation.found.some(({ kind }) => kind === "sandbox");
    const source = isSandboxed ? request.policy : policyWithoutSandbox(room, request.policy);
    const guard = installGuard(room, source, environment);
    const policy = loadPolicy(source);
    const profile = `${request.policy}/${request.mode}`;
    const identity = runIdentity(environment, profile);
    const endpoint = environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
    const settings = runSettings({
      policy,
      mode: request.mode,
      allow: request.allow,
      egress: request.egress,
      isSandboxed,
      hook: guard,
      baseUrl: environment["ANTHROPIC_BASE_URL"],
      telemetry:
        endpoint === undefined || endpoint === ""
          ? undefined
          : { endpoint, protocol: environment["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "http/json" },
      environment: { CI: "true", OTEL_RESOURCE_ATTRIBUTES: resourceAttributes(identity) },
    });
    // WHY by its plain name alone: which client another path starts is not known before it runs.
    const found = request.client === "claude" ? await findClientVersion(environment) : undefined;
    const version = found?.kind === "found" ? found.version : undefined;
    const demands = checkoutDemands(directory, settings.held, version);
    refuseDemands(demands);
    refuseQuarantine(directory, guard);
    const view = await openManagedView(room, settings.text);
    close = view.close;
    const ended = await runToEnd([...view.wrapper, ...commandLine(request)], {
      cwd: directory,
      timeoutMs: request.timeoutMs,
      outputBytesMax: OUTPUT_BYTES_MAX,
      env: clientEnvironment(request, environment, guard),
    });
    const told = clientEnding(ended.stdout);
    const record = await readRecord(guard.data, told.denials, policy);
    const after = await changedFiles(directory, environment);
    const hindered = hinderedCalls(told.calls, {
      refused: record.refused,
      allow: request.allow,
      directory,
    });
    const outcome = outcomeOf(ended, hindered);
    const summary: RunSummary = {
      format: 1,
      outcome,
      startedAt: new Date(nowMs).toISOString(),
      durationMs: Math.round(ended.durationMs),
      policy: { id: policy.id, digest: policy.digest },
      mode: request.mode,
      allow: request.allow,
      egress: request.egress,
      limits: {
        timeoutMs: request.timeoutMs,
        maxTurns: request.maxTurns,
        maxBudgetUsd: request.maxBudgetUsd ?? null,
      },
      isolation: isolation.found,
      identity,
      missingAttributes: missingAttributes(identity),
      telemetry: endpoint ?? null,
      demands,
      calls: record.calls,
      refusals: record.refusals,
      hindered,
      changed: after.names,
      answer: told.answer === "" ? printable(ended.stderr.slice(0, 2_000)) : told.answer,
      log: {
        entries: record.entries,
        isVerified: record.isVerified,
        proof: record.proof === undefined ? null : "run.tlog-proof",
        meant: key === undefined ? null : "meant.sealed",
      },
    };
    const artifacts = writeArtifacts(request, summary, {
      decisions: record.lines,
      proof: record.proof,
      patch: after.patch,
      key: record.key,
      meant: key === undefined ? undefined : sealText(linesOf(record.meant), key),
    });
    return { summary, artifacts };
  } finally {
    close();
    removeTree(room);
  }
}

/** WHY a client that ended well is not enough: it does so also where nothing of what the run was for could run. */
function outcomeOf(
  { timedOut, exitCode }: { readonly timedOut: boolean; readonly exitCode: number | undefined },
  hindered: readonly HinderedCall[],
): RunOutcome {
  if (timedOut) return "timed-out";
  if (exitCode !== 0) return "failed";
  return hindered.length > 0 ? "hindered" : "done";
}

/** WHY refused and not only said: a run without a person is held by what is around it, or by nothing. */
function refuseOpenMachine({ found, missing }: IsolationReport): void {
  if (found.length > 0) return;
  throw new Failure(
    "ci-isolation",
    `nothing holds a run here: ${missing.join("; ")}. Install bubblewrap and socat, run it in a container, or on a hosted runner`,
  );
}

/** The policy as it holds where commands run in no sandbox: the name itself, or a file in the run's own folder. */
function policyWithoutSandbox(room: string, name: string): string {
  const text = isolatedRunPolicy(name);
  if (text === undefined) return name;
  const file = join(room, "policy.yaml");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

type Installed = {
  readonly program: string;
  readonly project: string;
  readonly data: string;
  readonly home: string;
};

/** Our hook for this run: a data directory, a home and a register of its own, made by the program's own `init`. */
function installGuard(room: string, policy: string, environment: Environment): Installed {
  const [home, data] = [join(room, "home"), join(room, "data")];
  for (const directory of [home, data]) mkdirSync(directory, { mode: 0o700 });
  const main = join(packageRoot(), "dist/surface/cli/main.js");
  if (!existsSync(main))
    throw new Failure("ci-managed", "a run starts the built program: run `npm run build` first");
  const words = [
    main,
    "init",
    "--scope",
    "user",
    "--transport",
    "command",
    "--profile",
    policy,
    "--yes",
  ];
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: room,
    encoding: "utf8",
    timeout: INIT_MS_MAX,
    env: { PATH: environment["PATH"], HOME: home, SALLYPORT_HOME: data },
  });
  const why = stderr.trim().slice(0, 500);
  if (status !== 0)
    throw new Failure(
      "ci-managed",
      `the guard cannot be set up for the run: ${why === "" ? "it was ended before it was done" : printable(why)}`,
    );
  const { projectsFile } = directoriesIn(data);
  const [entry] = parseProjectRegister(readFileSync(projectsFile, "utf8"), projectsFile);
  if (entry === undefined) throw new Failure("ci-managed", "the guard of the run has no project");
  return { program: shimsIn(directoriesIn(data)).hook, project: entry.id, data, home };
}

function commandLine({
  client,
  words,
  mode,
  maxTurns,
  maxBudgetUsd,
}: RunRequest): readonly string[] {
  const end = words.indexOf("--");
  const [options, rest] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end)];
  const hasForm = options.some((word) => word.startsWith("--output-format"));
  return [
    client,
    ...["--permission-mode", mode, "--max-turns", String(maxTurns)],
    ...(maxBudgetUsd === undefined ? [] : ["--max-budget-usd", String(maxBudgetUsd)]),
    ...(hasForm ? [] : ["--output-format", "stream-json", "--verbose"]),
    ...options,
    ...rest,
  ];
}

/** WHY so little: whatever the job holds beside these is nothing that the client needs. */
function clientEnvironment(
  { environment: names }: RunRequest,
  environment: Environment,
  { home }: Installed,
): Readonly<Record<string, string>> {
  const passed = [...PASSED_ON, ...names].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TERM: "dumb",
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    ...Object.fromEntries(passed),
    HOME: home,
    CI: "true",
    DISABLE_AUTOUPDATER: "1",
    SHLVL: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // The client refuses some things to root unless it is told that somebody else contains it.
    ...(userId() === ADMINISTRATOR ? { IS_SANDBOX: "1" } : {}),
  };
}

/** The key under which what calls said is put beside the record; undefined where the pipeline has none. */
function runKey({ keyVariable }: RunRequest, environment: Environment): string | undefined {
  const variable = keyVariable ?? RUN_KEY_VARIABLE;
  const value = environment[variable];
  if (value !== undefined && value !== "") return readRunKey(value, variable);
  if (keyVariable === undefined) return undefined;
  throw new Failure(
    "ci-key",
    `\`${variable}\` is not set, and the key of the run was to be in it: give the job that secret`,
  );
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

type Written = {
  readonly decisions: readonly string[];
  readonly proof: string | undefined;
  readonly key: string | undefined;
  readonly patch: string | undefined;
  readonly meant: string | undefined;
};

function writeArtifacts(request: RunRequest, summary: RunSummary, written: Written): string {
  const directory =
    request.artifacts ?? mkdtempSync(join(temporaryDirectory(), "sallyport-artifacts-"));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files: Readonly<Record<string, string | undefined>> = {
    "summary.json": `${JSON.stringify(summary, null, 2)}\n`,
    "comment.md": commentBody(summary),
    "decisions.jsonl": linesOf(written.decisions),
    "meant.sealed": written.meant,
    "run.tlog-proof": written.proof,
    "log.key": written.key,
    "changes.patch": written.patch,
  };
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) writeFileSync(join(directory, name), text, { mode: 0o600 });
  }
  return directory;
}
