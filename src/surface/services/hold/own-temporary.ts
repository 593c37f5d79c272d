// The person's own place for temporary files: where a session has its own at the same path.
import { cleanPath, isWithin } from "#base/path.ts";
import { userId } from "#platform/user.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import type { Looks } from "../../foundation/files/looks.ts";
import { NOT_THERE } from "./places/outside-places.ts";

/** A directory for such files by its name, or one of somebody's in it: a project's settings can name any in the variable. */
const NAMED = /\/\.?(?:te?mp|tmpdir|scratch)(?:\/[^/]+)?$/i;

/** What a session says of a variable: empty where it has none, undefined where that is not known. */
export function toldVariable(
  report: EnvironmentReport | undefined,
  wanted: "TMPDIR" | "PATH",
): string | undefined {
  const [value = "", ...others] =
    report?.variables.flatMap(([name, told]) => (name === wanted ? [told] : [])) ?? [];
  const isKnown = report !== undefined && !report.withheld.includes(wanted);
  return isKnown && others.length === 0 ? value : undefined;
}

/** Places that are seen as they are. */
export type Apart = {
  readonly projectRoot: string;
  readonly home: string;
  readonly data: string | undefined;
  readonly configDirectory: string;
};

/**
 * The directory that `TMPDIR` names, a real path, where a session's scratch directory can stand in its place; undefined where
 * it is none, or what is seen as it is lies in it or around it.
 */
export function ownTemporary(
  told: string | undefined,
  { home, ...apart }: Apart,
  looks: Looks,
): string | undefined {
  if (told?.startsWith("/") !== true) return undefined;
  const path = looks.real(cleanPath(told));
  const status = looks.status(path);
  if (!NAMED.test(path) || status?.isDirectory() !== true || status.uid !== userId())
    return undefined;
  const { projectRoot, data = projectRoot, configDirectory } = apart;
  const around = [projectRoot, data, configDirectory, ...NOT_THERE, "/tmp", "/var/tmp"].map(
    looks.real,
  );
  const isApart = [...around, looks.real(home)].some((one) => isWithin(path, one));
  return isApart || around.some((one) => isWithin(one, path)) ? undefined : path;
}
