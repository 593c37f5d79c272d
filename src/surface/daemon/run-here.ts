// The daemon of one data directory with its real parts, in this process.
import { composeDaemon } from "./compose.ts";
import { runInForeground } from "./foreground.ts";
import { ensureInstall } from "../services/installation/install.ts";

/** Runs it until it is asked to end; gives the exit code. Throws a Failure when the data directory cannot be used. */
export async function runHere(root: string): Promise<number> {
  const install = await ensureInstall({ root });
  return runInForeground(install, (say) => composeDaemon(install, say));
}
