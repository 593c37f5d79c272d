// What a headless run came to, as a value and as the body of a comment on a pull request: bounded, and with nothing of others unescaped.
import { counted } from "#base/counted.ts";
import type { Isolation } from "./isolation.ts";
import type { HinderedCall } from "./hindered-calls.ts";
import type { Demand } from "./checkout-gate.ts";
import type { RunAttribute, RunIdentity } from "./run-identity.ts";

/** How a run ended. `hindered`: the client ended well, and calls that the run was allowed by name did not run. */
export type RunOutcome = "done" | "failed" | "hindered" | "timed-out";

/** A call that the guard or the client did not let run. `asked`: somebody would have had to answer, and nobody is there. */
export type Refusal = {
  readonly tool: string;
  readonly what: string;
  readonly rule: string;
  readonly reason: string;
  readonly asked: boolean;
};

export type RunSummary = {
  readonly format: 1;
  readonly outcome: RunOutcome;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly policy: { readonly id: string; readonly digest: string };
  readonly mode: string;
  readonly allow: readonly string[];
  readonly egress: readonly string[];
  readonly limits: {
    readonly timeoutMs: number;
    readonly maxTurns: number;
    readonly maxBudgetUsd: number | null;
  };
  readonly isolation: readonly Isolation[];
  readonly identity: RunIdentity;
  readonly missingAttributes: readonly RunAttribute[];
  readonly telemetry: string | null;
  readonly demands: readonly Demand[];
  readonly calls: Readonly<Record<string, number>>;
  readonly refusals: readonly Refusal[];
  /** Calls that `--allow` names and that did not run, and those for which the client's sandbox did not begin. */
  readonly hindered: readonly HinderedCall[];
  /** Files that the run changed, with what became of each. */
  readonly changed: readonly string[];
  readonly answer: string;
  readonly log: {
    readonly entries: number;
    readonly isVerified: boolean;
    readonly proof: string | null;
    /** The file that holds what each call said, under the key of the run; null where the run had no key. */
    readonly meant: string | null;
  };
};

/** Characters of a comment that hosts take (GitHub: 65,536). */
const COMMENT_CHARS_MAX = 60_000;
const ANSWER_CHARS_MAX = 20_000;
const ROWS_MAX = 50;
const CELL_CHARS_MAX = 200;
const HEADS: Readonly<Record<RunOutcome, string>> = {
  done: "The run ended by itself",
  failed: "The client ended with an error",
  hindered: "The run could not do what it was allowed",
  "timed-out": "The run was ended at its time limit",
};

/** The body of a comment. What the model and the checkout say stands in code or as plain text: no link, image, mention or markup of theirs. */
export function commentBody(summary: RunSummary): string {
  const { refusals, changed } = summary;
  const lines = [
    `### Claude Code run: ${HEADS[summary.outcome].toLowerCase()}`,
    "",
    `${counted(refusals.length, "call")} refused, ${counted(changed.length, "file")} changed, ${Math.round(summary.durationMs / 1000)} s, policy \`${code(summary.policy.id)}\`, mode \`${code(summary.mode)}\`.`,
    "",
    ...table(
      ["refused", "rule", "why"],
      refusals.map(({ tool, what, rule, reason, asked }) => [
        `${tool}: ${what}`,
        rule === "" ? "none" : rule,
        asked ? `asked, nobody to answer: ${reason}` : reason,
      ]),
    ),
    ...table(
      ["allowed, and did not run", "by", "why"],
      summary.hindered.map(({ tool, what, rule, why }) => [`${tool}: ${what}`, rule ?? "", why]),
    ),
    ...list("changed", changed),
    ...(summary.answer === ""
      ? []
      : [
          "<details><summary>what the client says</summary>",
          "",
          fenced(bounded(summary.answer, ANSWER_CHARS_MAX)),
          "",
          "</details>",
          "",
        ]),
    `Isolation: ${summary.isolation.map(({ kind, isProven }) => `${kind} (${isProven ? "proven" : "as the service says"})`).join(", ")}.`,
    `Record: ${counted(summary.log.entries, "event")}, ${summary.log.isVerified ? "verified" : "**not verified**"}${summary.log.proof === null ? "" : `, proof in \`${code(summary.log.proof)}\``}.`,
    summary.log.meant === null
      ? "What the calls said is in no artifact: the run had no key for it."
      : `What the calls said: \`sallyport ci open ${code(summary.log.meant)}\`, with the key of the run.`,
    ...(summary.missingAttributes.length === 0
      ? []
      : [
          `Telemetry does not say: ${summary.missingAttributes.map((name) => `\`${name}\``).join(", ")}.`,
        ]),
  ];
  return `${bounded(lines.join("\n"), COMMENT_CHARS_MAX)}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, ROWS_MAX).map((row) => `| ${row.map(cell).join(" | ")} |`);
  const more = rows.length - shown.length;
  return [
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...shown,
    ...(more > 0 ? [`| ${more} more in the decision log | | |`] : []),
    "",
  ];
}

function list(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - ROWS_MAX;
  return [
    `${title}:`,
    "",
    ...items.slice(0, ROWS_MAX).map((item) => `- ${cell(item)}`),
    ...(more > 0 ? [`- ${more} more`] : []),
    "",
  ];
}

/** Text of others in one cell, as code, which shows everything and follows nothing. */
function cell(text: string): string {
  const plain = code(bounded(text.replace(/\s+/g, " ").trim(), CELL_CHARS_MAX));
  return plain === "" ? " " : `\`${plain}\``;
}

/** Text inside of backticks: those of its own, bars and control characters are taken out. */
function code(text: string): string {
  return text
    .replace(/\p{Cc}|\p{Cf}/gu, " ")
    .replaceAll("`", "'")
    .replaceAll("|", "¦");
}

/** A block that its text cannot end: the fence is longer than any run of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === "\n" || char === "\t" ? char : " "))}\n${fence}`;
}

function bounded(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax)}…`;
}
