// What commands of the operator share: an installation that must be there, and a daemon that records.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { type Install, readInstall } from "../../services/installation/install.ts";
import { ensureDaemon } from "../../services/daemon-process/lifecycle.ts";
import type { OperatorAnswer } from "../../services/daemon-process/operator-orders.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { daemonLaunch } from "../../services/service/daemon-launch.ts";

/** The installation of a data directory. Throws a Failure where there is none. */
export function requireInstall(directories: Directories): Install {
  const install = readInstall(directories);
  if (install !== undefined) return install;
  throw new Failure(
    "install",
    `nothing is installed in \`${directories.root}\`; start with \`sallyport init\``,
  );
}

/** WHY also where something ends: only the daemon records, and what ends is on record. */
export async function startDaemon(install: Install): Promise<void> {
  const result = await ensureDaemon(install, daemonLaunch(install.directories.root));
  if (!("identity" in result)) throw new Failure(result.kind, result.message);
}

/** The Failure of an order that the daemon did not carry out. */
export function refused(answer: OperatorAnswer): Failure {
  const why = answer.kind === "refused" ? answer.why : "its answer makes no sense";
  return new Failure("refused", `the daemon refuses: ${printable(why)}`);
}
