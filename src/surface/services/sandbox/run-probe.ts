// A probe from inside of whatever isolation this process is in: every trial, bounded, and everything taken back.
import { statfsSync } from "node:fs";
import { join } from "node:path";
import { isSecretVariable } from "#base/secret-variables.ts";
import { isWithin } from "#base/path.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Expectation } from "#govern/sandbox/expectation.ts";
import { judgeTrials, type ProbeReport, type Trial } from "#govern/sandbox/probe-report.ts";
import { standInPoints } from "#platform/own-rights.ts";
import { accountHome, homeDirectory } from "#platform/user.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { FileTrials } from "./file-trials.ts";
import { networkTrials, reach, reachSocket } from "./network-trials.ts";
import { probedPlaces, type ProbedPlaces } from "./probed-places.ts";
import {
  gainTrials,
  isScratch,
  machineTrials,
  ownRightsTrials,
  processTrials,
} from "./rights-trials.ts";

/** What is probed, and against what. */
export type ProbeAsked = {
  /** Absolute and real. */
  readonly project: string;
  readonly directories: Directories;
  readonly policy: Policy;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly expectation: Expectation;
  /** Where the expectation comes from, in words. */
  readonly expectedBy: string;
  readonly nowMs: number;
};

/** Tries everything. It takes as long as its slowest connections, some seconds, plus a look at the project's folders. */
export async function runProbe(asked: ProbeAsked): Promise<ProbeReport> {
  const { project, environment, expectation, expectedBy } = asked;
  const homes = [...new Set([homeDirectory(), accountHome() ?? homeDirectory()])];
  const stands = standInPoints();
  const files = new FileTrials(
    (path) => shown(path, project, homes[0] ?? "/"),
    (path) => stands.has(path),
  );
  const places = probedPlaces({ ...asked, homes });
  const [home = "/"] = homes;
  const meant = [
    project,
    ...expectation.writable.map((path) => inHome(path, home)),
    ...expectation.memory.map((path) => inHome(path, home)).filter(isInMemory),
  ];
  // WHY before what waits: a process that this one starts is none of the others.
  const still = [
    ...fileTrials(files, places, meant),
    ...variableTrials(environment, expectation.variables),
    ...ownRightsTrials(),
    ...processTrials(files),
    ...machineTrials(files, meant),
    ...namedFileTrials(files, expectation, home),
  ];
  const waited = await Promise.all([
    networkTrials(environment),
    gainTrials(),
    Promise.all(places.sockets.map((path) => reachSocket("sockets", path))),
    Promise.all(expectation.sockets.map((path) => reachSocket("named", inHome(path, home), path))),
    Promise.all(
      expectation.connect.map((address) => {
        const [, host = "", port = "0"] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
        return reach("named", host, Number(port));
      }),
    ),
  ]);
  return judgeTrials([...still, ...waited.flat()], expectation, {
    expectedBy,
    leftBehind: files.leftBehind,
  });
}

function fileTrials(
  files: FileTrials,
  places: ProbedPlaces,
  meant: readonly string[],
): readonly Trial[] {
  const isMeant = (path: string) => meant.some((one) => isWithin(one, path));
  return [
    ...places.secrets.flatMap((path) => files.read("secrets", path)),
    ...places.startFiles.map((path) => files.append("start-files", path)),
    ...places.startFolders
      .filter((path) => !isMeant(path))
      .map((path) => files.make("start-files", path)),
    ...places.folders
      .filter((path) => !isMeant(path) && !isScratch(path))
      .map((path) => files.make("writes", path)),
    ...places.controlFiles.map((path) => files.append("control", path)),
    ...places.controlFolders.map((path) => files.make("control", path)),
    ...places.guardRead.flatMap((path) => files.read("guard", path)),
    ...places.guardFolders.map((path) => files.make("guard", path)),
  ];
}

function namedFileTrials(
  files: FileTrials,
  { read, write }: Expectation,
  home: string,
): readonly Trial[] {
  return [
    ...read.flatMap((path) => files.read("named", inHome(path, home))),
    ...write.flatMap((path) => {
      const appended = files.append("named", inHome(path, home));
      return [appended.errno === "EISDIR" ? files.make("named", inHome(path, home)) : appended];
    }),
  ];
}

/** Names of variables that hold secrets: one trial each. Values are not looked at beyond whether there is one. */
function variableTrials(
  environment: Readonly<Record<string, string | undefined>>,
  meant: readonly string[],
): readonly Trial[] {
  const held = Object.keys(environment).filter(
    (name) => isSecretVariable(name) && environment[name] !== "" && !meant.includes(name),
  );
  return held.length === 0
    ? [{ area: "variables", act: "look", target: "variables", outcome: "absent" }]
    : held
        .slice(0, 64)
        .map((name) => ({ area: "variables", act: "look", target: name, outcome: "reachable" }));
}

/** The number of tmpfs, by statfs(2). */
const TMPFS = 0x01021994;

function isInMemory(path: string): boolean {
  try {
    return statfsSync(path).type === TMPFS;
  } catch {
    return false;
  }
}

function inHome(path: string, home: string): string {
  return path === "~" ? home : path.startsWith("~/") ? join(home, path.slice(2)) : path;
}

function shown(path: string, project: string, home: string): string {
  if (path !== project && isWithin(project, path)) return `<project>${path.slice(project.length)}`;
  return home !== "/" && isWithin(home, path) ? `~${path.slice(home.length)}` : path;
}
