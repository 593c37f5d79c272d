// Checks of rules that need another one beside them.
import { findingAt, type LintFinding } from "./document.ts";
import { isSecretPlace } from "./path-forms.ts";
import type { PlacedRule } from "./rule-text.ts";

/** Rules of all files that lack what they need. `rules` match something by their form. */
export function rulePairFindings(rules: readonly PlacedRule[]): readonly LintFinding[] {
  const bare = (list: PlacedRule["list"], tool: string) =>
    rules.find(
      (one) =>
        one.list === list &&
        one.rule.kind === "rule" &&
        one.rule.tool === tool &&
        one.rule.subject === undefined,
    );
  const findings: LintFinding[] = [];
  const write = bare("deny", "Write");
  const edit = bare("deny", "Edit");
  const half = write === undefined ? edit : edit === undefined ? write : undefined;
  if (half !== undefined) {
    const [other, missing] = write === undefined ? ["Edit", "Write"] : ["Write", "Edit"];
    findings.push(
      findingAt(half.document, half.start, "deny/half-of-writing", {
        message: `\`${other}\` alone takes that one tool away: \`${missing}\` still writes files`,
        fix: `add \`${missing}\` and \`NotebookEdit\`, or write \`Edit(**)\``,
      }),
    );
  }
  const open = bare("allow", "Write") ?? bare("allow", "Edit");
  const holdsSecrets = rules.some(
    ({ list, rule }) =>
      list === "deny" &&
      rule.kind === "rule" &&
      rule.tool === "Edit" &&
      isSecretPlace(rule.subject ?? ""),
  );
  if (open !== undefined && !holdsSecrets) {
    findings.push(
      findingAt(open.document, open.start, "allow/unscoped-write", {
        message: "every file of the project may be written, and no place of secrets is denied",
        fix: "write `Edit(./src/**)`, or deny `Edit(.env)` and the like",
      }),
    );
  }
  return findings;
}
