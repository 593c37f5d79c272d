// Places of the client and of sallyport: settings, mods, policies and the snapshots of shells.
import { EVERYWHERE, type MeaningfulPlace, OUTSIDE } from "./meaningful-place.ts";

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
    ],
    ...EVERYWHERE,
  },
  // The same of the person, and of the machine.
  {
    kind: "tamper",
    means: "client-settings",
    globs: [
      "~/.claude/settings.json",
      "~/.claude/settings.local.json",
      "~/.claude/hooks/**",
      "~/.claude/plugins/**",
      "~/.claude.json",
    ],
    ...OUTSIDE,
    rules: true,
  },
  {
    kind: "tamper",
    means: "client-settings",
    globs: [
      "/etc/claude-code/**",
      "~/Library/Preferences/com.anthropic.claudecode.plist",
      "/Library/Preferences/com.anthropic.claudecode.plist",
      "/Library/Managed Preferences/**/com.anthropic.claudecode.plist",
      "/Library/Application Support/ClaudeCode/**",
    ],
    ...OUTSIDE,
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
    ...EVERYWHERE,
  },
  // The policies of the machine and of a repository.
  {
    kind: "tamper",
    means: "sallyport",
    globs: ["/**/.sallyport/policy.yaml"],
    ...EVERYWHERE,
  },
  {
    kind: "tamper",
    means: "sallyport",
    globs: ["/etc/sallyport/policy*", "/Library/Application Support/sallyport/policy*"],
    ...OUTSIDE,
  },
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: ["~/.claude/shell-snapshots/**", "~/.claude/session-env/**"],
    ...OUTSIDE,
    rules: true,
  },
  // Wherever the client keeps its files.
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: ["/**/shell-snapshots/snapshot-*-*.sh", "/**/session-env/*/*.sh"],
    ...EVERYWHERE,
  },
  // Where the client looks after a command which directory it ended in. Each call makes up its name.
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: ["/tmp/claude-*-cwd"],
    madeUp: true,
    ...OUTSIDE,
  },
];
