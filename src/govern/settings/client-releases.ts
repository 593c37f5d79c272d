// How a version of the client stands to those that this program was proven with, and what is taken for granted of it.
import { isBefore } from "#base/version-order.ts";
import type { Catalogue, KnownRelease } from "./catalogue.ts";

/**
 * `proven`: every step of its proof passed. `newer` than all that are. `unproven`: older, or between two of them. `newest` is the newest
 * that is proven; empty where none is.
 */
export type ReleaseStanding = {
  readonly kind: "proven" | "newer" | "unproven";
  readonly newest: string;
};

/** Whether every step of a release's proof passed something and failed in nothing. */
export function isProvenRelease({ proof }: KnownRelease): boolean {
  return proof.length > 0 && proof.every(({ passed, failed }) => passed > 0 && failed === 0);
}

/** The versions that are proven, the oldest first. */
export function provenVersions({ releases }: Pick<Catalogue, "releases">): readonly string[] {
  return releases
    .filter(isProvenRelease)
    .map(({ version }) => version)
    .sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

/** How a version stands. */
export function releaseStanding(
  catalogue: Pick<Catalogue, "releases">,
  version: string,
): ReleaseStanding {
  const proven = provenVersions(catalogue);
  const newest = proven.at(-1) ?? "";
  if (proven.includes(version)) return { kind: "proven", newest };
  return { kind: newest === "" || isBefore(newest, version) ? "newer" : "unproven", newest };
}

/** What a person is told of it, in one line; `Claude Code 2.1.332` comes first. */
export function releaseLine({ kind, newest }: ReleaseStanding, version: string): string {
  const words = {
    proven: "proven with this program",
    newer: `newer than what this program was proven with (${newest || "none"}); names that it does not know are judged strictly`,
    unproven: `not proven with this program (the newest that is: ${newest}); names that it does not know are judged strictly`,
  } as const;
  return `Claude Code ${version}: ${words[kind]}`;
}

/**
 * Whether the client of this version is known to take nothing from a variable of this name that a repository's settings set. Of a
 * version that is not known, or not between the first and the last release that were read, nothing is known: the variable counts.
 */
export function isIgnoredFromRepository(
  { start_only, releases, client }: Pick<Catalogue, "start_only" | "releases" | "client">,
  name: string,
  version: string | undefined,
): boolean {
  const first = releases.map((one) => one.version).sort((a, b) => (isBefore(a, b) ? -1 : 1))[0];
  if (version === undefined || first === undefined) return false;
  if (isBefore(version, first) || isBefore(client, version)) return false;
  const upper = name.toUpperCase();
  return start_only.some(
    (one) =>
      (one.name.endsWith("*") ? upper.startsWith(one.name.slice(0, -1)) : upper === one.name) &&
      !(one.since !== undefined && isBefore(version, one.since)) &&
      !(one.until !== undefined && isBefore(one.until, version)),
  );
}
