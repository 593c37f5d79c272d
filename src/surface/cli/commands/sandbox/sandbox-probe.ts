// `sallyport sandbox probe`: what can really be reached from where this process runs, by trying.
import { readFileSync, realpathSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Expectation, expectationOf, parseExpectation } from "#govern/sandbox/expectation.ts";
import { areaTitle, PROBE_AREAS, tierNamed } from "#govern/sandbox/probe-areas.ts";
import {
  judgeTrials,
  type JudgedTrial,
  PROBE_EXIT,
  type ProbeReport,
} from "#govern/sandbox/probe-report.ts";
import { refuseUnfitSystem } from "#platform/system.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import {
  openTerminal,
  paint,
  print,
  type Terminal,
} from "../../../foundation/terminal/terminal.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { projectTier } from "../../../services/sandbox/project-tier.ts";

/** `sallyport sandbox probe`. */
export const probeCommand = defineCommand({
  meta: {
    name: "probe",
    description: `try what can be reached from here: a container, a sandbox, a held call, or nothing at all

  sallyport sandbox probe                          as the tier of the project's policy expects
  sallyport sandbox probe --expect regulated       as that tier expects
  sallyport sandbox probe --expect probe.yaml      as a file expects, such as one of \`sandbox plan --out\`
  sallyport sandbox probe --all                    every trial
  sallyport sandbox probe --via ./run --record     inside of what \`./run COMMAND...\` starts; on record from outside

It opens files and never reads them, makes files of a random name and takes them away, connects and closes. It reads no
configuration to tell what should hold. It asks 1.1.1.1, 8.8.8.8, 9.9.9.9 and one IPv6 address for a connection, and for the address of example.com.`,
  },
  args: {
    expect: {
      type: "string",
      valueHint: `${TIERS.join("|")}|FILE`,
      description: "a tier, or what is expected as a file or JSON (default: the policy's tier)",
    },
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    all: { type: "boolean", description: "every trial, not only what is open" },
    via: {
      type: "string",
      valueHint: "FILE",
      description: "run it inside: a program that starts the command in its arguments",
    },
    record: { type: "boolean", description: "write what was found into the log" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    refuseUnfitSystem();
    const directories = directoriesIn(args.data ?? dataDirectory());
    const project = namedDirectory(args.project ?? process.cwd());
    const { expectation, expectedBy } = expected(args.expect, project, directories);
    const report = await probed(args.via, { project, directories, expectation, expectedBy });
    if (args.record === true) {
      const { recordProbe } = await import("../../../services/sandbox/record-probe.ts");
      const where = args.via === undefined ? "here" : "inside";
      await recordProbe(directories, report, { where, root: project });
    }
    process.exitCode = PROBE_EXIT[report.verdict];
    if (args.json === true) return print(printableJson(report));
    return print(reportText(report, openTerminal(), args.all === true));
  },
});

async function probed(
  via: string | undefined,
  asked: {
    readonly project: string;
    readonly directories: Directories;
    readonly expectation: Expectation;
    readonly expectedBy: string;
  },
): Promise<ProbeReport> {
  const { project, directories, expectation } = asked;
  if (via !== undefined) {
    const { probeInside } = await import("../../../services/sandbox/probe-inside.ts");
    // WHY its text: inside, the file and the policies that name a tier may be hidden.
    const words = ["--expect", JSON.stringify(expectation), "--project", project];
    const { trials, leftBehind } = await probeInside(realFile(via), words, project);
    // WHY again: what is expected is said out here.
    return judgeTrials(trials, expectation, { ...asked, leftBehind });
  }
  const { runProbe } = await import("../../../services/sandbox/run-probe.ts");
  const { policy } = await judgingPolicy(project, undefined, { root: directories.root });
  return runProbe({ ...asked, policy, environment: process.env, nowMs: Date.now() });
}

function expected(
  named: string | undefined,
  project: string,
  directories: Directories,
): { readonly expectation: Expectation; readonly expectedBy: string } {
  if (named === undefined) {
    const found = projectTier(project, directories);
    return found === undefined
      ? { expectation: expectationOf(undefined), expectedBy: "no tier is named: the strictest" }
      : {
          expectation: expectationOf(found.tier),
          expectedBy: `tier ${found.tier}, which ${found.by} names`,
        };
  }
  const tier = tierNamed(named);
  if (tier !== undefined) return { expectation: expectationOf(tier), expectedBy: `tier ${tier}` };
  if (named.startsWith("{"))
    return {
      expectation: parseExpectation(named, "--expect"),
      expectedBy: "the text of `--expect`",
    };
  let text: string;
  try {
    text = readFileSync(named, "utf8");
  } catch (cause) {
    throw new Failure(
      "usage",
      `\`${printable(named)}\` is neither a tier (${TIERS.join(", ")}) nor a file that can be read`,
      { cause },
    );
  }
  return { expectation: parseExpectation(text, named), expectedBy: `the file \`${named}\`` };
}

function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    const there = `there is no program \`${printable(file)}\`: name one that starts the command in its arguments`;
    throw new Failure("usage", there, { cause });
  }
}

const WORDS = { broken: "OPEN", untold: "unknown", held: "held", free: "free" } as const;

function reportText(report: ProbeReport, terminal: Terminal, isAll: boolean): string {
  const { trials, verdict, expectedBy, leftBehind } = report;
  const lines = PROBE_AREAS.flatMap((area) => {
    const own = trials.filter((one) => one.area === area);
    if (own.length === 0) return [];
    const worst = (["broken", "untold", "held", "free"] as const).find((one) =>
      own.some((trial) => trial.verdict === one),
    );
    const shown = isAll
      ? own
      : own.filter((trial) => trial.verdict === "broken" || trial.verdict === "untold");
    const word = WORDS[worst ?? "free"];
    const coloured = worst === "broken" ? paint(terminal, "red", word.padEnd(8)) : word.padEnd(8);
    return [
      `${coloured}${area.padEnd(13)}${worst === "broken" ? areaTitle(area) : counted(own)}`,
      ...shown.slice(0, isAll ? undefined : 12).map(trialLine),
      ...(isAll || shown.length <= 12 ? [] : [`          and ${shown.length - 12} more (--all)`]),
    ];
  });
  const count = (outcome: string) => trials.filter((one) => one.outcome === outcome).length;
  const ending = {
    held: "nothing that is forbidden here can be reached",
    broken: `${trials.filter((one) => one.verdict === "broken").length} things can be reached that are forbidden here`,
    untold: "nothing forbidden was reached, and of some things it cannot be told",
  }[verdict];
  return [
    `expected by: ${printable(expectedBy)}`,
    ...lines,
    ...leftBehind.map((path) => `left behind, take it away yourself: ${printable(path)}`),
    `${trials.length} trials: ${count("reachable")} reachable, ${count("refused")} refused, ${count("absent")} absent, ${count("unknown")} cannot be told`,
    ending,
  ].join("\n");
}

function counted(own: readonly JudgedTrial[]): string {
  return (["reachable", "refused", "absent", "unknown"] as const)
    .map((outcome) => [own.filter((one) => one.outcome === outcome).length, outcome] as const)
    .filter(([count]) => count > 0)
    .map(([count, outcome]) => `${count} ${outcome === "unknown" ? "cannot be told" : outcome}`)
    .join(", ");
}

function trialLine({ act, target, outcome, errno, note }: JudgedTrial): string {
  const why = [errno, note].filter((word) => word !== undefined).join(", ");
  const told = outcome === "unknown" ? "cannot be told" : outcome;
  return `          ${printable(`${act} ${target}: ${told}${why === "" ? "" : ` (${why})`}`)}`;
}
