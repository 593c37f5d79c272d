// Where the client looks for managed settings on each operating system.

/** The operating systems that the client runs on. */
export const PLATFORMS = ["linux", "macos", "windows"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Directories in which the client looks for managed settings (X.12). */
export const MANAGED_DIRECTORY: Readonly<Record<Platform, string>> = {
  linux: "/etc/claude-code",
  macos: "/Library/Application Support/ClaudeCode",
  windows: "C:\\Program Files\\ClaudeCode",
};
