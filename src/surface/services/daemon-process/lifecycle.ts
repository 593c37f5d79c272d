// The daemon as a process of its own: started detached, found again, stopped, described.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { START_MS_MAX } from "#base/waits.ts";
import { openFlags } from "#platform/open-flags.ts";
import { askToEnd } from "#platform/processes.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { STRANGER_EXIT_CODE } from "./stranger.ts";
import { daemonEnvironment } from "../../foundation/process/detached-environment.ts";
import { type DaemonIdentity, type Probe, probeCarefully, probeDaemon } from "./daemon-client.ts";
import { type Install, readInstall } from "../installation/install.ts";
import { isAlive, lockHolder } from "../../foundation/files/process-lock.ts";
import { strangerFailure } from "./stranger.ts";
import type { Launch } from "../../foundation/process/launch.ts";
import { within } from "../../foundation/process/time-limit.ts";

const STOP_MS_MAX = 10_000;
const POLL_MS = 50;
/** Milliseconds that a child which lost the race has to end. */
const LOSER_MS_MAX = 2_000;
/** How often a process of ours that says nothing is asked again. */
const BUSY_PROBES = 4;
/** WHY: by default the engine keeps up to 48 MB for young objects; with 6 MB a call costs the same. */
export const DAEMON_FLAGS = ["--max-semi-space-size=2"] as const;

export type EnsureResult =
  | { readonly kind: "running" | "started"; readonly identity: DaemonIdentity }
  | { readonly kind: "stranger"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Makes sure that our daemon answers, starting it detached if nobody does. Returns within a minute or so. Any number of
 * calls at once end with one daemon.
 */
export async function ensureDaemon(
  install: Install,
  launch: Launch,
  limitMs = START_MS_MAX,
): Promise<EnsureResult> {
  const deadlineMs = monotonicMs() + limitMs;
  let child: Child | undefined;
  let wasManagerAsked = false;
  for (;;) {
    const probe = await probeCarefully(install);
    if (probe.kind === "ours" && probe.identity.state !== "starting") {
      // WHY: a child that lost against another daemon must not live on and take over when that one is stopped.
      if (child !== undefined && child.pid !== probe.identity.pid) await child.end();
      return { kind: child === undefined ? "running" : "started", identity: probe.identity };
    }
    const holder = lockHolder(install.directories.lockFile);
    if (probe.kind === "stranger") {
      return { kind: "stranger", message: strangerFailure(install, probe.how).message };
    }
    if (probe.kind === "silent" && holder === undefined) {
      return { kind: "stranger", message: strangerFailure(install, "it answers nothing").message };
    }
    if (probe.kind === "nobody" && child === undefined && holder === undefined) {
      const isManaged = !wasManagerAsked && (await launch.byManager?.()) === true;
      wasManagerAsked = true;
      if (!isManaged) child = startChild(install, launch);
    }
    const exitCode = child?.exitCode();
    if (child !== undefined && exitCode !== undefined && exitCode !== 0) {
      const kind = exitCode === STRANGER_EXIT_CODE ? "stranger" : "failed";
      return { kind, message: child.lastLine() };
    }
    // It ended well because another daemon ran; if that one has gone meanwhile, the next round starts anew.
    if (exitCode === 0) child = undefined;
    if (monotonicMs() > deadlineMs) return { kind: "failed", message: lateMessage(install) };
    await sleep(POLL_MS);
  }
}

export type StopResult =
  | { readonly kind: "stopped"; readonly pid: number }
  | { readonly kind: "not-running" }
  | { readonly kind: "stuck"; readonly pid: number };

/**
 * Asks the daemon to end and waits until it has. The process is the one that proved itself over TLS, or when it does not
 * answer the living one that the lock names; a process id alone is never trusted.
 */
export async function stopDaemon(install: Install): Promise<StopResult> {
  const { lockFile } = install.directories;
  const holder = lockHolder(lockFile);
  if (holder === undefined) return { kind: "not-running" };
  const probe = await probeDaemon(install);
  if (probe.kind === "ours" && probe.identity.pid !== holder.pid) {
    return { kind: "stuck", pid: probe.identity.pid };
  }
  if (!askToEnd(holder.pid)) return { kind: "not-running" };
  const deadlineMs = monotonicMs() + STOP_MS_MAX;
  while (monotonicMs() < deadlineMs) {
    if (!isAlive(holder) || lockHolder(lockFile)?.nonce !== holder.nonce) {
      return { kind: "stopped", pid: holder.pid };
    }
    await sleep(POLL_MS);
  }
  return { kind: "stuck", pid: holder.pid };
}

/** The daemon as it is right now, for people and programs. */
export type DaemonStatus = {
  readonly state: "running" | "starting" | "refusing" | "stopped" | "silent" | "stranger" | "none";
  readonly dataDirectory: string;
  readonly port: number | undefined;
  /** While it is silent: of the process of ours that lives, if one does. */
  readonly pid: number | undefined;
  readonly version: string | undefined;
  readonly startedMs: number | undefined;
  /** Connections that it refused because somebody had more than a share. */
  readonly refused: number | undefined;
  /** Who the stranger is and how it was recognised. */
  readonly problem: string | undefined;
};

/** Describes the daemon without changing anything; `none` means that nothing is installed in this data directory. */
export async function daemonStatus(directories: Directories): Promise<DaemonStatus> {
  const blank = {
    dataDirectory: directories.root,
    port: undefined,
    pid: undefined,
    version: undefined,
    startedMs: undefined,
    refused: undefined,
    problem: undefined,
  };
  const install = readInstall(directories);
  if (install === undefined) return { ...blank, state: "none" };
  const placed = { ...blank, port: install.port };
  const { probe, busyPid } = await probePatiently(install);
  switch (probe.kind) {
    case "ours": {
      const { state, pid, version, startedMs, refused } = probe.identity;
      const told = { ...placed, pid, version, startedMs, refused };
      return { ...told, state: state === "ready" ? "running" : state };
    }
    case "nobody":
      return { ...placed, state: "stopped" };
    case "silent":
      return { ...placed, state: "silent", pid: busyPid };
    case "stranger":
      return { ...placed, state: "stranger", problem: strangerFailure(install, probe.how).message };
    default:
      return probe satisfies never;
  }
}

/** Who is on the port, asked again while a process of ours lives and says nothing: on a busy machine it answers late. */
async function probePatiently(
  install: Install,
): Promise<{ readonly probe: Probe; readonly busyPid: number | undefined }> {
  let probe = await probeCarefully(install);
  const holder = () => lockHolder(install.directories.lockFile);
  const isBusy = (): boolean => probe.kind === "silent" && holder() !== undefined;
  for (let again = 0; again < BUSY_PROBES && isBusy(); again += 1)
    probe = await probeCarefully(install);
  return { probe, busyPid: isBusy() ? holder()?.pid : undefined };
}

/** `exitCode` is undefined while it runs and -1 when it could not be started or was killed. */
type Child = {
  readonly pid: number | undefined;
  exitCode(): number | undefined;
  lastLine(): string;
  end(): Promise<void>;
};

function startChild(install: Install, launch: Launch): Child {
  const { root, outputFile } = install.directories;
  const output = openSync(outputFile, openFlags.rewrite, 0o600);
  try {
    const child = spawn(
      launch.node ?? process.execPath,
      [...DAEMON_FLAGS, ...launch.nodeArguments],
      {
        cwd: root,
        detached: true,
        env: daemonEnvironment(launch.environment ?? process.env, root),
        stdio: ["ignore", output, output],
      },
    );
    return watchChild(child, outputFile);
  } finally {
    closeSync(output);
  }
}

function watchChild(child: ChildProcess, outputFile: string): Child {
  let exitCode: number | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => {
      exitCode = -1;
      resolve();
    });
    child.once("exit", (code) => {
      exitCode = code ?? -1;
      resolve();
    });
  });
  child.unref();
  return {
    pid: child.pid,
    exitCode: () => exitCode,
    lastLine: () => lastLineOf(outputFile) ?? "the daemon ended at once without a word",
    async end() {
      if (exitCode === undefined) child.kill("SIGTERM");
      await within(ended, LOSER_MS_MAX, () => child.kill("SIGKILL"));
    },
  };
}

function lastLineOf(path: string): string | undefined {
  try {
    const lines = readFileSync(path, "utf8").trim().split("\n");
    // After an uncaught error the last line is only node's version.
    const line = (lines.find((text) => /^\w*Error\b/.test(text)) ?? lines.at(-1))
      ?.replace(/[^\x20-\x7e]/g, "?")
      .slice(0, 500);
    return line === "" ? undefined : line;
  } catch {
    return undefined;
  }
}

function lateMessage(install: Install): string {
  return `the daemon does not answer on 127.0.0.1:${install.port}; see \`${install.directories.outputFile}\``;
}
