// `sallyport scan`: where secrets lie in files, changes, histories and transcripts, without ever showing one.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { randomBytes } from "node:crypto";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { isDay } from "#assure/scan/allowance.ts";
import { type Baseline, baselineText, parseBaseline, slowDigest } from "#assure/scan/baseline.ts";
import { toSarif } from "#assure/scan/sarif.ts";
import { isComplete, type ScanReport, type ScanFinding } from "#assure/scan/scan-finding.ts";
import type { Tier } from "#guard/content/detection/finding.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { BASELINE_FILE, runScan, type ScanScope } from "../../../services/scan/run-scan.ts";
import { reportLines } from "../../../services/scan/scan-words.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal, print } from "../../../foundation/terminal/terminal.ts";

/** `sallyport scan [PATH...]`. */
export const scanCommand = defineCommand({
  meta: {
    name: "scan",
    description: `Says where secrets lie, what they are and where they should live, and never shows one. Without an option it
looks at the files of this directory: what git tracks and what it would take next. What git ignores is left out, except files that
are there for secrets, of which it says that they are in their place.

  sallyport scan                              the files here
  sallyport scan src config/app.yml           some of them
  sallyport scan --staged                     what the next commit would add
  sallyport scan --range origin/main..HEAD    what these commits add, and their messages
  sallyport scan --history                    every version of every file, each once
  sallyport scan --transcripts ~/.claude/projects
  git log -p | sallyport scan --stdin
  sallyport scan --ci --sarif > scan.sarif    for a pipeline

A finding stays without a word where its line has a comment \`sallyport:allow <rule> owner=NAME until=YYYY-MM-DD reason=WHY\`, or where
the baseline ${BASELINE_FILE} at the top of the repository has it; both end.`,
  },
  args: {
    path: { type: "positional", required: false, description: "files and directories" },
    staged: { type: "boolean", description: "what the index adds to the last commit" },
    range: { type: "string", valueHint: "A..B", description: "what the commits of a range add" },
    history: { type: "boolean", description: "the whole history" },
    stdin: { type: "boolean", description: "standard input" },
    transcripts: { type: "string", valueHint: "DIR", description: "transcripts of the client" },
    ignored: { type: "boolean", description: "look at what git ignores like at anything else" },
    personal: { type: "boolean", description: "personal and health data too" },
    tier: {
      type: "string",
      valueHint: "TIER",
      description: "the least sure findings that count: high, medium (default) or low",
    },
    annotations: {
      type: "boolean",
      default: true,
      description: "heed annotations (`--no-annotations`: all findings)",
    },
    cache: {
      type: "boolean",
      default: true,
      description:
        "leave out files that were clean before and are unchanged (`--no-cache`, `--ci`: look at all)",
    },
    baseline: { type: "string", valueHint: "FILE", description: `instead of ${BASELINE_FILE}` },
    "write-baseline": {
      type: "string",
      valueHint: "FILE",
      description: "accept what is found: write it to a baseline; needs --owner and --until",
    },
    owner: { type: "string", valueHint: "NAME", description: "who answers for the baseline" },
    until: { type: "string", valueHint: "YYYY-MM-DD", description: "the baseline's last day" },
    reason: { type: "string", valueHint: "WHY", description: "why the findings may stay" },
    ci: { type: "boolean", description: "exit 2 where not everything could be looked at" },
    sarif: { type: "boolean", description: "SARIF 2.1.0 instead of words" },
    ...jsonOption,
  },
  async run({ args }) {
    const scope = scopeOf(args);
    refuseMissing(scope);
    const writing = baselineWriter(args);
    if (args.json === true && args.sarif === true) {
      throw new Failure("usage", "`--json` and `--sarif` are two forms of one report; name one");
    }
    const stop = scope.kind === "history" ? stopBySignal() : undefined;
    const report = await runScan({
      scope,
      ...(stop === undefined ? {} : { isStopped: stop.isAsked }),
      directory: process.cwd(),
      environment: process.env,
      nowMs: Date.now(),
      input: process.stdin,
      includesIgnored: args.ignored === true,
      honoursAnnotations: args.annotations !== false,
      leastTier: tierOf(args.tier),
      families: args.personal === true ? ["secret", "personal", "health"] : ["secret"],
      baseline: args.baseline,
      showsProgress: args.ci !== true,
      usesCache: args.cache !== false && args.ci !== true,
      ...(writing === undefined ? {} : { onCounted: writing.take }),
    });
    if (args.json === true) await print(printableJson(report));
    else if (args.sarif === true) await print(printableJson(toSarif(report, productVersion())));
    else for (const line of reportLines(report, openTerminal())) await print(line);
    if (writing !== undefined) {
      await print(`${writing.write(report)} findings are in the baseline now`);
      return;
    }
    process.exitCode = exitCodeOf(report, args.ci === true || stop?.isAsked() === true);
  },
});

/** The first signal ends the scan where it is, with a report; the second one ends the process. */
function stopBySignal(): { readonly isAsked: () => boolean } {
  let isAsked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      isAsked = true;
    });
  return { isAsked: () => isAsked };
}

function exitCodeOf(report: ScanReport, mustBeWhole: boolean): number {
  if (report.findings.length + report.unlisted.findings > 0) return exitCodes.found;
  return mustBeWhole && !isComplete(report) ? exitCodes.unusable : exitCodes.done;
}

/** WHY before anything is looked at: a misspelt path must not pass for one without secrets. */
function refuseMissing(scope: ScanScope): void {
  const named =
    scope.kind === "paths" ? scope.paths : scope.kind === "transcripts" ? [scope.directory] : [];
  const missing = named.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new Failure("usage", `there is no file or folder \`${printable(missing)}\``);
}

type ScopeArguments = {
  readonly _: readonly string[];
  readonly staged?: boolean | undefined;
  readonly range?: string | undefined;
  readonly history?: boolean | undefined;
  readonly stdin?: boolean | undefined;
  readonly transcripts?: string | undefined;
};

function scopeOf(args: ScopeArguments): ScanScope {
  const asked: ScanScope[] = [
    ...(args._.length > 0 ? [{ kind: "paths", paths: args._ } as const] : []),
    ...(args.staged === true ? [{ kind: "staged" } as const] : []),
    ...(args.history === true ? [{ kind: "history" } as const] : []),
    ...(args.stdin === true ? [{ kind: "stdin" } as const] : []),
    ...(args.range === undefined ? [] : [rangeScope(args.range)]),
    ...(args.transcripts === undefined
      ? []
      : [{ kind: "transcripts", directory: args.transcripts } as const]),
  ];
  if (asked.length > 1) {
    throw new Failure(
      "usage",
      "paths, `--staged`, `--range`, `--history`, `--stdin` and `--transcripts` are one scan each; name one",
    );
  }
  return asked[0] ?? { kind: "paths", paths: ["."] };
}

function rangeScope(range: string): ScanScope {
  if (!/^[^-\s^:][^\s:]*\.\.[^\s:]*$/.test(range)) {
    throw new Failure("usage", "a range is `A..B`, such as `origin/main..HEAD`");
  }
  return { kind: "range", revisions: [range], title: `the commits ${range}` };
}

function tierOf(text: string | undefined): Tier {
  if (text === undefined) return "medium";
  if (text === "high" || text === "medium" || text === "low") return text;
  throw new Failure("usage", "`--tier` is `high`, `medium` or `low`");
}

type BaselineArguments = {
  readonly "write-baseline"?: string | undefined;
  readonly owner?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
};

/** Takes findings as they are made, as long as their values are at hand, and writes what stands for them. */
function baselineWriter(args: BaselineArguments) {
  const file = args["write-baseline"];
  if (file === undefined) return undefined;
  const { owner, until, reason = "" } = args;
  if (owner === undefined || owner === "" || until === undefined || !isDay(until)) {
    throw new Failure(
      "usage",
      "a baseline needs `--owner NAME` and `--until YYYY-MM-DD`: somebody answers for it, and it ends",
    );
  }
  const standing = { owner, until, reason };
  const before = existsSync(file) ? parseBaseline(readFileSync(file, "utf8"), file) : undefined;
  const salt = before?.mark ?? randomBytes(16).toString("base64url");
  const today = new Date().toISOString().slice(0, 10);
  // What somebody still answers for stays as it is; what ended is answered for anew.
  const accepted = (before?.accepted ?? []).filter((entry) => entry.until >= today);
  const kept = (before?.notLookedAt ?? []).filter((entry) => entry.until >= today);
  const known = new Set<string>();
  return {
    take({ rule, file: found }: ScanFinding, value: string): void {
      const digest = slowDigest(salt, rule, value);
      const key = JSON.stringify([rule, found, digest]);
      if (known.has(key)) return;
      known.add(key);
      accepted.push({ rule, file: found, digest, ...standing });
    },
    write({ notLookedAt }: ScanReport): number {
      const unseen = notLookedAt.map(({ what }) => ({ what, ...standing }));
      const baseline: Baseline = {
        format: 1,
        mark: salt,
        accepted,
        notLookedAt: [...kept, ...unseen],
      };
      writeFileSync(resolve(file), baselineText(baseline));
      return accepted.length;
    },
  };
}
