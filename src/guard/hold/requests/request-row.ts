// What an interface of a host does when it is asked, by method and path: one row for each request that changes something.

/** Interfaces of which there is a table. `git`: smart HTTP, which forges answer beside their own interface. */
export type Api = "github" | "gitlab" | "npm" | "registry" | "git";

/** `read` changes nothing that others see, `publish` shows something to others, `delete` takes something away, `write` is any other change. */
export type RequestKind = "read" | "write" | "publish" | "delete";

/**
 * One request. Of `path` a `*` is one segment and `**` at least one; `mutation` in its place is a field of GraphQL. `verbs`: the words of
 * programs of which it is a part (`pr create`), with an option that has to be there (`pr merge --delete-branch`); none for what nobody asks so.
 */
export type RequestRow = {
  readonly method: string;
  readonly path: string;
  readonly kind: RequestKind;
  readonly verbs: readonly string[];
};

/** Rows of one page of an interface's own documentation. */
export type RequestTable = {
  readonly api: Api;
  /** Where it is written what the requests do. */
  readonly source: string;
  readonly rows: readonly RequestRow[];
};

type Written = readonly [request: string, kind: RequestKind, ...verbs: readonly string[]];

/** Rows as they are written: `POST /gists`, or `mutation createIssue`. */
export function table(api: Api, source: string, rows: readonly Written[]): RequestTable {
  return {
    api,
    source,
    rows: rows.map(([request, kind, ...verbs]) => {
      const [method = "", path = ""] = request.split(" ");
      return { method, path, kind, verbs };
    }),
  };
}
