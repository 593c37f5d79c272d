// A step of taking back: a place as it is now, what it becomes, and what stands against that.
import type { State } from "./project-state.ts";

/** Why a place stays as it is. */
export type Obstacle =
  /** Somebody changed it after the call, or between calls. */
  | "changed-since"
  /** A later call changed it too. */
  | "changed-by-later-call"
  /** There is no copy of what it held. */
  | "no-copy"
  /** It is something that is not copied, such as a socket; or its directory is a link now. */
  | "no-file"
  /** It belongs to a repository of which something else stands otherwise since: all of that goes back together, or none. */
  | "repository-moved-on";

/** One place: what is there, and what it becomes. */
export type Step = {
  readonly path: string;
  readonly now: State;
  readonly to: State;
  readonly obstacle?: Obstacle;
  /** Why there is no copy. */
  readonly why?: string;
};
