// Variables of contained commands alone: where package managers keep what they bring, and that they trust the gateway's authority.
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import {
  CACHES,
  CONTAINED_CACHES,
  type ContainedCache,
  PROXIED,
  TRUSTING,
} from "#base/contained-caches.ts";
import { parentPath } from "#base/path.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { addSessionLines } from "../sessions/session-lines.ts";
import { gatewayPlaces } from "./gateway-places.ts";

/** Where a session runs. All absolute, `root` and `home` without symlinks. */
export type VariablePlaces = {
  readonly root: string;
  readonly home: string;
  readonly data: string;
};

/**
 * The lines for the shell. WHY a test of the home: it can be written everywhere but in the sandbox, so that a command which a
 * person lets run outside takes nothing from caches that contained code filled. WHY no failing line: the client's own follow.
 */
export function containedVariables({ root, home, data }: VariablePlaces): string {
  const caches = join(root, CONTAINED_CACHES);
  const [folder, contained] = [parentPath(caches), caches].map((path) => singleQuoted(path));
  const ignored = singleQuoted(join(caches, "..", ".gitignore"));
  const trust = singleQuoted(gatewayPlaces(data).trustFile);
  return [
    `if [ ! -w ${singleQuoted(home)} ] && [ -w ${singleQuoted(root)} ]; then`,
    ...TRUSTING.map((name) => `export ${name}=${trust}`),
    ...PROXIED.map(([name, from]) => `if [ "\${${from}-}" ]; then export ${name}="$${from}"; fi`),
    ...CACHES.map((cache) => cacheLine(cache, { root, home, caches })),
    // Git leaves out what package managers made there. A link was made by somebody else, and leads elsewhere.
    `if [ -d ${contained} ] && [ ! -L ${folder} ] && [ ! -e ${ignored} ] && [ ! -L ${ignored} ]; then`,
    `{ echo '*' >|${ignored}; } 2>/dev/null`,
    "fi",
    "fi",
    "true",
    "",
  ].join("\n");
}

function cacheLine(
  { variable, folder, withFile, withoutFile, unlessHome }: ContainedCache,
  at: Pick<VariablePlaces, "root" | "home"> & { readonly caches: string },
): string {
  const is = (path: string): string => `[ -e ${singleQuoted(path)} ]`;
  const conditions = [
    ...(withFile === undefined ? [] : [is(join(at.root, withFile))]),
    ...(withoutFile === undefined ? [] : [`! ${is(join(at.root, withoutFile))}`]),
    ...(unlessHome === undefined ? [] : [`! ${is(join(at.home, unlessHome))}`]),
  ];
  const line = `export ${variable}=${singleQuoted(join(at.caches, folder))}`;
  return conditions.length === 0 ? line : `if ${conditions.join(" && ")}; then ${line}; fi`;
}

/** Hands the lines to the client. False where that was not possible. Never throws. */
export function tellContainedVariables(
  file: string | undefined,
  configDirectory: string,
  places: VariablePlaces,
): boolean {
  try {
    // WHY: by a home that cannot be written out here either, as in a container, the lines could not tell the sandbox.
    accessSync(places.home, constants.W_OK);
  } catch {
    return false;
  }
  return addSessionLines(file, configDirectory, containedVariables(places));
}
