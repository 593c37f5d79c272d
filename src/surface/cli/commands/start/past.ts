// `sallyport past`: what the policy would have made of the sessions in the client's own transcripts, before anything is installed.
import { basename, join, resolve } from "node:path";
import { defineCommand } from "citty";
import { type PastReport, pastReport } from "#assure/past/past-report.ts";
import { pastPage, pastText } from "#assure/past/past-page.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { FactAnswer } from "#guard/facts/facts.ts";
import { type Policy, ruleName } from "#guard/policy/policy.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { homeDirectory } from "#platform/user.ts";
import { readableText } from "#record/event/readable.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { keepScanHeapSmall } from "../../../foundation/process/heap.ts";
import { loadDestinations, loadPrices } from "../../../foundation/product/shipped-data.ts";
import { jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { sessionFactsWithoutDisk } from "../../../services/facts/session.ts";
import { heldFact } from "../../../services/hold/held-fact.ts";
import { holdStatus } from "../../../services/hold/hold-status.ts";
import { loadPolicy } from "../../../services/policy/policy-source.ts";
import { periodOptions, readPeriod } from "../../log/period.ts";
import { MARK, type PastRun, projectNames, runPast, withoutMarks } from "../../past/run-past.ts";
import { configDirectoryIn } from "../../../foundation/process/detached-environment.ts";

const PROGRESS_MS = 1_000;
/** Characters of a foreign word that are shown. */
const WORD_CHARS_MAX = 120;

/** `sallyport past`. */
export const pastCommand = defineCommand({
  meta: {
    name: "past",
    description: `Reads the transcripts that Claude Code keeps on this machine, and says what a policy would have made of each call: what would have
been refused or asked about, which secrets reached the model, hosts, what was destroyed, questions, cost. It needs no \`init\` and writes nothing.
Values that the content engine finds are masked always; projects are shown by their names, with \`--paths\` by their paths.

Examples:
  sallyport past
  sallyport past --since 7d --policy individual-minimum
  sallyport past --from ~/export/transcripts --json
  sallyport past --html past.html        one file to send to somebody`,
  },
  args: {
    from: {
      type: "string",
      valueHint: "DIR",
      description: "transcripts of another place, or one file (default: those of this person)",
    },
    policy: {
      ...policyOption.policy,
      alias: "profile",
      description: "judge by this policy, a pack or a file (default: the built-in one)",
    },
    "without-hold": {
      type: "boolean",
      description: "judge as where the kernel cannot hold commands (default: as on this machine)",
    },
    since: { ...periodOptions.since, default: "30d" },
    until: periodOptions.until,
    paths: { type: "boolean", description: "projects by their paths, in place of their names" },
    html: {
      type: "string",
      valueHint: "FILE",
      description: "write the page to this new file of HTML",
    },
    ...jsonOption,
  },
  async run({ args }) {
    keepScanHeapSmall();
    const nowMs = Date.now();
    const home = homeDirectory();
    const own = join(configDirectoryIn(process.env, home), "projects");
    const from = args.from === undefined ? own : resolve(args.from);
    const policy = loadPolicy(args.policy);
    const period = readPeriod(args, nowMs);
    const prices = loadPrices();
    const held = args["without-hold"] === true ? undefined : await heldHere(policy);
    const run = await runPast({
      from,
      policy,
      prices,
      period,
      home,
      held,
      nowMs,
      onProgress: progress(),
    });
    const report = reportOf(run, {
      held: held !== undefined,
      from,
      home,
      policy,
      paths: args.paths === true,
      pricesAsOf: prices.asOf,
      sinceMs: period.sinceMs,
      untilMs: period.untilMs,
    });
    if (args.html !== undefined) await writeNewFile(args.html, pastPage(report));
    if (args.json === true) await print(printableJson(report));
    else if (args.html === undefined) await print(pastText(report));
    else await print(`written: ${printable(args.html)}`);
  },
});

/** What the guard would be told of a command's sandbox in a project that it guards here. */
async function heldHere({ hold }: Policy): Promise<FactAnswer | undefined> {
  if (hold === "never") return undefined;
  const standing = await holdStatus();
  return standing.works ? heldFact(standing.programs.join !== undefined) : undefined;
}

/** A line on standard error now and then. */
function progress(): (bytes: number, of: number, calls: number) => void {
  let lastMs = monotonicMs();
  return (bytes, of, calls) => {
    const nowMs = monotonicMs();
    if (nowMs - lastMs < PROGRESS_MS) return;
    lastMs = nowMs;
    const percent = of === 0 ? 100 : Math.floor((bytes / of) * 100);
    process.stderr.write(`sallyport: ${percent} % of ${megabytes(of)} MB, ${calls} calls\n`);
  };
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

function reportOf(
  { sums, files, bytes, trouble }: PastRun,
  about: {
    readonly from: string;
    readonly home: string;
    readonly policy: Policy;
    readonly held: boolean;
    readonly paths: boolean;
    readonly pricesAsOf: string;
    readonly sinceMs: number;
    readonly untilMs: number;
  },
): PastReport {
  const { from, home, policy, held, paths, pricesAsOf, sinceMs, untilMs } = about;
  const mask = maskFor(home);
  const byName = projectNames(mask);
  const { classes } = loadDestinations();
  const rules = new Map(policy.rules.map((rule) => [ruleName(rule, policy), rule]));
  return pastReport(sums, {
    from: paths ? mask(from) : mask(basename(from)),
    policy: { id: policy.id, digest: policy.digest },
    held,
    sinceMs,
    untilMs: Number.isFinite(untilMs) ? untilMs : null,
    files,
    bytes,
    pricesAsOf,
    trouble: trouble.map(({ what, count, example }) => ({
      what,
      count,
      example: mask(paths ? example : basename(example)),
    })),
    project: paths ? mask : byName,
    words: (name) => {
      const rule = rules.get(name);
      return rule === undefined
        ? { why: GUARD_WORDS[name] ?? `of ${mask(name)}`, instead: undefined }
        : { why: rule.reason, instead: rule.instead };
    },
    purpose: (host) => classes.find((one) => one.has(host))?.title,
    mask,
  });
}

/** The guard's own rules, in words: those that a call without a session can meet. */
const GUARD_WORDS: Readonly<Record<string, string>> = {
  "guard/unknown-effect": "what it does cannot be told",
  "guard/no-rule": "no rule of the policy speaks of it",
  "guard/plan-mode": "the session was in plan mode",
  "guard/shell-not-known": "the session's shell is not known",
};

/** What makes a foreign word fit to be shown: as the record keeps texts, on one line, and not too long. */
function maskFor(home: string): (text: string) => string {
  const facts = sessionFactsWithoutDisk({ sessionId: "past", cwd: home, mode: "default", home });
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const shown = withoutMarks(
      readableText({ mark: () => () => MARK }, text.slice(0, 4_096), { facts, userSource: "none" }),
    );
    const line = printable(shown);
    const cut = line.length > WORD_CHARS_MAX ? `${line.slice(0, WORD_CHARS_MAX)}...` : line;
    known.set(text, cut);
    return cut;
  };
}
