// Lint: settings files as text, with the layer of each, to what in them does not do what it says.
import type { Catalogue } from "../catalogue.ts";
import type { CheckId } from "./checks.ts";
import { findingAt, type LintDocument, type LintFinding } from "./document.ts";
import { type LintSource, readSource } from "./file.ts";
import { hookFindings } from "./hooks.ts";
import { keyFindings } from "./keys.ts";
import { isSecretPlace } from "./path-forms.ts";
import { shadowFindings } from "./rule-cover.ts";
import { formRemarks } from "./rule-forms.ts";
import { listRemarks } from "./rule-lists.ts";
import { type PlacedRule, rulesOf } from "./rule-text.ts";
import { stackFindings } from "./stack.ts";
import { meaningFindings, variableFindings } from "./variables.ts";

/** Checks of keys that say all there is to say of a key: what else is known of it is left out. */
const FINAL: ReadonlySet<CheckId> = new Set([
  "key/invented",
  "key/unknown",
  "key/misplaced",
  "key/wrong-layer",
]);

/** Everything that lint finds in files that are in force together, in the order of files and places. */
export function lintSettings(
  sources: readonly LintSource[],
  catalogue: Catalogue,
): readonly LintFinding[] {
  const read = sources.map((source) => readSource(source));
  const documents = read.flatMap(({ document }) => document ?? []);
  const rules = documents.map((document) => lintRules(document, catalogue));
  const found = [
    ...read.flatMap(({ findings }) => findings),
    ...documents.flatMap((document) => documentFindings(document, catalogue)),
    ...rules.flatMap(({ findings }) => findings),
    ...shadowFindings(rules.flatMap(({ working }) => working)),
    ...rulePairFindings(rules.flatMap(({ working }) => working)),
    ...stackFindings(documents, catalogue),
  ];
  return sorted(withoutEchoes(found), sources);
}

function documentFindings(document: LintDocument, catalogue: Catalogue): readonly LintFinding[] {
  return [
    ...keyFindings(document, catalogue),
    ...hookFindings(document),
    ...variableFindings(document, catalogue),
    ...meaningFindings(document, catalogue),
  ];
}

/** What is wrong with the rules of a file, and the rules that match something. */
function lintRules(
  document: LintDocument,
  catalogue: Catalogue,
): { readonly findings: readonly LintFinding[]; readonly working: readonly PlacedRule[] } {
  const { rules, odd } = rulesOf(document);
  const findings = odd.map(({ start }) =>
    findingAt(document, start, "rule/not-text", {
      message: "a rule is a text: the client drops this entry",
      fix: "write it in quotes, or take it out",
    }),
  );
  const working: PlacedRule[] = [];
  for (const placed of rules) {
    const { rule, list, text, start } = placed;
    const { remarks, isIdle } = formRemarks(rule, { list, text }, catalogue);
    const more = isIdle || rule.kind !== "rule" ? [] : listRemarks({ ...rule, list, text });
    for (const { id, ...remark } of [...remarks, ...more])
      findings.push(findingAt(document, start, id, remark));
    if (!isIdle) working.push(placed);
  }
  return { findings, working };
}

/** Notes that hold for most rules of a list: one in a file says it for all, with how many there are. */
const FOLDED: ReadonlySet<CheckId> = new Set(["rule/bash-reads", "rule/by-name"]);

/** WHY: of a key that does nothing, its value and meaning need not be said, and a note said thirty times is not read. */
function withoutEchoes(findings: readonly LintFinding[]): readonly LintFinding[] {
  const place = ({ file, line, column }: LintFinding) => `${line}:${column}:${file}`;
  const final = new Set(findings.filter(({ id }) => FINAL.has(id)).map(place));
  // One exact line is no gap where a wider rule of the same list holds it too.
  const held = new Set(findings.filter(({ id }) => id === "shadow/wider").map(place));
  const told = findings.filter(
    (finding) =>
      (FINAL.has(finding.id) || !final.has(place(finding))) &&
      !(finding.id === "rule/exact-deny" && held.has(place(finding))),
  );
  const kind = ({ id, file }: LintFinding) => `${id} ${file}`;
  const counts = new Map<string, number>();
  for (const finding of told) counts.set(kind(finding), (counts.get(kind(finding)) ?? 0) + 1);
  const said = new Set<string>();
  return told.flatMap((finding) => {
    if (!FOLDED.has(finding.id)) return [finding];
    if (said.has(kind(finding))) return [];
    said.add(kind(finding));
    const more = (counts.get(kind(finding)) ?? 1) - 1;
    if (more === 0) return [finding];
    return [{ ...finding, message: `${finding.message} (so it is with ${more} more rules here)` }];
  });
}

function sorted(
  findings: readonly LintFinding[],
  sources: readonly LintSource[],
): readonly LintFinding[] {
  const order = new Map(sources.map(({ file }, index) => [file, index]));
  return [...findings].sort(
    (a, b) =>
      (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
  );
}

// Checks of rules that need another one beside them.

/** Rules of all files that lack what they need. `rules` match something by their form. */
function rulePairFindings(rules: readonly PlacedRule[]): readonly LintFinding[] {
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
