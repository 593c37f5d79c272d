// What holds a headless run on its machine: the client's sandbox, a container, or a runner that is thrown away; probed, and named with how that is known.
import { sandboxPrograms } from "../containment/sandbox-status.ts";
import { probeSandbox } from "../containment/sandbox-probe.ts";
import { isContainer } from "#platform/container.ts";
import { type SystemKind, thisSystem } from "#platform/system.ts";

/** One kind of isolation. `proven`: a probe showed it; otherwise the environment of the run says so. */
export type Isolation = {
  readonly kind: "sandbox" | "container" | "runner";
  readonly isProven: boolean;
  readonly how: string;
};

/** What was found, and why other kinds are not there. */
export type IsolationReport = {
  readonly found: readonly Isolation[];
  readonly missing: readonly string[];
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Looks for every kind. Runs one tiny command in a sandbox; changes nothing. */
export async function probeIsolation(environment: Environment): Promise<IsolationReport> {
  const sandbox = await sandboxHere(environment["PATH"], thisSystem());
  const container = isContainer();
  const runner = hostedRunner(environment);
  const found: Isolation[] = [];
  const missing: string[] = [];
  if (sandbox === undefined)
    found.push({
      kind: "sandbox",
      isProven: true,
      how: "commands run in the client's sandbox: a probe wrote nothing outside of it, read nothing hidden and had no network",
    });
  else missing.push(`no sandbox: ${sandbox}`);
  if (container)
    found.push({ kind: "container", isProven: true, how: "this machine is a container" });
  else missing.push("no container: this machine is none");
  if (runner === undefined)
    missing.push("no hosted runner: no variable of a known service says so");
  else found.push({ kind: "runner", isProven: false, how: runner });
  return { found, missing };
}

/** What is wrong with the sandbox; undefined where it works. */
async function sandboxHere(
  path: string | undefined,
  system: SystemKind,
): Promise<string | undefined> {
  if (system === "windows" || system === "other") return "the client has none on this system";
  const programs = sandboxPrograms(system, { bwrap: undefined, socat: undefined }, path);
  return typeof programs === "string" ? programs : probeSandbox(programs);
}

/** The service whose machines are thrown away after a job, by the variables that it documents. */
export function hostedRunner(environment: Environment): string | undefined {
  const is = (name: string, value: string) => environment[name]?.toLowerCase() === value;
  if (is("GITHUB_ACTIONS", "true") && is("RUNNER_ENVIRONMENT", "github-hosted"))
    return "GitHub says that it hosts this runner (`RUNNER_ENVIRONMENT`)";
  if (is("GITLAB_CI", "true") && is("CI_DISPOSABLE_ENVIRONMENT", "true"))
    return "GitLab says that this runner is thrown away (`CI_DISPOSABLE_ENVIRONMENT`)";
  if (is("CIRCLECI", "true") && environment["CIRCLE_RUNNER_RESOURCE_CLASS"] === undefined)
    return "CircleCI hosts this runner";
  if (is("TF_BUILD", "true") && is("AGENT_ISSELFHOSTED", "0"))
    return "Azure says that it hosts this agent (`AGENT_ISSELFHOSTED`)";
  return undefined;
}
