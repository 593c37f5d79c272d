// The plain spellings of an effect that a rule of the client can hold: a first line of defence, never the whole of it.
import { ruleGlobs } from "#guard/effects/paths/place-list.ts";
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

/** Files by which something stays, by the operation: `Edit` rules hold the tools that write files. */
export const WRITTEN_FILES = ruleGlobs("persist");

/** Files that decide what judges a session. */
export const CLIENT_FILES: readonly string[] = [...ruleGlobs("tamper").values()].flat();

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
