// `sallyport ci check`: the audit's checks of pipelines and of what a checkout would run, as a gate.
import { defineCommand, runCommand } from "citty";
import { auditCommand } from "./audit.ts";

/** Families that a pipeline can judge from a checkout alone. */
const FAMILIES = ["ci", "untrusted"] as const;

/** `sallyport ci check [PATH]`. */
export const ciCheckCommand = defineCommand({
  meta: {
    name: "check",
    description: `look at pipelines and at what a checkout would run: GitHub Actions, GitLab, CircleCI, Azure, Jenkins

  sallyport ci check                                 the repository here
  sallyport ci check --fail-on medium
  sallyport ci check --format sarif --output ci.sarif

The options are those of \`sallyport audit\`; commands of steps are read as a shell reads them, into scripts of the repository too.

exit codes: 0 no finding at or above --fail-on, 1 some, 2 could not look`,
  },
  args: auditCommand.args ?? {},
  async run({ rawArgs }) {
    const families = rawArgs.some((word) => /^--family(?:=|$)/.test(word))
      ? []
      : ["--family", FAMILIES.join(",")];
    await runCommand(auditCommand, { rawArgs: [...rawArgs, ...families] });
  },
});
