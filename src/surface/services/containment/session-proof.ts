// The proof that a session's commands are contained: made when it starts, held against the machine whenever a call asks.
import { printable } from "#base/printable.ts";
import type { FactAnswer } from "#guard/facts/facts.ts";
import { ancestorWords } from "#platform/processes.ts";
import type { ContainmentProof, EnvironmentReport } from "../facts/environment-report.ts";
import { probeSandbox } from "./sandbox-probe.ts";
import { provableSandbox, type SandboxPlaces, sandboxStatus } from "./sandbox-status.ts";

const WHY_CHARS_MAX = 500;
/** Options of the client that widen its sandbox from above everybody's settings but the managed ones (measured). */
const WIDENING_OPTION = /^--(?:settings|add-dir)(?:=|$)/;

/**
 * Proves the sandbox of a session that starts now: settings, programs, and a command run in one. Called by a process of the
 * client's own, so that it sees what the client sees. Never rejects.
 */
export async function proveContainment(
  places: SandboxPlaces,
  ancestors: () => readonly (readonly string[])[] | undefined = ancestorWords,
): Promise<ContainmentProof> {
  const standing = provableSandbox(places);
  if (standing.problem !== undefined) return unproven(standing.problem);
  const started = ancestors();
  if (started === undefined) return unproven("it is not known how the client was started");
  const option = started.flat().find((word) => WIDENING_OPTION.test(word));
  if (option !== undefined)
    return unproven(
      `the client was started with \`${printable(option.split("=", 1)[0] ?? "")}\`, which may widen the sandbox`,
    );
  const broken = await probeSandbox(standing.programs);
  if (broken !== undefined) return unproven(broken);
  return { kind: "proven", digest: standing.sandbox.digest, directory: places.root };
}

/** The answer to whether a session is contained: what its start proved must still be so. */
export function containmentAnswer(
  report: EnvironmentReport | undefined,
  places: Omit<SandboxPlaces, "path">,
): FactAnswer {
  const proof = report?.containment;
  if (proof === undefined) return missing("the session's start told nothing of a sandbox");
  if (proof.kind === "unproven") return missing(proof.why);
  if (proof.directory !== places.root)
    return missing("the session was started in another directory than the project's");
  if (report?.amended?.includes("PATH") === true)
    return missing("settings changed `PATH` since the session's start");
  const standing = sandboxStatus({ ...places, path: pathIn(report) });
  if (standing.problem !== undefined) return missing(standing.problem);
  if (standing.sandbox.digest !== proof.digest)
    return missing("settings or programs of the sandbox changed since the session's start");
  return { kind: "containment", sandbox: standing.sandbox };
}

/** The `PATH` that a report tells of. */
export function pathIn(report: EnvironmentReport | undefined): string | undefined {
  return report?.variables.find(([name]) => name === "PATH")?.[1];
}

function unproven(why: string): ContainmentProof {
  return { kind: "unproven", why: why.slice(0, WHY_CHARS_MAX) };
}

function missing(why: string): FactAnswer {
  return { kind: "containment", sandbox: undefined, why };
}
