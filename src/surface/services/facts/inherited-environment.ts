// A session's reported environment as Facts: which values are certain follows from the shell and its start-up files.
import { existsSync } from "node:fs";
import { baseName } from "#base/path.ts";
import { isSecret, SECRETS } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import type { EnvironmentFacts, ShellFacts } from "#guard/facts/facts.ts";
import { type AcceptedVariable, isAccepted } from "#govern/settings/accepted-variables.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import type { EnvironmentReport } from "./environment-report.ts";

/** The shell and what it inherits. */
export type Inheriting = {
  readonly shell: ShellFacts;
  readonly environment: EnvironmentFacts | undefined;
};

/** Makes facts of a report for the shell that the session was found to have. */
export type Inherit = (
  report: EnvironmentReport | undefined,
  shell: ShellFacts,
  accepted?: readonly AcceptedVariable[],
) => Inheriting;

/**
 * What the client sets for each command, whatever else does, and not for hooks. Measured with 2.1.328, with `GIT_EDITOR` in
 * the launcher's environment and in `.bashrc`.
 */
const SET_FOR_COMMANDS = [["GIT_EDITOR", "true"]] as const;

type Prepared = {
  readonly exact: EnvironmentFacts;
  readonly possible: EnvironmentFacts;
  /** The shell that the client takes, as far as the environment says. */
  readonly dialect: ShellFacts["dialect"];
  /** A start-up file that zsh reads in every call. */
  readonly zshFile: string;
  readonly accepted: readonly AcceptedVariable[] | undefined;
};

/** Builds `Inherit` for one home; what a report says is worked out once. */
export function createInherit(home: string): Inherit {
  const known = new WeakMap<EnvironmentReport, Prepared>();
  return (report, shell, accepted) => {
    if (report === undefined) return { shell, environment: undefined };
    let prepared = known.get(report);
    if (prepared === undefined || prepared.accepted !== accepted) {
      prepared = prepare(report, home, accepted);
      known.set(report, prepared);
    }
    const dialect = shell.dialect === "unknown" ? prepared.dialect : shell.dialect;
    const environment = isExact(prepared, dialect) ? prepared.exact : prepared.possible;
    return { shell: dialect === shell.dialect ? shell : { ...shell, dialect }, environment };
  };
}

function prepare(
  report: EnvironmentReport,
  home: string,
  accepted: readonly AcceptedVariable[] | undefined,
): Prepared {
  const variables = new Map([...report.variables, ...SET_FOR_COMMANDS]);
  const given = variables.get("HOME");
  // The same place by another name is no other home.
  if (given !== undefined && realPath(given) === home) variables.delete("HOME");
  const withheld = new Set(report.withheld);
  const doubtful = new Set(report.amended);
  const former = report.variables.filter(
    ([name, value]) =>
      variables.get(name) !== value && !SET_FOR_COMMANDS.some(([set]) => set === name),
  );
  const make = (certain: boolean) =>
    environmentFacts({ variables, withheld, isExact: certain, doubtful }, former, (name, value) =>
      isAccepted({ name, value }, accepted),
    );
  return {
    exact: make(true),
    possible: make(false),
    dialect: dialectIn(variables),
    zshFile: `${variables.get("ZDOTDIR") ?? home}/.zshenv`,
    accepted,
  };
}

/**
 * Whether every call begins with just these variables. Measured: bash that finds no `SHLVL` takes its input for a remote
 * login and reads `~/.bashrc` in every call (a shell that starts our hook says 0 then); `BASH_ENV` and `.zshenv` are read in every call whatever else is set. What the
 * system's own files under /etc set is not looked at.
 */
function isExact({ exact, zshFile }: Prepared, dialect: ShellFacts["dialect"]): boolean {
  const { variables, withheld } = exact;
  switch (dialect) {
    case "bash":
      return (
        Number(variables.get("SHLVL")) > 0 &&
        (variables.get("BASH_ENV") ?? "") === "" &&
        !withheld.has("BASH_ENV")
      );
    case "zsh":
      return !withheld.has("ZDOTDIR") && !existsSync(zshFile);
    case "unknown":
      return false;
    default:
      return dialect satisfies never;
  }
}

/** Measured: the client takes the program that the first of these names, when its name says bash or zsh. */
function dialectIn(variables: ReadonlyMap<string, string>): ShellFacts["dialect"] {
  for (const name of ["CLAUDE_CODE_SHELL", "SHELL"]) {
    const shell = variables.get(name) ?? "";
    const found = /bash|zsh/.exec(baseName(shell))?.[0];
    if (found !== undefined && existsSync(shell)) return found === "bash" ? "bash" : "zsh";
  }
  return "unknown";
}

/** A report without the values in which a detector finds a key. */
export function withoutSecrets(report: EnvironmentReport): EnvironmentReport {
  const isPlain = ([, value]: readonly [string, string]): boolean =>
    !scanText(value, "environment", { families: SECRETS }).findings.some(isSecret);
  const withheld = report.variables.flatMap((one) => (isPlain(one) ? [] : [one[0]]));
  if (withheld.length === 0) return report;
  return {
    ...report,
    variables: report.variables.filter(isPlain),
    withheld: [...report.withheld, ...withheld],
  };
}
