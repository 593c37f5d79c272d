// Doors that stand open in a guarded project still, each with what stands in the way: this list may only shrink.

export const STILL_OPEN: ReadonlySet<string> = new Set([
  // The client runs what a session's own agent brings before any hook of ours is asked; every call after that is refused.
  "agent-session-hooks",
  "agent-session-setting",
  "agent-session-servers",
  // Clients before 2.1.332 tell of no shell line, and files of plugins are not looked for when one is typed.
  "inline-plugin-skill",
]);
