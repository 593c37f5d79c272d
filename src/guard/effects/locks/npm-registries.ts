// Registries that settings of npm name, of everything or of a scope, as far as a reader outside could ask them.
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";

/** One of them: asked by https at its usual port. `base` is the path in front of each package's, without a slash at its end. */
export type NpmRegistry = {
  readonly scope: string | undefined;
  readonly host: string;
  readonly base: string;
};

const LINE = /^\s*(?:(@[\w.~-]+):)?registry\s*=\s*(.*?)\s*$/;
const ADDRESS = /^https:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::443)?((?:\/[\w.~-]+)*)\/?$/i;
const PUBLIC: readonly string[] = REGISTRY_HOSTS.npm;

/** Whether a host is one of the public registries of npm and yarn. */
export function isPublicNpm(host: string): boolean {
  return PUBLIC.includes(host);
}

/** Those that the text of an `.npmrc` names; undefined where it names one that could not be asked so. */
function npmRegistriesIn(text: string): readonly NpmRegistry[] | undefined {
  const found: NpmRegistry[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    const [, scope, value] = LINE.exec(line) ?? [];
    if (value === undefined) continue;
    const [, host, base = ""] = ADDRESS.exec(value) ?? [];
    if (host === undefined || value.includes("/..")) return undefined;
    found.push({ scope, host: host.toLowerCase(), base });
  }
  return found;
}

/**
 * The registries of a project: those of the person, and of the project those that lie on a host of the person's or on a public one. WHY
 * no others: what a repository names is nobody's word. Undefined where one of either is not among them.
 */
export function askedNpmRegistries(
  ofPerson: string,
  ofProject: string,
): readonly NpmRegistry[] | undefined {
  const own = npmRegistriesIn(ofPerson);
  const more = npmRegistriesIn(ofProject);
  if (own === undefined || more === undefined) return undefined;
  const isKnown = ({ host }: NpmRegistry): boolean =>
    isPublicNpm(host) || own.some((one) => one.host === host);
  // The project's come first: npm heeds those before the person's.
  return more.every(isKnown) ? [...more, ...own] : undefined;
}
