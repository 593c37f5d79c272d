// `sallyport audit`: how safely the client is set up here, with evidence and what repairs it.
import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { monotonicMs } from "#platform/monotonic.ts";
import type { Severity } from "#assure/posture/check.ts";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Audit } from "../../../services/posture/audit.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal, print, type Terminal } from "../../../foundation/terminal/terminal.ts";

/** WHY not of the checks: to load those takes longer than to print the help. */
const SEVERITIES = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
] as const satisfies readonly Severity[];
/** Forms of a report. */
const FORMATS = ["text", "json", "sarif", "markdown", "html", "junit", "ocsf"] as const;
type Format = (typeof FORMATS)[number];

/** `sallyport audit [PATH]`. */
export const auditCommand = defineCommand({
  meta: {
    name: "audit",
    description: `Says how safely the client is set up in a directory: its settings of all layers, hooks, servers, plugins,
instructions, pipelines and containers, and the machine around it. Each finding has the place, why it matters and what repairs
it. What could not be seen is told and never passes. Nothing is changed without \`--fix\`.

  sallyport audit                                    the directory here
  sallyport audit ../shop --fail-on medium           fail from medium on
  sallyport audit --family hooks,mcp                 some families of checks
  sallyport audit --all                              every place, with evidence and why it matters
  sallyport audit --json > audit.json                for programs
  sallyport audit --format html --output audit.html  a page; also sarif, markdown, junit, ocsf
  sallyport audit --fix --dry-run                    what it would repair by itself, as a diff
  sallyport audit --capabilities                     what its scripts can do: network, git, deploy, secrets
  sallyport audit --trend                            remember this score, and show those before

\`--fix\` makes what is safe: hooks with the policy \`team\`, modes of files and of sessions, lines of ignore files, deny rules and a
pre-commit hook. It shows a diff, asks once, and \`sallyport uninstall\` takes all of it back.`,
  },
  args: {
    path: { type: "positional", required: false, default: ".", description: "the directory" },
    profile: { type: "string", valueHint: "NAME", description: "the items of one checklist" },
    family: { type: "string", valueHint: "F,...", description: "only these families of checks" },
    all: {
      type: "boolean",
      description: "in words, every place with evidence, why it matters and its repair",
    },
    format: { type: "string", valueHint: "FORM", description: FORMATS.join(", ") },
    output: { type: "string", valueHint: "FILE", description: "write the report to a file" },
    "fail-on": {
      type: "string",
      valueHint: "SEVERITY",
      description: "the least severity that fails: critical, high (default), medium, low or info",
    },
    "run-hooks": {
      type: "boolean",
      description:
        "run all guards in a jail; by default those of managed and user settings, and the repository's where the client trusts it (--no-run-hooks: none)",
    },
    fix: { type: "boolean", description: "make the safe repairs, after showing them" },
    "dry-run": { type: "boolean", description: "with --fix: show the repairs and stop" },
    yes: { type: "boolean", alias: "y", description: "with --fix: do not ask" },
    trend: { type: "boolean", description: "remember this audit and show the scores over time" },
    capabilities: {
      type: "boolean",
      description: "what the repository's own scripts and targets can do, by the guard",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const format = formatOf(args.format, args.json === true);
    const failOn = severityOf(args["fail-on"]);
    if (args.trend === true && (args.family ?? args.profile) !== undefined)
      throw new Failure(
        "usage",
        "`--trend` compares whole audits; leave `--family` and `--profile` away",
      );
    const look = async () => {
      const { runAudit } = await import("../../../services/posture/audit.ts");
      const progress = openAuditProgress();
      try {
        return await runAudit({
          directory: args.path,
          environment: process.env,
          nowMs: Date.now(),
          data: args.data,
          profile: args.profile,
          judgesCommands: args.capabilities,
          families: args.family?.split(",").map((family) => family.trim()) ?? [],
          onProgress: progress.step,
          runsHooks:
            args["run-hooks"] === undefined ? "trusted" : args["run-hooks"] ? "all" : "none",
          onHook: progress.hook,
        });
      } finally {
        progress.clear();
      }
    };
    const audit = await look();
    const { observingNote } = await import("../../guard/guard-mode.ts");
    const note = observingNote(audit.root, args.data);
    if (note !== undefined) openTerminal().warn(note);
    const { report } = args.fix === true ? await repaired(audit, args, look) : audit;
    await deliver(await written(report, format, args.all === true), args.output);
    if (args.trend === true) await tellTrend(audit.root, report, args);
    process.exitCode = exitCodeOf(report, failOn);
  },
});

type AuditArguments = {
  readonly path: string;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly format?: string | undefined;
  readonly data?: string | undefined;
};

/** Repairs and looks again. What is said of it goes to standard error, so that a report stays what it is. */
async function repaired(audit: Audit, args: AuditArguments, look: () => Promise<Audit>) {
  const terminal = openTerminal();
  const { repair } = await import("../../repair/repair.ts");
  const aside: Terminal = { ...terminal, print: terminal.warn, hasColour: false };
  const outcome = await repair({
    ...audit,
    directory: args.path,
    data: args.data,
    terminal: aside,
    yes: args.yes === true,
    dryRun: args["dry-run"] === true,
  });
  const before = audit.report.score.value;
  if (outcome.kind === "nothing") {
    terminal.warn("nothing here can be repaired safely by itself");
    return audit;
  }
  if (outcome.kind !== "repaired") {
    terminal.warn(outcome.kind === "planned" ? "nothing was written (--dry-run)" : "not repaired");
    return audit;
  }
  const after = await look();
  const score = `score ${before ?? "none"} before, ${after.report.score.value ?? "none"} now`;
  terminal.warn(`repaired: ${outcome.changes.map(printable).join(", ")}; ${score}`);
  terminal.warn("`sallyport uninstall` takes all of this back");
  return after;
}

/** Audits whose scores are shown. */
const TREND_SHOWN = 12;

async function tellTrend(root: string, report: AuditReport, args: AuditArguments): Promise<void> {
  const { changesIn, rememberAudit } = await import("../../../services/posture/trend.ts");
  const { dataDirectory, directoriesIn } = await import("../../../foundation/files/directories.ts");
  const directories = directoriesIn(args.data ?? dataDirectory(process.env));
  const points = rememberAudit(directories, root, report);
  const { came, went } = changesIn(points);
  const { warn } = openTerminal();
  for (const { at, score, fail } of points.slice(-TREND_SHOWN)) {
    const bar = "#".repeat(Math.round(score / 4)).padEnd(25, ".");
    warn(
      `${at.slice(0, 16).replace("T", " ")}  ${bar} ${String(score).padStart(3)}  ${fail} failed`,
    );
  }
  if (came.length > 0) warn(`new since the audit before: ${came.join(", ")}`);
  if (went.length > 0) warn(`gone since the audit before: ${went.join(", ")}`);
}

/** WHY loaded here: each form is asked for by itself, and seldom. */
async function written(report: AuditReport, format: Format, isWhole: boolean): Promise<string> {
  switch (format) {
    case "text":
      return isWhole
        ? (await import("../../../services/posture/audit-details.ts"))
            .auditDetails(report, openTerminal())
            .join("\n")
        : (await import("../../../services/posture/audit-words.ts"))
            .auditLines(report, openTerminal())
            .join("\n");
    case "json":
      return printableJson(report, 2);
    case "sarif":
      return printableJson((await import("#assure/posture/forms/sarif.ts")).auditSarif(report), 2);
    case "markdown":
      return (await import("#assure/posture/forms/markdown.ts")).auditMarkdown(report);
    case "html":
      return (await import("#assure/posture/forms/html.ts")).auditHtml(report);
    case "junit":
      return (await import("#assure/posture/forms/junit.ts")).auditJunit(report);
    case "ocsf":
      return (await import("#assure/posture/forms/ocsf.ts"))
        .auditOcsf(report)
        .map((event) => printableJson(event))
        .join("\n");
    default:
      return format satisfies never;
  }
}

async function deliver(text: string, output: string | undefined): Promise<void> {
  if (output === undefined) return print(text);
  try {
    writeFileSync(output, text.endsWith("\n") ? text : `${text}\n`);
  } catch (cause) {
    const where = printable(output);
    throw new Failure("usage", `cannot write \`${where}\`: name a file in a folder that exists`, {
      cause,
    });
  }
}

function exitCodeOf({ findings }: AuditReport, failOn: Severity): number {
  const least = SEVERITIES.indexOf(failOn);
  const counts = findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= least);
  return counts ? exitCodes.found : exitCodes.done;
}

function formatOf(text: string | undefined, isJson: boolean): Format {
  if (isJson && text !== undefined && text !== "json")
    throw new Failure("usage", "`--json` and `--format` are two forms of one report; name one");
  if (isJson) return "json";
  const found = FORMATS.find((format) => format === (text ?? "text"));
  if (found !== undefined) return found;
  throw new Failure("usage", `\`--format\` is one of ${FORMATS.join(", ")}`);
}

function severityOf(text: string | undefined): Severity {
  const found = SEVERITIES.find((severity) => severity === (text ?? "high"));
  if (found !== undefined) return found;
  throw new Failure("usage", `\`--fail-on\` is one of ${SEVERITIES.join(", ")}`);
}

/** Milliseconds between two lines of progress. */
const PACE_MS = 200;

/** How many entries were walked, on one line of standard error while that is a terminal. */
function openAuditProgress() {
  const { stderr } = process;
  let last = monotonicMs();
  let isShown = false;
  return {
    step(entries: number): void {
      const now = monotonicMs();
      if (!stderr.isTTY || now - last < PACE_MS) return;
      last = now;
      isShown = true;
      stderr.write(`\r\u001B[K${entries} entries looked at`);
    },
    hook(done: number, all: number): void {
      if (!stderr.isTTY) return;
      isShown = true;
      stderr.write(`\r\u001B[Kguard ${done + 1} of ${all} tried in a jail`);
    },
    clear(): void {
      if (isShown) stderr.write("\r\u001B[K");
      isShown = false;
    },
  };
}
