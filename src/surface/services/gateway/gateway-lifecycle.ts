// The gateway as a process of its own: started detached, found again, stopped, described.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { START_MS_MAX } from "#base/waits.ts";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { openFlags } from "#platform/open-flags.ts";
import { portHolder } from "#platform/port-holder.ts";
import { askToEnd, processStart, processState } from "#platform/processes.ts";
import { daemonEnvironment } from "../../foundation/process/detached-environment.ts";
import { isFromSource } from "../../foundation/product/product.ts";
import { directoriesIn, prepareDirectories } from "../../foundation/files/directories.ts";
import { canStart, readInForce } from "../program/in-force.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";
import type { ProgramRecord } from "../program/shim.ts";
import { readCounts } from "./gateway-counts.ts";
import { gatewayPlaces, makeOwnFolder } from "./gateway-places.ts";
import { readRunningGateway, type RunningGateway } from "./gateway-state.ts";
import { isInstallOpen } from "./open-installs.ts";
import type { GatewayCounts } from "./refusals.ts";

/** It could not be done. */
const FAILED_EXIT_CODE = 2;
const STOP_MS_MAX = 5_000;
const ANSWER_MS_MAX = 2_000;
const POLL_MS = 25;
const LINE_CHARS_MAX = 500;

/** What became of a start. */
export type StartResult =
  | { readonly kind: "started" | "running"; readonly gateway: RunningGateway }
  | { readonly kind: "failed"; readonly message: string; readonly exitCode: number };

/**
 * Starts the gateway detached unless it runs, and waits until it answers. Any number of calls at once end with one. `program` is
 * what is started: the one in force unless named, or a gateway of the same build as this process.
 */
export async function startDetached(
  data: string,
  port: number,
  program?: Pick<ProgramRecord, "node" | "main">,
): Promise<StartResult> {
  const { root } = prepareDirectories(data);
  const places = gatewayPlaces(root);
  if (!makeOwnFolder(places.root))
    throw new Failure(
      "gateway-folder",
      `\`${places.root}\` is no folder of yours alone; remove it and try again`,
    );
  const before = readRunningGateway(root);
  if (before !== undefined) return whereItRuns(before, port);
  const child = spawnDetached(root, port, program);
  const untilMs = monotonicMs() + START_MS_MAX;
  while (monotonicMs() < untilMs) {
    const gateway = readRunningGateway(root);
    if (gateway !== undefined && (await isAnswering(gateway.port)))
      return gateway.pid === child.pid ? { kind: "started", gateway } : whereItRuns(gateway, port);
    const { exitCode } = child;
    // Code 0 is one that lost against another: that one is about to listen.
    if (exitCode !== null && exitCode !== 0)
      return { kind: "failed", exitCode, message: lastLineOf(places.outputFile) };
    await sleep(POLL_MS);
  }
  return {
    kind: "failed",
    exitCode: FAILED_EXIT_CODE,
    message: `the gateway does not answer on 127.0.0.1:${port}; see \`${places.outputFile}\``,
  };
}

/** Asks the gateway to end and waits until it has. */
export async function stopGateway(
  data: string,
): Promise<{ readonly kind: "stopped" | "not-running" | "stuck"; readonly pid?: number }> {
  const running = readRunningGateway(data);
  if (running === undefined) return { kind: "not-running" };
  const { pid } = running;
  // WHY besides what the state file says: ending the wrong process does harm, and a look at its words costs nothing.
  const words = processStart(pid)?.words;
  if (words !== undefined && !words.includes("gateway")) return { kind: "not-running" };
  const started = startOf(pid);
  if (!askToEnd(pid)) return { kind: "not-running" };
  const untilMs = monotonicMs() + STOP_MS_MAX;
  while (monotonicMs() < untilMs) {
    // WHY not by its state file: that goes first, and its last words are written after.
    const now = startOf(pid);
    if (now === undefined || now !== started) return { kind: "stopped", pid };
    await sleep(POLL_MS);
  }
  return { kind: "stuck", pid };
}

/** When a process started, in words of the system or in none; undefined when it is gone. */
function startOf(pid: number): string | undefined {
  const state = processState(pid);
  return state.kind === "running" ? (state.started ?? "") : undefined;
}

/** The gateway as it is right now, for people and programs. */
export type GatewayStatus = {
  /** `silent`: its process lives and does not answer. `stranger`: somebody else listens on the port. */
  readonly state: "running" | "silent" | "stopped" | "stranger";
  readonly port: number;
  readonly pid: number | undefined;
  /** Whether an install is running, so that registries can be read. */
  readonly isInstallOpen: boolean;
  readonly trustFile: string;
  /** The hosts that can be read then. */
  readonly registries: readonly string[];
  readonly counts: GatewayCounts;
  /** Who the stranger is. */
  readonly problem: string | undefined;
};

/** Describes the gateway without changing anything. `port` is where it is expected. */
export async function gatewayStatus(data: string, port: number): Promise<GatewayStatus> {
  const places = gatewayPlaces(data);
  const running = readRunningGateway(data);
  const common = {
    pid: running?.pid,
    isInstallOpen: isInstallOpen(data, Date.now()),
    trustFile: places.trustFile,
    registries: READING_REGISTRIES,
    counts: readCounts(places.countsFile, running?.pid ?? 0),
  };
  if (running !== undefined) {
    const state = (await isAnswering(running.port)) ? "running" : "silent";
    return { ...common, state, port: running.port, problem: undefined };
  }
  const holder = portHolder(port);
  return holder === undefined
    ? { ...common, state: "stopped", port, problem: undefined }
    : { ...common, state: "stranger", port, problem: `${holder} listens on port ${port}` };
}

/** Whether what listens refuses as the gateway does. */
function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/", agent: false });
    asked.setTimeout(ANSWER_MS_MAX, () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode === 403);
    });
    asked.end();
  });
}

function whereItRuns(gateway: RunningGateway, port: number): StartResult {
  if (port === 0 || gateway.port === port) return { kind: "running", gateway };
  return {
    kind: "failed",
    exitCode: FAILED_EXIT_CODE,
    message: `the gateway runs on port ${gateway.port}, not on ${port}: \`sallyport gateway stop\` first`,
  };
}

function spawnDetached(
  root: string,
  port: number,
  named: Pick<ProgramRecord, "node" | "main"> | undefined,
): ChildProcess {
  const current = isFromSource() ? undefined : readInForce(directoriesIn(root))?.current;
  const inForce = current !== undefined && canStart(current) ? current : undefined;
  const chosen = named ?? inForce;
  const [program, ...words] =
    chosen === undefined ? ownCommand() : ([chosen.node, chosen.main] as const);
  const output = openSync(gatewayPlaces(root).outputFile, openFlags.rewrite, 0o600);
  try {
    const child = spawn(program, [...words, "gateway", "run", "--port", String(port)], {
      cwd: root,
      detached: true,
      env: daemonEnvironment(process.env, root),
      stdio: ["ignore", output, output],
    });
    child.on("error", () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

function lastLineOf(path: string): string {
  const line = readFileSync(path, "utf8").trim().split("\n").at(-1) ?? "";
  const told = line.replace(/[^\x20-\x7e]/g, "?").slice(0, LINE_CHARS_MAX);
  return told === "" ? "the gateway ended at once without a word" : told;
}
