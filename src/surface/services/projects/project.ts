// A guarded project as hooks and services know it, and how an event is assigned to one.
/** A guarded project: `id` is stable and names it in our own state; `root` is absolute with symlinks resolved. */
export type Project = {
  readonly id: string;
  readonly root: string;
  /** Id of the register entry that says how it is judged, where that is not its own. */
  readonly entry?: string;
  /** Where the session runs, when the client reads settings there as well as in `root`. */
  readonly directory?: string;
};

/** The part of an event that says where its session belongs. Paths are the client's. */
export type SessionPlace = {
  readonly sessionId: string;
  readonly cwd: string;
  readonly transcriptPath: string | undefined;
};

/**
 * Whose call an event is: the project that decides, which need not be the one whose hook was called. `isFirst` is false
 * when another hook of ours was called for the same event and records it; `event` names the event where that can be.
 */
export type Assignment = {
  readonly project: Project;
  readonly isFirst: boolean;
  readonly event?: string | undefined;
};
export type Assign = (submitter: Project, place: SessionPlace, payload: Uint8Array) => Assignment;

/** Finds the project whose hook token has this SHA-256, in a time that does not tell how near a guess was. */
export type FindProject = (tokenDigest: Uint8Array) => Project | undefined;

/** Whether a project is observed only: nothing is refused, asked about or replaced in it. Must not throw. */
export type Observes = (project: Project) => boolean;
