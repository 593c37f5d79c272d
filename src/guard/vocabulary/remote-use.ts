// What a call does with a repository of another machine: which one it reaches, and what it may change there.

/** What happens to one reference. `force`: it is moved to a commit that does not descend from where it was. */
export type RefChange = "create" | "update" | "force" | "delete";

/** References that may change. `name`: a whole one (`refs/heads/main`), or all whose names begin so, ending with a star. */
export type RefUpdate = { readonly name: string; readonly changes: readonly RefChange[] };

/** What may be pushed: these references, with no options for the server but these. */
export type JudgedPush = {
  readonly updates: readonly RefUpdate[];
  readonly options: readonly string[];
};

/** A remote that is reached over ssh or http, by its address as settings leave it. Without `push` it is only asked. */
export type RemoteUse = { readonly url: string; readonly push?: JudgedPush };
