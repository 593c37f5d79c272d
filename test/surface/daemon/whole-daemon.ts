// The daemon with all of its parts, in this process, over an installation of a test.
import { composeDaemon } from "#surface/daemon/compose.ts";
import { type DaemonRun, runDaemon } from "#surface/daemon/run-daemon.ts";
import type { Install } from "#surface/services/installation/install.ts";

export type WholeDaemon = DaemonRun & { readonly kind: "running" };

/** The daemon of an installation once its parts are up; whoever starts it stops it. */
export async function wholeDaemon({
  install,
  home,
}: {
  readonly install: Install;
  readonly home: string;
}): Promise<WholeDaemon> {
  const run = await runDaemon(
    install,
    composeDaemon(install, () => undefined, home),
  );
  if (run.kind !== "running") throw new Error("the daemon did not start");
  await run.ready();
  return run;
}
