// The dashboard of a made-up company: its data directory made, its daemon and its pages run in this process, all removed at the end.
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { composeDaemon } from "../../daemon/compose.ts";
import { type DaemonRun, runDaemon } from "../../daemon/run-daemon.ts";
import { type RunningDashboard, runDashboard } from "../../dashboard/run-dashboard.ts";
import type { Terminal } from "../../foundation/terminal/terminal.ts";
import { makeDemoFleet } from "./demo-fleet.ts";
import { makeDemoRoom, orderInDemo } from "./demo-room.ts";

export type RunningDemo = {
  readonly dashboard: RunningDashboard;
  /** Where it lies. */
  readonly folder: string;
  /** Ends it, and removes the folder unless the person named it. */
  close(): Promise<void>;
};

export type DemoOptions = {
  readonly port: number;
  /** A folder that is kept; without it one is made and removed. */
  readonly keep?: string | undefined;
  readonly appFolder?: string;
  readonly terminal: Terminal;
  readonly nowMs: number;
  readonly onDay?: (done: number, of: number) => void;
};

/** Makes the company and serves it. Throws a Failure `usage` where the folder to keep is not empty. */
export async function runDemo(options: DemoOptions): Promise<RunningDemo> {
  const { keep, port, appFolder } = options;
  const folder = keep === undefined ? scratchFolder() : emptyFolder(keep);
  const remove = () => {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  };
  let daemon: DaemonRun | undefined;
  try {
    const fleet = join(folder, "fleet");
    makeDemoFleet(fleet, options.nowMs);
    const room = await makeDemoRoom(folder, options);
    const standing = () =>
      Promise.resolve({ works: false, why: "a demo runs nothing", repair: "" } as const);
    daemon = await runDaemon(
      room.install,
      composeDaemon(room.install, () => undefined, room.home, { standing }),
    );
    if (daemon.kind !== "running")
      throw new Failure("demo", "another daemon has the demo's folder");
    const running = daemon;
    await running.ready();
    await orderInDemo(room, options.nowMs);
    const dashboard = await runDashboard(room.install, {
      port,
      isDemo: true,
      environment: demoEnvironment(room.home, fleet),
      ...(appFolder === undefined ? {} : { appFolder }),
    });
    return {
      dashboard,
      folder,
      async close() {
        await dashboard.close();
        await running.stop();
        remove();
      },
    };
  } catch (cause) {
    if (daemon?.kind === "running") await daemon.stop();
    remove();
    throw cause;
  }
}

/** WHY without these variables: the pages would show the real person's servers and machines. */
function demoEnvironment(home: string, fleet: string): NodeJS.ProcessEnv {
  const { CLAUDE_CONFIG_DIR: _, SALLYPORT_FLEET_READER: __, ...rest } = process.env;
  return { ...rest, HOME: home, SALLYPORT_FLEET: fleet };
}

const scratchFolder = () =>
  realpathSync(mkdtempSync(join(temporaryDirectory(), "sallyport-demo-")));

function emptyFolder(path: string): string {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new Failure("usage", `\`--keep\` needs an empty folder, and \`${folder}\` has files`);
  return realpathSync(folder);
}
