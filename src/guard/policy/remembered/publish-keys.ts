// Keys of pushes and requests: the repository that gets something, with the branches or for whichever is at hand.
import { compileGlob } from "#base/glob.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import { parseDestination } from "../../effects/network/destination.ts";
import { pushAddresses } from "../../effects/git/subcommands/push.ts";
import { literal } from "../../shell/values/text.ts";
import { type KeySources, repositoryOf, keyText, classesOf } from "./key-sources.ts";

/**
 * The repository that gets something, as its address. WHY the same for a request at its forge: what it asks others to take is
 * the branch that was pushed there. What a registry or a release page has got cannot be taken back.
 */
export function publishedAt(
  { channel, destination, refs }: Effect & { kind: "publish" },
  { call, reader }: KeySources,
): string | undefined {
  if (channel === "git") return destination;
  if (channel !== "release" || refs === undefined || call === undefined) return undefined;
  const repository = repositoryOf(call, reader);
  const [url, ...others] = repository === undefined ? [] : pushAddresses(repository);
  const isThere = url !== undefined && others.length === 0 && hostOf(url) === destination;
  return isThere ? url : undefined;
}

/** The host of an address as git takes it. */
function hostOf(url: string): string | undefined {
  return parseDestination(literal(url), "ssh").host;
}

/** Branches that others build on, whatever a policy names. */
const SHARED_BRANCH =
  /^(?:main|master|trunk|dev|develop|stable|staging|prod|production|gh-pages)$|^releases?\//;

/**
 * The lasting form of a yes to a push or a request: for whichever branch is at hand, as long as no rule speaks of it by name.
 * Branches come and go in a day.
 */
export function anyBranch(
  effect: Effect & { kind: "publish" },
  sources: KeySources,
): { readonly key: string; readonly what: string } | undefined {
  const { call, reader, policy, findings } = sources;
  const [ref, ...others] = effect.refs ?? [];
  if (call === undefined || ref === undefined || others.length > 0) return undefined;
  const place = publishedAt(effect, sources);
  const branch = repositoryOf(call, reader)?.branch;
  const isNamed = policy.rules.some(({ when }) =>
    when.refs?.some((glob) => compileGlob(glob)(ref)),
  );
  if (place === undefined || ref !== branch || SHARED_BRANCH.test(ref) || isNamed) return undefined;
  return {
    key: keyText("publish-branch", place, classesOf(findings)),
    what: `publishes the branch at hand to \`${place}\`, other than branches such as \`main\` and those that the policy names`,
  };
}
