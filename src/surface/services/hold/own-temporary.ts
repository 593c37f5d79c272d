// The person's own place for temporary files: where a session has its own at the same path.
import { cleanPath, isWithin } from "#base/path.ts";
import { userId } from "#platform/user.ts";
import type { Looks } from "./looks.ts";
import { NOT_THERE } from "./places/outside-places.ts";

/** Places that are seen as they are. */
export type Apart = {
  readonly projectRoot: string;
  readonly home: string;
  readonly data: string;
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
  if (status?.isDirectory() !== true || status.uid !== userId()) return undefined;
  const around = [...Object.values(apart), ...NOT_THERE, "/tmp", "/var/tmp"].map(looks.real);
  const isApart = [...around, looks.real(home)].some((one) => isWithin(path, one));
  return isApart || around.some((one) => isWithin(one, path)) ? undefined : path;
}
