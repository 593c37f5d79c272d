// Doors that stand open in a guarded project still, each with what stands in the way: this list may only shrink.

export const STILL_OPEN: ReadonlySet<string> = new Set([
  // Of an agent that a person types (`--agent`) the client runs what comes at the start before any hook of ours is asked, and heeds no
  // setting of project or person against it; managed settings close it. Every prompt after that is refused, and `init`, `status` and
  // `audit` name such agents before.
  "agent-session-hooks",
  "agent-session-servers",
]);
