// Whether a lock file of npm says of the project and its packages what their manifests say, so that npm takes it as it is.
import { isObject, type JsonRecord } from "#base/json.ts";
import type { LockFacts } from "../../facts/facts.ts";
import type { ModelContext } from "../model/command-model.ts";
import { needsOf } from "./npm-needs.ts";

/** A folder by its name, or all in one: `packages/*`. Other patterns may mean more than is looked at here. */
const PLACE = /^(?:\.\/)?((?:[\w@+-][\w@.+-]*\/)*(?:\*|[\w@+-][\w@.+-]*))\/?$/;
const PLACES_MAX = 32;

/**
 * Whether the lock file holds all that is needed and agrees with the manifests of the project and of its packages, in this
 * order, and there are no other packages where the project looks for its own.
 */
export function agrees(
  { complete, workspaces }: LockFacts,
  manifests: readonly (JsonRecord | undefined)[],
  context: ModelContext,
): boolean {
  if (complete === undefined) return false;
  const folders = ["", ...workspaces];
  const isSame = folders.every((folder, at) => {
    const manifest = manifests[at];
    const said = Object.hasOwn(complete.needs, folder) ? complete.needs[folder] : undefined;
    return manifest !== undefined && said === needsOf(manifest, folder);
  });
  const [root] = manifests;
  // WHY: an override changes what each package needs, and the lock file does not say which there were.
  if (!isSame || root === undefined || root["overrides"] !== undefined) return false;
  return hasNoMore(root["workspaces"], workspaces, context);
}

/** Whether the packages that lie where the project says are exactly those that are locked. */
function hasNoMore(said: unknown, locked: readonly string[], context: ModelContext): boolean {
  if (said === undefined) return locked.length === 0;
  const patterns = isObject(said) ? said["packages"] : said;
  if (!Array.isArray(patterns) || patterns.length > PLACES_MAX) return false;
  const places = patterns.map((one) =>
    typeof one === "string" ? PLACE.exec(one)?.[1] : undefined,
  );
  if (!places.every((one) => one !== undefined)) return false;
  const found = places.map((place) => context.matches(`${place}/package.json`));
  if (!found.every((one) => one !== undefined)) return false;
  const folders = new Set(found.flat().map((path) => path.replace(/\/package\.json$/, "")));
  return folders.size === locked.length && locked.every((folder) => folders.has(folder));
}
