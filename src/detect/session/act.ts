// What a session does and is told, one step at a time: all that the action graph needs, from the record or from a running session.

/** Who may have written what a session takes in, least trusted last. `machine`: a place outside of the project that nobody named. */
export const TRUSTS = [
  "user",
  "repository",
  "instructions",
  "account",
  "machine",
  "credential",
  "package",
  "mcp",
  "web",
] as const;
export type Trust = (typeof TRUSTS)[number];

/** The kinds of places that data comes from and goes to. */
export const PLACE_KINDS = ["file", "host", "server", "remote", "package"] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];

/**
 * Names as the readable record has them: paths from the project's root, hosts in lower case, remotes as they are called.
 * `known`: the person configured it, as the remote of the repository or as a service that they are signed in to.
 */
export type Place = {
  readonly kind: PlaceKind;
  readonly name: string;
  readonly known?: "remote" | "account";
};

/** What a call may do beside taking and giving data, by the kinds of its effects. `instruct`: it writes what agents obey later. */
export type Deed =
  | "runs-code"
  | "publish"
  | "history"
  | "deploy"
  | "install"
  | "persist"
  | "tamper"
  | "instruct"
  | "privilege";

/** Where an act stands in the record, and which agent's it is: empty for the session's own. */
type Placed = { readonly index: number; readonly agent: string };

/** A call as it was judged. */
export type CallAct = Placed & {
  readonly kind: "call";
  readonly call: string;
  readonly tool: string;
  /** What the call said, without secrets; undefined where it is not known. */
  readonly said: string | undefined;
  readonly verdict: "allow" | "ask" | "deny";
  readonly takes: readonly Place[];
  /** Files that it changes, and places that it sends more to than a question for a page. */
  readonly gives: readonly Place[];
  /** It takes or sends what a rule calls a secret. */
  readonly touchesSecret: boolean;
  readonly does: readonly Deed[];
  /** It runs what it fetches itself. */
  readonly runsFetched: boolean;
  /** It changes where the repository is configured to be pushed to. */
  readonly movesRemote: boolean;
};

export type Act =
  | (Placed & {
      readonly kind: "prompt";
      readonly text: string | undefined;
      /** Its words may outlive the process; not unless given. */
      readonly isKept?: boolean;
    })
  | CallAct
  /** A call ended. `launched`: the agent that it started. */
  | (Placed & {
      readonly kind: "result";
      readonly call: string;
      readonly launched: string | undefined;
    });
