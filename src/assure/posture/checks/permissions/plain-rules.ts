// Permission rules of all settings as tools and what stands in their brackets, and looks that take such rules by what they say.
import type { Look } from "../../check.ts";
import { type AllowClass, allowClass, allowSeverity } from "../../allow-class.ts";
import { ofSettings, spotFault } from "../../looking.ts";
import { inWords } from "#govern/settings/lint/rule-lists.ts";
import { worstCommand } from "#govern/settings/lint/worst-command.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { type PlacedRule, rulesOf, type RuleList } from "#govern/settings/lint/rule-text.ts";

/** A rule with its tool and what stands in its brackets. */
type PlainRule = {
  readonly placed: PlacedRule;
  readonly tool: string;
  readonly subject: string | undefined;
};

/** All rules of a list that can be read. */
export function rulesIn(
  { settings }: Pick<AuditInputs, "settings">,
  list: RuleList,
): readonly PlainRule[] {
  return settings.flatMap((document) =>
    rulesOf(document).rules.flatMap((placed) =>
      placed.list === list && placed.rule.kind === "rule"
        ? [{ placed, tool: placed.rule.tool, subject: placed.rule.subject }]
        : [],
    ),
  );
}

/** A fault that points at a rule. */
export function faultOf({ placed }: PlainRule, message: string, fix: string) {
  const { document, start } = placed;
  return spotFault(
    { document, node: { kind: "scalar", start, end: start, value: null } },
    message,
    { fix },
  );
}

/** What a rule of Bash says, with the worst command that it lets through by our own evaluator. */
function withWorst(message: string, { tool, subject }: PlainRule): string {
  const worst = tool === "Bash" ? worstCommand(subject) : undefined;
  return worst === undefined ? message : `${message}: ${inWords(worst)}`;
}

/** Whether a tool runs commands of a shell. */
export const isShell = (tool: string) => tool === "Bash" || tool === "PowerShell";

/** A look for allow rules of one class. */
export function allowing(wanted: AllowClass, message: string, fix: string): Look {
  return ofSettings((auditInputs) =>
    allowedOf(wanted, auditInputs).flatMap((rule, at, all) => {
      const severity = allowSeverity(rule.subject);
      if (severity === undefined) return [faultOf(rule, withWorst(message, rule), fix)];
      const first = all.findIndex(
        ({ placed, subject }) =>
          placed.document === rule.placed.document && allowSeverity(subject) === severity,
      );
      // What does little harm is said once a file, and where something graver is said not at all.
      const isFirst = first === at && all.every(({ subject }) => allowSeverity(subject) === "low");
      if (severity === "low" && !isFirst) return [];
      return [{ ...faultOf(rule, withWorst(message, rule), fix), severity }];
    }),
  );
}

/** The same, where some rules open nothing in these settings: those are left out, or the first of a file is worth knowing. */
export function allowingSome(
  wanted: AllowClass,
  said: { readonly message: string; readonly fix: string; readonly isWorthKnowing: boolean },
  opensNothing: (rule: PlainRule, auditInputs: AuditInputs) => boolean,
): Look {
  return ofSettings((auditInputs) => {
    const told = new Set<string>();
    return allowedOf(wanted, auditInputs).flatMap((rule) => {
      if (!opensNothing(rule, auditInputs))
        return [faultOf(rule, withWorst(said.message, rule), said.fix)];
      const fault = faultOf(rule, said.message, said.fix);
      const { file } = rule.placed.document;
      if (!said.isWorthKnowing || told.has(file)) return [];
      told.add(file);
      return [{ ...fault, severity: "info" as const }];
    });
  });
}

function allowedOf(wanted: AllowClass, auditInputs: AuditInputs): readonly PlainRule[] {
  return rulesIn(auditInputs, "allow").filter(
    ({ tool, subject }) => isShell(tool) && allowClass(subject) === wanted,
  );
}

/** Rules of a list and tool whose brackets fit. */
export function matching(
  lists: RuleList | readonly RuleList[],
  wanted: (rule: PlainRule) => boolean,
  { message, fix }: { readonly message: string; readonly fix: string },
): Look {
  return ofSettings((auditInputs) =>
    [lists].flat().flatMap((list) =>
      rulesIn(auditInputs, list)
        .filter(wanted)
        .map((rule) => faultOf(rule, message, fix)),
    ),
  );
}

/** Rules that keep something, as texts, for checks of what is missing. */
export function keeping(
  auditInputs: AuditInputs,
  lists: readonly RuleList[],
  pattern: RegExp,
): readonly string[] {
  return lists.flatMap((list) =>
    rulesIn(auditInputs, list)
      .filter(({ tool, subject }) => isShell(tool) && pattern.test(subject ?? "*"))
      .map(({ placed }) => placed.document.file),
  );
}
