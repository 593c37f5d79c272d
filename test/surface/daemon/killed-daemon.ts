// A daemon process that kills itself: the real one, until the first decision is recorded and before it is answered.
import { composeDaemon } from "#surface/daemon/compose.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";

const [root = "", home = ""] = process.argv.slice(2);
const install = await ensureInstall({ root });
const options = composeDaemon(install, () => undefined, home);
const run = await runDaemon(install, {
  ...options,
  async compose() {
    const parts = await options.compose();
    const append: typeof parts.ports.append = async (observation, how) => {
      await parts.ports.append(observation, how);
      const isLast = observation.kind === "decision" && observation.call.id === "last";
      if (isLast) process.kill(process.pid, "SIGKILL");
    };
    return { ...parts, ports: { ...parts.ports, append } };
  },
});
if (run.kind === "running") await run.ready();
process.stdout.write("ready\n");
