// What a session's start tells beside its environment: what is proven of the client's sandbox.
import { realPath } from "../../foundation/files/path-status.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { homeDirectory } from "#platform/user.ts";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import { tellContainedVariables } from "../gateway/contained-variables.ts";
import { namedGatewayPort } from "./sandbox-status.ts";
import { pathIn, proveContainment } from "./session-proof.ts";
import { ensureGateway } from "./start-gateway.ts";

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
