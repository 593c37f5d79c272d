// The plain spellings of an effect that a rule of the client can hold: a first line of defence, never the whole of it.
import type { Condition } from "#guard/policy/policy.ts";

/** What stands in the brackets of a `Bash(...)` rule, and a command that it matches. */
export type CommandForm = { readonly rule: string; readonly witness: string };

type Spelled = {
  readonly effect: Condition["effects"][number];
  /** Undefined: whatever the operation. */
  readonly operation?: string;
  readonly forms: readonly CommandForm[];
};

/**
 * INVARIANT: by the guard each witness has the effect beside which it stands; test/govern/compile/command-forms.test.ts asks it.
 */
export const SPELLED: readonly Spelled[] = [
  { effect: "privilege", forms: prefixes("sudo", "su", "doas", "pkexec") },
  {
    effect: "history",
    operation: "force-push",
    forms: [
      ...prefixes("git push --force", "git push -f"),
      { rule: "git push * --force", witness: "git push origin main --force" },
      { rule: "git push * -f", witness: "git push origin main -f" },
    ],
  },
  {
    effect: "history",
    operation: "force-push-with-lease",
    forms: prefixes("git push --force-with-lease"),
  },
  { effect: "history", operation: "reset", forms: prefixes("git reset --hard") },
  { effect: "history", operation: "delete-ref", forms: prefixes("git branch -D") },
  { effect: "history", operation: "rewrite", forms: prefixes("git filter-branch") },
  { effect: "history", operation: "amend", forms: prefixes("git commit --amend") },
  { effect: "publish", operation: "git", forms: prefixes("git push") },
  {
    effect: "publish",
    operation: "package",
    forms: prefixes("npm publish", "cargo publish", "twine upload"),
  },
  { effect: "publish", operation: "release", forms: prefixes("gh release create") },
  {
    effect: "deploy",
    forms: prefixes("terraform apply", "terraform destroy", "kubectl apply", "kubectl delete"),
  },
  {
    effect: "install",
    forms: prefixes("npm install", "pip install", "cargo install", "gem install", "brew install"),
  },
  { effect: "persist", operation: "service", forms: prefixes("systemctl enable") },
];

/** Files by which something stays, and those of the client: `Edit` rules hold the tools that write files. */
export const WRITTEN_FILES: Readonly<
  Record<string, { readonly operation: string; readonly globs: readonly string[] }>
> = {
  startup: {
    operation: "shell-startup",
    globs: [
      ...["~/.bashrc", "~/.bash_profile", "~/.profile", "~/.zshrc", "~/.zshenv", "~/.zprofile"],
      ...["/etc/profile.d/**"],
    ],
  },
  schedule: {
    operation: "scheduled-task",
    globs: ["/etc/cron.d/**", "/var/spool/cron/**"],
  },
  service: { operation: "service", globs: ["/etc/systemd/system/**", "~/.config/systemd/user/**"] },
  login: { operation: "remote-login", globs: ["~/.ssh/authorized_keys"] },
  git: {
    operation: "git-execution",
    globs: ["<project>/**/.git/hooks/**", "<project>/**/.git/config"],
  },
  directory: { operation: "directory-environment", globs: ["<project>/**/.envrc"] },
};

/** Files of the client that decide what judges a session. */
export const CLIENT_FILES: readonly string[] = [
  "<project>/**/.claude/settings.json",
  "<project>/**/.claude/settings.local.json",
  "~/.claude/settings.json",
  "~/.claude/shell-snapshots/**",
];

/** The plain spellings of what a condition is about. */
export function commandForms(when: Condition): readonly CommandForm[] {
  return SPELLED.filter(
    ({ effect, operation }) =>
      when.effects.includes(effect) &&
      (when.operations === undefined ||
        (operation !== undefined && when.operations.includes(operation))),
  ).flatMap(({ forms }) => forms);
}

function prefixes(...commands: readonly string[]): readonly CommandForm[] {
  return commands.map((command) => ({ rule: `${command}:*`, witness: `${command} x` }));
}
