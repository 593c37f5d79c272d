// Projects that no profile can hold: whoever may change all of them may change what runs outside.
import { isWithin } from "#base/path.ts";

/** Directories of the system: no project of a person lies in them. */
const SYSTEM = [
  "/etc",
  "/proc",
  "/sys",
  "/dev",
  "/run",
  "/boot",
  "/bin",
  "/sbin",
  "/lib",
  "/lib64",
];
/** Directories that hold what belongs to many. */
const SHARED = [
  "/usr",
  "/usr/local",
  "/var",
  "/var/tmp",
  "/var/lib",
  "/tmp",
  "/home",
  "/opt",
  "/srv",
];

/** Why calls in a project cannot be held; undefined where they can. Paths are absolute and real. */
export function noHold(
  projectRoot: string,
  around: { readonly home: string; readonly configDirectory: string; readonly data: string },
): string | undefined {
  const { home, configDirectory, data } = around;
  if (projectRoot === "/") return "the project is the whole machine";
  if (isWithin(projectRoot, home)) return "the project holds your home, with all that starts in it";
  for (const place of [configDirectory, data])
    if (isWithin(place, projectRoot) || isWithin(projectRoot, place))
      return "the project holds settings of the client, or lies in them";
  if (SYSTEM.some((place) => isWithin(place, projectRoot)) || SHARED.includes(projectRoot))
    return "the project is a directory of the system";
  return undefined;
}
