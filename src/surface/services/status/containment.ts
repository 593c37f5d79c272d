// What `sallyport status` says of the client's sandbox: whether a session that starts now would be proven contained.
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { probeSandbox } from "../containment/sandbox-probe.ts";
import { sandboxStatus } from "../containment/sandbox-status.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import type { Surroundings } from "./installation.ts";
import { configDirectoryIn } from "../../foundation/process/detached-environment.ts";

/** Looks at settings and programs, and runs the probe. Nobody needs a sandbox, so none is a note. */
export async function checkContainment(
  root: string,
  { environment, directories }: Surroundings,
): Promise<Check> {
  const about = "sandbox";
  const home = realPath(environment["HOME"] ?? homeDirectory());
  const standing = sandboxStatus({
    root: realPath(root),
    home,
    data: directories.root,
    path: environment["PATH"],
    configDirectory: configDirectoryIn(environment, home),
  });
  const problem =
    standing.problem === undefined ? await probeSandbox(standing.programs) : standing.problem;
  if (problem !== undefined) {
    const text = `project code is asked about, not contained: ${printable(problem)}`;
    return { about, level: "note", text };
  }
  const text = "the client's sandbox works here: sessions that prove it run project code contained";
  return { about, level: "ok", text };
}
