// `sallyport policy test`: the examples of a policy tried, so that a change that says something else is seen before it is in force.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { homeDirectory } from "#platform/user.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { judgeCall } from "../../../services/facts/judge.ts";
import { reportEnvironment } from "../../../services/facts/environment-report.ts";
import { createInherit } from "../../../services/facts/inherited-environment.ts";
import { sessionFacts } from "../../../services/facts/session.ts";
import { PLAIN_SHELL } from "../../../services/facts/session-shell.ts";
import { type NamedPolicy, namedPolicy } from "../../policy/chosen-policy.ts";
import { deployedVariables } from "../../policy/site-file.ts";
import { openProjectBook } from "../../../services/projects/projects.ts";
import { projectIn } from "../../../services/projects/session-project.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { realPathOrClean } from "../../../foundation/files/path-status.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

type Example = NamedPolicy["whole"]["pack"]["examples"][number];

const STRICTEST_FIRST: readonly Verdict[] = ["deny", "ask", "abstain", "allow"];

/** How one example came out. */
export type TriedExample = {
  readonly command: string;
  readonly expected: Verdict;
  readonly verdict: Verdict;
  /** Rules that decided. */
  readonly rules: readonly string[];
  readonly passed: boolean;
};

/** Where examples are tried. */
export type ExamplePlace = {
  readonly cwd: string;
  /** The person's own unless one is given. */
  readonly home?: string;
  /** What rules call the project; looked for upwards of `cwd` unless given. */
  readonly projectRoot?: string;
  /** Variables of the session; without them nobody knows any. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
};

/** Tries the examples in a directory, by what is there, in a plain bash. */
export async function tryExamples(
  examples: readonly Example[],
  policy: Policy,
  { variables, ...place }: ExamplePlace,
): Promise<readonly TriedExample[]> {
  const { cwd } = place;
  const session = sessionFacts({ sessionId: "policy-test", mode: "default", ...place });
  const report = variables === undefined ? undefined : reportEnvironment(variables);
  const { shell, environment } = createInherit(session.home)(report, {
    ...PLAIN_SHELL,
    dialect: "bash",
  });
  const tried: TriedExample[] = [];
  for (const { command, verdict: expected, rule } of examples) {
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    const call = { id: "example", tool: "Bash", cwd, input };
    const by = { call, policy, session, shell };
    const { verdict, reasons } = await judgeCall(
      environment === undefined ? by : { ...by, environment },
    );
    const rules = [
      ...new Set(reasons.filter((one) => one.verdict === verdict).map((one) => one.rule)),
    ];
    const isRight = rule === undefined || rules.some((one) => one.endsWith(`/${rule}`));
    tried.push({ command, expected, verdict, rules, passed: verdict === expected && isRight });
  }
  return tried;
}

export const testCommand = defineCommand({
  meta: {
    name: "test",
    description: `Tries the \`examples\` of a policy, each as a session that is started in the directory would have it judged: by the project
that a hook would name, and with --site under the variables that a managed deployment sets. Exit codes: 0 all are as expected, 1 some are not.

  sallyport policy test policy.yaml                    in the directory you are in
  sallyport policy test policy.yaml --cwd ~/shop       in another one
  sallyport policy test policy.yaml --site site.yaml   as it will be once \`policy deploy\` put it in force
  sallyport policy test team --json                    the examples of a pack, for programs`,
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: true,
      description: "a file, or the name of a pack",
    },
    cwd: {
      type: "string",
      valueHint: "DIR",
      description: "directory of the calls (default: here)",
    },
    site: {
      type: "string",
      valueHint: "FILE",
      description: "parameters of your site: with the variables that a managed deployment sets",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { whole, policy } = namedPolicy(args.policy);
    const { examples } = whole.pack;
    if (examples.length === 0)
      throw new Failure(
        "usage",
        "the policy has no examples: add `examples` with `command` and `verdict` to its file",
      );
    const cwd = resolve(args.cwd ?? ".");
    const book = openProjectBook(directoriesIn(args.data ?? dataDirectory()).projectsFile);
    const projectRoot = projectIn(book, realPathOrClean(cwd), homeDirectory()).root;
    const variables = deployedVariables(args.site);
    const tried = await tryExamples(examples, policy, { cwd, projectRoot, variables });
    const failed = tried.filter(({ passed }) => !passed).length;
    if (args.json === true) {
      await print(printableJson({ policy: policy.id, digest: policy.digest, projectRoot, tried }));
    } else {
      for (const one of tried.filter(({ passed }) => !passed)) {
        await print(exampleText(one));
        const left = inheritedStricter(one, whole.pack);
        if (left.length > 0)
          await print(
            `  the strictest rule decides; \`without: [${left.join(", ")}]\` leaves out what comes from ${whole.pack.extends.join(", ")}`,
          );
      }
      await print(
        `${tried.length - failed} as expected, ${failed} otherwise, in the project ${printable(projectRoot)}`,
      );
    }
    if (failed > 0) process.exitCode = 1;
  },
});

/** Rules of packs that it extends which were stricter than an example expects: beside them no milder rule of its own counts. */
function inheritedStricter(
  { verdict, expected, rules }: TriedExample,
  { id, rules: own }: NamedPolicy["whole"]["pack"],
): readonly string[] {
  if (STRICTEST_FIRST.indexOf(verdict) >= STRICTEST_FIRST.indexOf(expected)) return [];
  return rules
    .map((name) => name.replace(/^[a-z]+:/, ""))
    .flatMap((name) => (name.startsWith(`${id}/`) ? [name.slice(id.length + 1)] : []))
    .filter((rule) => !own.some((one) => one.id === rule))
    .map(printable);
}

function exampleText({ command, expected, verdict, rules }: TriedExample): string {
  const by = rules.length === 0 ? "" : ` by ${rules.map(printable).join(", ")}`;
  return `${verdict}${by}, expected ${expected}: ${printable(command)}`;
}
