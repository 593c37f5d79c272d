// `sallyport decide --jsonl`: whose policy, facts and session judge the lines.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { loadFactsFile } from "../../../services/facts/facts-file.ts";
import { FACTS_FILE_HELP } from "../../../services/facts/facts-file-help.ts";
import { loadPolicy } from "../../../services/policy/policy-source.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { policyOption } from "../../../foundation/terminal/options.ts";
import { labelsGiven, labelsUnder, sessionOptions } from "../../explain/session-side.ts";
import { type FactsSource, type DecideOptions, decideLines } from "./decided-lines.ts";

/** Policies, and sessions, that are named on standard error. */
const POLICIES_TOLD_MAX = 64;
/** The `decide` command. Exit codes: 0 every line judged, 1 at least one line was answered with `error`. */
export const decideCommand = defineCommand({
  meta: {
    name: "decide",
    description: `Judges hook payloads from standard input, one JSON a line, and answers each with
{"id", "decision": "deny|ask|allow|abstain", "reason", "effects", "ms"} on a line of its own, in order.
A line that cannot be read, or comes to no end, is answered deny with "error", and the run then exits 1.
In a guarded project a line is judged as in the session that it names, where that is remembered, else as in the project's last one.
Which policy and which session judge is said on standard error, once for each. Exceptions that count now are honoured, and none is used up.
Labels are those that people gave the \`session_id\` of a line and those that the policy gives; with --facts those of the file.

Examples:
  sallyport decide --jsonl < calls.jsonl
  sallyport decide --jsonl --facts none --policy team.yaml < calls.jsonl
  sallyport decide --jsonl --as none < calls.jsonl
  sallyport decide --jsonl --session --facts facts.json < session.jsonl

${FACTS_FILE_HELP}`,
  },
  args: {
    jsonl: { type: "boolean", description: "Read and write one JSON a line (required)" },
    as: {
      type: "string",
      valueHint: "ID|last|none",
      description: "Judge as in this session of the project, in its last one, or in none",
    },
    session: {
      type: "boolean",
      description:
        "Carry written files and the working directory over between lines of a session_id",
    },
    facts: {
      type: "string",
      valueHint: "none|FILE",
      description: "`none`: no disk, every question unanswered; FILE: answers from a file",
    },
    policy: {
      ...policyOption.policy,
      description:
        "judge by this policy, a pack or a file (default: the one in force in each directory; with `--facts` the built-in one)",
    },
    label: sessionOptions.label,
  },
  async run({ args }) {
    if (args.jsonl !== true) {
      throw new Failure("usage", "`decide` reads and writes JSON lines only; add `--jsonl`");
    }
    const errors = await decideLines({
      input: process.stdin,
      output: process.stdout,
      policyOf: policySource(args),
      facts: factsSource(args.facts),
      carry: args.session === true,
      ...(await sessionSource(args)),
    });
    // Nothing reads the rest: letting go of the input lets the process end.
    process.stdin.destroy();
    if (errors > 0) process.exitCode = 1;
  },
});

/** With facts that are given nothing is read of sessions. */
async function sessionSource(args: {
  readonly as?: string | undefined;
  readonly facts?: string | undefined;
  readonly label?: string | undefined;
}): Promise<Pick<DecideOptions, "judgedAs">> {
  if (args.as === "")
    throw new Failure("usage", "`--as` needs `last`, `none` or the id of a session");
  if (args.facts !== undefined && args.as !== undefined)
    throw new Failure("usage", "`--facts` says itself what is known; leave `--as` out");
  if (args.facts !== undefined || args.as === "none") return {};
  // WHY only here: with facts of a file none of this is needed, and loading it takes time.
  const { judgedAsLine, openJudgedAs, sessionChoice } = await import("../../explain/judged-as.ts");
  const judging = openJudgedAs();
  const choice = sessionChoice(args.as);
  const marked = labelsGiven(args.label);
  const tell = createTeller();
  return {
    async judgedAs({ event, directory, policy }) {
      if (!judging.isGuarded(directory)) return undefined;
      const { sessionId: id, cwd, mode } = event;
      const own = args.as === undefined ? { ownId: id } : {};
      const asked = { cwd, directory, policy, choice, marked, mode, ...own };
      const { as, circumstances } = await judging.as(asked);
      tell(`sallyport: judged ${judgedAsLine(as, circumstances.shell)}`);
      return circumstances;
    },
  };
}

/** Says each line once on standard error, and after a bound none. */
function createTeller(): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line) || told.size >= POLICIES_TOLD_MAX) return;
    told.add(line);
    process.stderr.write(`${printable(line)}\n`);
  };
}

/** WHY the built-in one without the disk: the same lines give the same answers on every machine. */
function policySource({
  policy: named,
  facts,
  label,
}: {
  readonly policy?: string | undefined;
  readonly facts?: string | undefined;
  readonly label?: string | undefined;
}): DecideOptions["policyOf"] {
  const given = labelsGiven(label);
  if (named !== undefined || facts !== undefined) {
    const policy = loadPolicy(named);
    const labels = given.map((name) => ({ name, from: "person" }) as const);
    return () => ({ policy, exceptions: [], ...(label === undefined ? {} : { labels }) });
  }
  const tell = createTeller();
  return async (directory, call, session) => {
    const {
      policy,
      exceptions: lifts,
      from,
      root,
    } = await judgingPolicy(directory, undefined, { call });
    tell(`sallyport: judged by policy ${policy.id} ${policy.digest.slice(0, 12)} (${from})`);
    const asks = policy.rules.some(({ when }) => when.labels !== undefined);
    const labels = asks
      ? await labelsUnder(policy, { root, home: homeDirectory() }, { session, label })
      : undefined;
    return { policy, exceptions: lifts, labels };
  };
}

function factsSource(given: string | undefined): FactsSource {
  if (given === undefined) return { kind: "disk" };
  if (given === "none") return { kind: "none" };
  if (given === "") throw new Failure("usage", "`--facts` needs `none` or a file");
  return { kind: "given", facts: loadFactsFile(given) };
}
