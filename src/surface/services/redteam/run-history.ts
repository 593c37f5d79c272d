// What runs of the red team found, and cases that were taken over from incidents: private files of the data directory.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { parseCase, type RedTeamCase } from "#assure/incident/red-team-case.ts";
import { type Context, type Run, runSchema } from "#assure/redteam/standing.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  errorCode,
  readPrivateFile,
  writePrivateFile,
} from "../../foundation/files/private-file.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";

const RUNS_MAX = 500;
const CASES_MAX = 256;
const FILE_BYTES_MAX = 256 * 1024;
const runsSchema = v.strictObject({ version: v.literal(1), runs: v.array(runSchema) });

type Place = Pick<Directories, "redTeam">;
const runsFile = ({ redTeam }: Place): string => join(redTeam, "runs.json");
const casesFolder = ({ redTeam }: Place): string => join(redTeam, "cases");

/** The runs, the oldest first. Throws a Failure `red-team-runs` when the file is not one of ours. */
export function readRuns(place: Place): readonly Run[] {
  const text = readPrivateFile(runsFile(place), { secret: false });
  if (text === undefined) return [];
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), runsSchema), text);
  if (read.success) return read.output.runs;
  throw new Failure(
    "red-team-runs",
    `\`${runsFile(place)}\` cannot be read: move it away, and the next run begins anew`,
  );
}

/** Keeps a run; of more than 500 the oldest go. */
export function keepRun(place: Place, run: Run): void {
  const runs = [...readRuns(place), run].slice(-RUNS_MAX);
  mkdirSync(place.redTeam, { recursive: true, mode: 0o700 });
  writePrivateFile(runsFile(place), `${JSON.stringify({ version: 1, runs })}\n`);
}

/** The cases that were taken over, in the order of their ids. Throws the Failure of one that cannot be read. */
export function readCases(place: Place): readonly RedTeamCase[] {
  let names: readonly string[];
  try {
    names = readdirSync(casesFolder(place));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .slice(0, CASES_MAX)
    .map((name) => {
      const file = join(casesFolder(place), name);
      return parseCase(readPrivateFile(file, { secret: false }) ?? "", file);
    });
}

/** Takes a case over. Throws a Failure where there is one of its id with other words, or no room. */
export function keepCase(place: Place, one: RedTeamCase, text: string): "kept" | "known" {
  const file = join(casesFolder(place), `${one.id}.yaml`);
  const before = readPrivateFile(file, { secret: false });
  if (before === text) return "known";
  if (before !== undefined)
    throw new Failure(
      "red-team-case",
      `there is another case \`${one.id}\`: remove \`${file}\` first`,
    );
  if (readCases(place).length >= CASES_MAX)
    throw new Failure("red-team-case", `there are ${CASES_MAX} cases already: remove some first`);
  mkdirSync(casesFolder(place), { recursive: true, mode: 0o700 });
  writePrivateFile(file, text);
  return "kept";
}

/** Digests of files of a project that decide what an agent may do there. */
export function projectDigests(root: string): Pick<Context, "servers" | "settings" | "pipelines"> {
  const workflows = join(root, ".github", "workflows");
  return {
    servers: digestOf([join(root, ".mcp.json")]),
    settings: digestOf([
      join(root, ".claude", "settings.json"),
      join(root, ".claude", "settings.local.json"),
    ]),
    pipelines: digestOf([
      ...namesIn(workflows).map((name) => join(workflows, name)),
      join(root, ".gitlab-ci.yml"),
    ]),
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort().slice(0, CASES_MAX);
  } catch {
    return [];
  }
}

/** A short digest of the content of files; one that is missing or cannot be read counts as such. */
export function digestOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const read = readRegularFileNow(file, FILE_BYTES_MAX);
    hash.update(`${read === undefined ? "none" : read.complete ? "whole" : "part"}\n`);
    if (read !== undefined) hash.update(read.bytes);
  }
  return hash.digest("hex").slice(0, 16);
}
