// Which references a push may change, and how, by its words and settings: whole names as a server knows them.
import type { GitFacts } from "../../../facts/facts.ts";
import type { RefChange, RefUpdate } from "../../../vocabulary/remote-use.ts";

/** A push as its words and settings have it. */
export type PushWords = {
  /** Refspecs; undefined for one that is not known. */
  readonly specs: readonly (string | undefined)[];
  readonly facts: GitFacts | undefined;
  /** Branches that git may be on. */
  readonly heads: readonly string[];
  readonly remote: string;
  readonly isForced: boolean;
  readonly isDelete: boolean;
  readonly isMirror: boolean;
  readonly isAll: boolean;
  readonly isPrune: boolean;
  readonly isTags: boolean;
  readonly followsTags: boolean;
};

/** Branches that git may be on when it pushes: that of the repository, and those that the call put it on before. */
export function headsOf(facts: GitFacts | undefined, taken: readonly string[]): readonly string[] {
  return [...new Set([...(facts?.branch === undefined ? [] : [facts.branch]), ...taken])];
}

const EVERY = "refs/*";
const BRANCHES = "refs/heads/*";
const TAGS = "refs/tags/*";

/**
 * The references. Of a name that git completes by itself both a branch and a tag. What is not known is every reference: the call
 * was judged as one that may change any.
 */
export function pushUpdates(push: PushWords): readonly RefUpdate[] {
  const { specs, facts, isForced, isMirror } = push;
  if (isMirror) return [{ name: EVERY, changes: ["create", "update", "force", "delete"] }];
  const moves: readonly RefChange[] = isForced
    ? ["create", "update", "force"]
    : ["create", "update"];
  const follows = push.followsTags || isOn(facts?.push.get("push.followtags"));
  return [
    ...(push.isAll ? [{ name: BRANCHES, changes: moves }] : []),
    ...(push.isTags ? [{ name: TAGS, changes: moves }] : []),
    ...(follows ? [{ name: TAGS, changes: ["create"] as const }] : []),
    ...(push.isPrune ? [{ name: EVERY, changes: ["delete"] as const }] : []),
    ...(specs.length > 0
      ? specs.flatMap((spec) => updatesOf(spec, push, moves))
      : push.isAll || push.isTags
        ? []
        : usualUpdates(push, moves)),
  ];
}

/** What a push without refspecs changes. */
function usualUpdates(push: PushWords, moves: readonly RefChange[]): readonly RefUpdate[] {
  const { facts, heads, remote } = push;
  const configured = facts?.push.get(`remote.${remote}.push`);
  if (configured !== undefined)
    return configured.split("\n").flatMap((spec) => updatesOf(spec, push, moves));
  const mode = facts?.push.get("push.default");
  if (mode === "nothing") return [];
  if (mode === "matching") return matching(moves);
  if (facts === undefined || heads.length === 0) return [{ name: EVERY, changes: moves }];
  const upstream = facts.upstream?.branch;
  const names = new Set([...heads, ...(upstream === undefined ? [] : [upstream])]);
  return [...names].map((name) => ({
    name: name.startsWith("refs/") ? name : `refs/heads/${name}`,
    changes: moves,
  }));
}

function updatesOf(
  spec: string | undefined,
  { heads, isDelete }: PushWords,
  moves: readonly RefChange[],
): readonly RefUpdate[] {
  if (spec === undefined) return [{ name: EVERY, changes: isDelete ? ["delete"] : moves }];
  // What begins so takes others out.
  if (spec.startsWith("^")) return [];
  const changes: readonly RefChange[] = spec.startsWith("+")
    ? ["create", "update", "force"]
    : moves;
  const plain = spec.replace(/^\+/, "");
  if (plain === ":") return matching(changes);
  const colon = plain.indexOf(":");
  const target = colon < 0 ? plain : plain.slice(colon + 1);
  if (isDelete || colon === 0) return named(target, ["delete"]);
  if (target === "HEAD" || target === "@")
    return heads.length === 0
      ? [{ name: EVERY, changes }]
      : heads.map((head) => ({ name: `refs/heads/${head}`, changes }));
  return named(target, changes);
}

/** Branches that both sides have. */
function matching(changes: readonly RefChange[]): readonly RefUpdate[] {
  return [{ name: BRANCHES, changes: changes.filter((change) => change !== "create") }];
}

function named(target: string, changes: readonly RefChange[]): readonly RefUpdate[] {
  const star = target.indexOf("*");
  const name = star < 0 ? target : `${target.slice(0, star)}*`;
  if (name.startsWith("refs/")) return [{ name, changes }];
  return [
    ...["refs/heads/", "refs/tags/", ...(/^(?:heads|tags)\//.test(name) ? ["refs/"] : [])].map(
      (place) => ({ name: `${place}${name}`, changes }),
    ),
  ];
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:|true|yes|on|[1-9]\d*)$/i.test(value);
}
