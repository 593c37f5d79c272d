// What a session's start tells beside its environment: what is proven of the client's sandbox.
import { realpathSync } from "node:fs";
import { homeDirectory } from "#platform/user.ts";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import { pathIn, proveContainment } from "./session-proof.ts";

/** Where the start is told from: the client's project directory, our data directory, and a home other than the user's. */
export type StartPlaces = {
  readonly directory: string;
  readonly data: string;
  readonly home?: string;
};

/** The report with its proof at a session's start, as it is at any other event. Never rejects. */
export async function startReport(
  report: EnvironmentReport,
  payload: Uint8Array,
  { directory, data, home = homeDirectory() }: StartPlaces,
): Promise<EnvironmentReport> {
  const event = parseHookEvent(payload);
  if (event.kind !== "session-start") return report;
  const realHome = realPath(home);
  const places = { root: realPath(directory), home: realHome, data };
  const configDirectory = configDirectoryOf(event.transcriptPath) ?? `${realHome}/.claude`;
  const path = pathIn(report);
  return { ...report, containment: await proveContainment({ ...places, configDirectory, path }) };
}

/** The client's configuration directory, from where it keeps its transcripts: `<config>/projects/<name>/<id>.jsonl`. */
export function configDirectoryOf(transcriptPath: string | undefined): string | undefined {
  return /^(\/.+)\/projects\/[^/]+\/[^/]+\.jsonl$/.exec(transcriptPath ?? "")?.[1];
}

/** Resolves symlinks of an existing path; the path itself when that fails. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
