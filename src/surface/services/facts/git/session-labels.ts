// The labels of a session: those that people gave it, and those that the policy gives to where its repository lies or pushes to.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import type { SessionLabel } from "#guard/facts/facts.ts";
import type { LabelSource, Policy } from "#guard/policy/policy.ts";
import { mayBeRemote } from "#guard/policy/remotes.ts";
import { readGitFacts } from "./git-facts.ts";

/** Reads the remotes of a directory's repository: addresses, none outside of any, undefined where that cannot be told. */
export type ReadRemotes = (
  directory: string,
  home: string,
) => Promise<readonly string[] | undefined>;

/** Reads them from git's own files. */
export const remotesOf: ReadRemotes = async (directory, home) => {
  const facts = await readGitFacts(directory, home);
  if (facts === undefined) return undefined;
  // A remote of several addresses has one a line.
  return [...(facts.repository?.remotes.values() ?? [])].flatMap((urls) => urls.split("\n"));
};

/**
 * The labels of a session; undefined where they cannot be told. `given`: by people. `found`: what was found for an earlier
 * call of the session, which stays, so that no call can take it away by changing a remote.
 */
export async function sessionLabels(
  { sessionLabels: sources = [] }: Pick<Policy, "sessionLabels">,
  session: {
    readonly root: string;
    readonly home: string;
    readonly given: readonly string[] | undefined;
    readonly found: ReadonlySet<string>;
  },
  readRemotes: ReadRemotes = remotesOf,
): Promise<readonly SessionLabel[] | undefined> {
  const { root, home, given, found } = session;
  if (given === undefined) return undefined;
  const byRemote = sources.filter(({ remotes }) => remotes !== undefined);
  const urls = byRemote.length === 0 ? [] : await readRemotes(root, home);
  if (urls === undefined) return undefined;
  const lying = sources.filter((source) => liesThere(source, root, home));
  const names = (of: readonly LabelSource[]): readonly string[] => of.map(({ label }) => label);
  const isManaged = ({ layer }: LabelSource): boolean => layer === "managed";
  const pushing = byRemote.filter(({ remotes = [] }) =>
    urls.some((url) => mayBeRemote(url, remotes)),
  );
  const foundNow = [...names(lying.filter((one) => !isManaged(one))), ...names(pushing), ...found];
  const as = (from: SessionLabel["from"], all: readonly string[]): readonly SessionLabel[] =>
    [...new Set(all)].map((name) => ({ name, from }));
  return [
    ...as("managed", names(lying.filter(isManaged))),
    ...as("person", given),
    ...as("found", foundNow),
  ];
}

function liesThere({ paths = [] }: LabelSource, root: string, home: string): boolean {
  return paths.some((path) =>
    compileGlob(path.startsWith("~/") ? `${escapeGlob(home)}${path.slice(1)}` : path)(root),
  );
}
