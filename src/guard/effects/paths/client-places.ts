// Places of the client and of sallyport: settings, mods, policies and the snapshots of shells.
import type { MeaningfulPlace } from "./meaningful-place.ts";

/** Places that control the session itself. */
export const CLIENT_PLACES: readonly MeaningfulPlace[] = [
  {
    kind: "tamper",
    means: "client-settings",
    globs: [
      "/**/.claude/settings.json",
      "/**/.claude/settings.local.json",
      "/**/.claude/hooks/**",
      "/**/.claude/sallyport-hook.sh",
      "/**/.claude/plugins/**",
      "~/.claude.json",
      "/etc/claude-code/**",
      "~/Library/Preferences/com.anthropic.claudecode.plist",
      "/Library/Preferences/com.anthropic.claudecode.plist",
      "/Library/Managed Preferences/**/com.anthropic.claudecode.plist",
      "/Library/Application Support/ClaudeCode/**",
    ],
  },
  // Code that the client loads into itself: a skill with a manifest of a plugin, its hooks, and mods that the client wrote.
  {
    kind: "tamper",
    means: "client-mods",
    globs: [
      "/**/.claude/skills/*/.claude-plugin/**",
      "/**/.claude/skills/*/hooks/**",
      "/**/.claude/dev-mods/**",
    ],
    unlessDeleted: true,
  },
  // The policies of the machine and of a repository.
  {
    kind: "tamper",
    means: "sallyport",
    globs: [
      "/**/.sallyport/policy.yaml",
      "/etc/sallyport/policy*",
      "/Library/Application Support/sallyport/policy*",
    ],
  },
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: [
      "~/.claude/shell-snapshots/**",
      "~/.claude/session-env/**",
      // Wherever the client keeps its files.
      "/**/shell-snapshots/snapshot-*-*.sh",
      "/**/session-env/*/*.sh",
    ],
  },
  // Where the client looks after a command which directory it ended in. Each call makes up its name.
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: ["/tmp/claude-*-cwd"],
    madeUp: true,
  },
];
