// What of the client's own settings stops the calls that it answers before any hook is asked (measured: docs/reference/tools-and-doors.md).

/** A class of paths that the policy names, and the form of the client's rule that keeps unheard answers from speaking of them. */
export type DoorRule = {
  readonly of: "refused-to-read" | "asked-to-read" | "refused-to-write";
  readonly list: "deny" | "ask";
  readonly rule: (pattern: string) => string;
  readonly why: string;
};

/**
 * Nothing beyond these is needed. Patterns are the client's: `//**` + `/.env` for a name anywhere, `//abs/path` for one place.
 * Not among them: `disableWorkflows` and `permissions.blockReadsOutsideWorkingDirectories`, which close `Workflow` too and take
 * away ordinary work (every workflow; every read of a header, a log or a temporary file), and `Workflow(...)` with a path, which
 * the client ignores.
 */
export const DOOR_RULES: readonly DoorRule[] = [
  {
    of: "refused-to-read",
    list: "deny",
    rule: (pattern) => `Read(${pattern})`,
    why: "`Edit` with a right and a wrong guess and `Workflow` with the file as its script are answered alike, links and /proc included",
  },
  {
    of: "asked-to-read",
    list: "ask",
    rule: (pattern) => `Read(${pattern})`,
    why: "`Edit`, `Write` and `Workflow` answer that the file has to be read first, and reading it asks",
  },
  {
    of: "refused-to-write",
    list: "deny",
    rule: (pattern) => `Edit(${pattern})`,
    why: "`Edit` and `Write` are refused before the file is looked into; reading it stays as it was",
  },
];
