// The one table of places that a start of the client, of another agent, of git, of an editor or of the machine reads: every layer derives from it.
import { foldName } from "#base/fold-name.ts";
import { ACCOUNT_PLACES } from "./account-places.ts";
import { CLIENT_PLACES } from "./client-places.ts";
import type { MeaningfulPlace } from "./meaningful-place.ts";
import { PLAIN_PLACES, PROJECT_PLACES } from "./project-places.ts";
import { SERVICE_PLACES } from "./service-places.ts";
import { STARTUP_PLACES } from "./startup-places.ts";

/** Those whose change is more than a change, in the order in which their meanings are told. */
export const PLACES: readonly MeaningfulPlace[] = [
  ...CLIENT_PLACES,
  ...STARTUP_PLACES,
  ...SERVICE_PLACES,
  ...ACCOUNT_PLACES,
  ...PROJECT_PLACES,
];

/** Globs of places of any project that held calls are kept from, and that are looked for when they are over. */
export const KEPT_PLACES: readonly string[] = [...PLACES, ...PLAIN_PLACES]
  .filter(({ mounts }) => mounts === true)
  .flatMap(({ globs }) => globs);

/** Folders of start files in a project, by the first name of each place of one. */
const START_FOLDERS: ReadonlySet<string> = new Set(
  KEPT_PLACES.flatMap((glob) => /^\/\*\*\/([^/*]+)\/./.exec(glob)?.[1] ?? []).map(foldName),
);

/** Whether a start reads files of a folder by its name: a link of that name leads it to anything. Not of git's own. */
export function isStartFolder(name: string): boolean {
  return name !== ".git" && START_FOLDERS.has(foldName(name));
}

/** Globs of places that the client's rules name, by what a change of them amounts to. Those of projects begin with `<project>`. */
export function ruleGlobs(kind: MeaningfulPlace["kind"]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { kind: own, means, rules, globs } of PLACES) {
    const named = rules === true ? globs : "only" in rules ? rules.only : [];
    if (own !== kind || named.length === 0) continue;
    const inProject = named.map((glob) => (glob.startsWith("/**/") ? `<project>${glob}` : glob));
    found.set(means, [...(found.get(means) ?? []), ...inProject]);
  }
  return found;
}
