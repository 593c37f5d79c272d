// `sallyport ci check`: the audit's checks of pipelines and of what a checkout would run, and the acceptance test of the gate.
import { realpathSync } from "node:fs";
import { defineCommand, runCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { acceptance } from "../../../services/ci/acceptance.ts";
import { isolatedRunPolicy } from "../../../services/ci/run-policy.ts";
import { compilePolicyFile, loadPolicy } from "../../../services/policy/policy-source.ts";
import { repeatedOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { auditCommand } from "./audit.ts";

/** Families that a pipeline can judge from a checkout alone. */
const FAMILIES = ["ci", "untrusted"] as const;
const AUDIT_ARGS = typeof auditCommand.args === "object" ? auditCommand.args : {};

/** `sallyport ci check [PATH]`. */
export const ciCheckCommand = defineCommand({
  meta: {
    name: "check",
    description: `look at pipelines and at what a checkout would run: GitHub Actions, GitLab, CircleCI, Azure, Jenkins

  sallyport ci check                                 the repository here
  sallyport ci check --fail-on medium
  sallyport ci check --format sarif --output ci.sarif
  sallyport ci check --acceptance                    what a run without a person may and must not do, by its policy
  sallyport ci check --acceptance --policy ci.yaml
  sallyport ci check --acceptance --allow "Bash(npm run lint)"   and what the job is for is possible

The options are those of \`sallyport audit\`; commands of steps are read as a shell reads them, into scripts of the repository too.`,
  },
  args: {
    ...AUDIT_ARGS,
    acceptance: {
      type: "boolean",
      description: "judge the calls that a gate has to hold; runs nothing",
    },
    allow: {
      type: "string",
      valueHint: "RULE",
      description: "with --acceptance: what the job is for, as for `ci run`; may be repeated",
    },
    // WHY not by `--profile` too: here that is a checklist.
    policy: {
      type: "string",
      valueHint: "NAME|FILE",
      description: "with --acceptance: a pack or a file (default: tier-ci)",
    },
  },
  async run({ args, rawArgs }) {
    if (args.acceptance === true) {
      await accept(String(args.policy ?? "tier-ci"), {
        path: String(args["path"] ?? "."),
        allow: repeatedOption(rawArgs, "--allow"),
        isJson: args["json"] === true,
      });
      return;
    }
    const families = rawArgs.some((word) => /^--family(?:=|$)/.test(word))
      ? []
      : ["--family", FAMILIES.join(",")];
    await runCommand(auditCommand, { rawArgs: [...rawArgs, ...families] });
  },
});

async function accept(
  policy: string,
  {
    path,
    allow,
    isJson,
  }: { readonly path: string; readonly allow: readonly string[]; readonly isJson: boolean },
): Promise<void> {
  const results = await acceptance(policyOf(policy), directoryOf(path), allow);
  const wrong = results.filter(({ isMet }) => !isMet);
  if (isJson) await print(printableJson({ policy, met: wrong.length === 0, results }, 2));
  else {
    for (const { title, input, verdict, wanted, isMet, rule } of results) {
      const what = printable(Object.values(input).find((value) => typeof value === "string") ?? "");
      await print(
        `${isMet ? "ok   " : "WRONG"}  ${title}: \`${what}\` is ${verdict}, wanted ${wanted} (${printable(rule)})`,
      );
    }
    await print(
      `${results.length - wrong.length} of ${results.length} calls come out as they should under \`${printable(policy)}\``,
    );
  }
  process.exitCode = wrong.length === 0 ? exitCodes.done : exitCodes.found;
}

/** WHY as without a sandbox: there the least is refused. */
function policyOf(name: string): Policy {
  const text = isolatedRunPolicy(name);
  return text === undefined ? loadPolicy(name) : compilePolicyFile(text, name);
}

function directoryOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new Failure("usage", `there is no folder \`${printable(path)}\`: name one`, { cause });
  }
}
