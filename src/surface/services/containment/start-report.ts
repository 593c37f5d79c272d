// What a session's start tells beside its environment: what is proven of the client's sandbox.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { realPath } from "../../foundation/files/path-status.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { homeDirectory } from "#platform/user.ts";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { daemonEnvironment } from "../../foundation/process/detached-environment.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import { tellContainedVariables } from "../gateway/contained-variables.ts";
import { readRunningGateway } from "../gateway/gateway-state.ts";
import { namedGatewayPort } from "./sandbox-status.ts";
import { pathIn, proveContainment } from "./session-proof.ts";

/** Where the start is told from: the client's project directory, our data directory, and a home other than the user's. */
export type StartPlaces = {
  readonly directory: string;
  readonly data: string;
  readonly home?: string;
  /** The file that the client gives a session's start for what each Bash call begins with. */
  readonly shellFile?: string | undefined;
  /** Default: this machine's. */
  readonly managed?: string;
};

/** The report with its proof at a session's start, as it is at any other event. Never rejects. */
export async function startReport(
  report: EnvironmentReport,
  payload: Uint8Array,
  { directory, data, home = homeDirectory(), shellFile, managed }: StartPlaces,
): Promise<EnvironmentReport> {
  const event = parseHookEvent(payload);
  if (event.kind !== "session-start") return report;
  const realHome = realPath(home);
  const machine = managed === undefined ? {} : { managed };
  const places = { root: realPath(directory), home: realHome, data, ...machine };
  const configDirectory = configDirectoryOf(event.transcriptPath) ?? `${realHome}/.claude`;
  const path = pathIn(report);
  const port = namedGatewayPort(machine);
  if (port !== undefined) await ensureGateway(data, port);
  const containment = await proveContainment({ ...places, configDirectory, path });
  // WHY only then: what is not contained must take nothing from caches that contained code filled.
  if (port !== undefined && containment.kind === "proven")
    tellContainedVariables(shellFile, configDirectory, places);
  return { ...report, containment };
}

/** A session must not wait long for what may come up later as well. */
const START_MS_MAX = 2_000;
const POLL_MS = 25;

/**
 * Sees to it that a gateway runs, as far as that can be done in two seconds; whether it does then is for its state to say. WHY
 * by the shim: it starts the program in force, also from within the hook's own bundle. Never rejects.
 */
export async function ensureGateway(data: string, port: number): Promise<void> {
  if (readRunningGateway(data) !== undefined) return;
  const program = join(directoriesIn(data).bin, "sallyport");
  if (!existsSync(program)) return;
  const child = spawn(program, ["gateway", "run", "--port", String(port)], {
    cwd: data,
    detached: true,
    env: daemonEnvironment(process.env, data),
    stdio: "ignore",
  });
  child.on("error", () => undefined);
  child.unref();
  // WHY on where it ended at once: another session's start may have been first, and its gateway is about to listen.
  const untilMs = monotonicMs() + START_MS_MAX;
  while (readRunningGateway(data) === undefined && monotonicMs() < untilMs) await sleep(POLL_MS);
}
