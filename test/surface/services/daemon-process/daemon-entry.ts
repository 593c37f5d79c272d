// A daemon process for lifecycle tests: the real server, lock and signals, with a log that is a plain file.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { runInForeground } from "#surface/daemon/foreground.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { decisionOf } from "../../daemon/daemon-stand.ts";

const root = process.env["SALLYPORT_HOME"] ?? "";
const install = await ensureInstall({ root });
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
process.exitCode = await runInForeground(install, (say) => ({
  clock,
  version: "0.0.0",
  say,
  findProject: () => ({ id: "0123456789abcdef", root: "/project" }),
  compose: async () => ({
    ports: {
      clock,
      judge: async () => ({ decision: decisionOf("deny"), policy: undefined }),
      append: async (observation) => {
        appendFileSync(join(root, "observations"), `${observation.kind}\n`);
      },
      isLogFailing: () => false,
      inspectControls: () => ({ kind: "intact" }),
      resolvePath: (path) => path,
      hasTranscript: () => true,
      projectAt: () => undefined,
    },
    close: async () =>
      appendFileSync(
        join(root, "observations"),
        `closed ${Object.keys(process.env).sort().join(" ")}\n`,
      ),
  }),
}));
