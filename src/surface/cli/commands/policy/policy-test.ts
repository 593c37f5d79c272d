// `sallyport policy test`: the examples of a policy tried, so that a change that says something else is seen before it is in force.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { judgeCall } from "../../../services/facts/judge.ts";
import { sessionFacts } from "../../../services/facts/session.ts";
import { PLAIN_SHELL } from "../../../services/facts/session-shell.ts";
import { type NamedPolicy, namedPolicy } from "../../policy/chosen-policy.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

type Example = NamedPolicy["whole"]["pack"]["examples"][number];

/** WHY: no call waits for the verdict here, and a busy machine is not to change how an example comes out. */
const ROUND_MS_MAX = 30_000;

/** How one example came out. */
export type TriedExample = {
  readonly command: string;
  readonly expected: Verdict;
  readonly verdict: Verdict;
  /** Rules that decided. */
  readonly rules: readonly string[];
  readonly passed: boolean;
};

/** Tries the examples in a directory, by what is there, in a plain shell; the person's own home unless one is given. */
export async function tryExamples(
  examples: readonly Example[],
  policy: Policy,
  place: { readonly cwd: string; readonly home?: string },
): Promise<readonly TriedExample[]> {
  const { cwd } = place;
  const session = sessionFacts({ sessionId: "policy-test", mode: "default", ...place });
  const shell = { ...PLAIN_SHELL, dialect: "bash" } as const;
  const tried: TriedExample[] = [];
  for (const { command, verdict: expected, rule } of examples) {
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    const call = { id: "example", tool: "Bash", cwd, input };
    const limits = { roundMsMax: ROUND_MS_MAX };
    const { verdict, reasons } = await judgeCall({ call, policy, session, shell, limits });
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
    description:
      "Tries the `examples` of a policy. Example: sallyport policy test policy.yaml --cwd ~/project --json",
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
    const tried = await tryExamples(examples, policy, { cwd: resolve(args.cwd ?? ".") });
    const failed = tried.filter(({ passed }) => !passed).length;
    if (args.json === true) {
      await print(printableJson({ policy: policy.id, digest: policy.digest, tried }));
    } else {
      for (const one of tried.filter(({ passed }) => !passed)) await print(exampleText(one));
      await print(`${tried.length - failed} as expected, ${failed} otherwise`);
    }
    if (failed > 0) process.exitCode = 1;
  },
});

function exampleText({ command, expected, verdict, rules }: TriedExample): string {
  const by = rules.length === 0 ? "" : ` by ${rules.map(printable).join(", ")}`;
  return `${verdict}${by}, expected ${expected}: ${printable(command)}`;
}
