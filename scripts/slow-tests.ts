// Test files that take longest: a run of everything has a part of them, another one each day, and whoever names one has it.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folders of tests that drive the real client or a browser: a file takes from ten seconds to minutes. */
const FOLDERS = ["test/client", "test/dashboard"];

/** Others that take more than ten seconds on two quiet cores. Those beside each other take about as long, and so does each part. */
const FILES: readonly string[] = [
  "test/guide/page-commands.test.ts",
  "test/guide/managed-machine.test.ts",
  "test/guide/first-day.test.ts",
  "test/surface/services/fleet/host-stores.test.ts",
  "test/surface/cli/upgrade/upgrade.test.ts",
  "test/surface/cli/scopes.test.ts",
  "test/surface/cli/bad-input.test.ts",
  "test/surface/services/mcp-gateway/gateway.test.ts",
  "test/surface/services/hold/hosts/machine-ports.test.ts",
  "test/surface/hook/transports.test.ts",
  "test/surface/services/hold/real-parts.test.ts",
  "test/surface/services/git-hooks/git-hooks.test.ts",
  "test/govern/settings/consolidate/consolidate.test.ts",
  "test/record/store/index/index-check.test.ts",
  "test/surface/cli/exception.test.ts",
  "test/surface/hook/hook-process.test.ts",
  "test/surface/cli/log-search.test.ts",
  "test/surface/services/daemon-process/lifecycle.test.ts",
  "test/surface/cli/explain/judged-as.test.ts",
  "test/surface/services/hold/made-files.test.ts",
  "test/surface/services/facts/git/git-shown.test.ts",
  "test/surface/services/ci/run-request.test.ts",
  "test/guard/effects/git-programs.test.ts",
  "test/surface/services/posture/audit.test.ts",
  "test/surface/cli/status.test.ts",
  "test/surface/services/scan/working-tree.test.ts",
  "test/surface/services/privacy/erasure.test.ts",
  "test/surface/services/hold/remotes/held-http.test.ts",
  "test/surface/services/hold/remotes/held-remotes.test.ts",
  "test/surface/services/mcp/server-facts.test.ts",
  "test/surface/services/scan/acceptance.test.ts",
  "test/surface/services/hold/leavings-everywhere.test.ts",
  "test/surface/services/hold/left-behind.test.ts",
  "test/surface/cli/init.test.ts",
  "test/surface/services/hold/escapes.test.ts",
  "test/package/npx.test.ts",
  "test/package/debian.test.ts",
  "test/guide/first-hour.test.ts",
  "test/surface/services/hold/hosts/held-hosts.test.ts",
  "test/assure/redteam/wrappings.test.ts",
  "test/surface/services/hold/remotes/held-company.test.ts",
  "test/surface/services/hold/bad-input.test.ts",
  "test/surface/services/hold/loaded-views.test.ts",
  "test/surface/services/hold/keys/granted-secrets.test.ts",
  "test/surface/services/hold/signing/held-signatures.test.ts",
  "test/surface/services/approvals/approvals.test.ts",
  "test/surface/services/secrets/clouds.test.ts",
  "test/surface/services/fleet/fleet-node-loss.test.ts",
  "test/surface/services/hold/call-holder.test.ts",
  "test/surface/services/notify/notifying.test.ts",
  "test/surface/services/retention/expire-texts.test.ts",
  "test/govern/policy/diff/compare.test.ts",
  "test/surface/services/sandbox/isolated.test.ts",
  "test/surface/services/hold/keys/judged-logins.test.ts",
  "test/guard/effects/git-copies.test.ts",
  "test/surface/cli/fleet.test.ts",
  "test/listeners/listeners.test.ts",
  "test/surface/services/privacy/hundred-canaries.test.ts",
  "test/scripts/new.test.ts",
  "test/surface/services/trial/fifty-trials.test.ts",
  "test/packages/guard.test.ts",
  "test/surface/cli/upgrade/leave.test.ts",
  "test/surface/services/hold/remotes/held-pushes.test.ts",
  "test/surface/services/hold/prepared-mounts.test.ts",
  "test/surface/services/redteam/shipped-cases.test.ts",
  "test/surface/services/hold/moved-folders.test.ts",
  "test/detect/conversion/sql.test.ts",
  "test/scripts/lazy-modules.test.ts",
  "test/surface/hook/bundles.test.ts",
  "test/surface/services/scan/clean-cache.test.ts",
  "test/surface/cli/service.test.ts",
  "test/surface/cli/observe.test.ts",
  "test/surface/hook/remembered-answers.test.ts",
  "test/surface/services/hold/script-swaps.test.ts",
  "test/guard/alternatives/running.test.ts",
  "test/surface/cli/policy-bundle.test.ts",
  "test/surface/cli/policy/judged-as-deployed.test.ts",
  "test/surface/cli/mods/catalog.test.ts",
  "test/oracle/productions/obeyed.test.ts",
  "test/surface/services/hold/remotes/killed-broker.test.ts",
  "test/surface/services/scan/changes.test.ts",
  "test/surface/cli/deploy.test.ts",
  "test/surface/services/prove/prove.test.ts",
  "test/surface/cli/knowledge/mcp-server.test.ts",
  "test/surface/services/git-hooks/own-hook-judged.test.ts",
  "test/surface/cli/log-keeping.test.ts",
  "test/guard/effects/git/planted-state.test.ts",
  "test/assure/posture/endless-texts.test.ts",
  "test/surface/services/undo/session.test.ts",
  "test/surface/services/fleet/collector.test.ts",
  "test/surface/services/hold/git-settings.test.ts",
  "test/scripts/bootstrap.test.ts",
  "test/surface/cli/off.test.ts",
  "test/surface/dashboard/fuzz.test.ts",
  "test/govern/compile/registry-file.test.ts",
  "test/surface/cli/repair/repair.test.ts",
  "test/govern/recipe/recipes.test.ts",
  "test/surface/cli/policy-backtest.test.ts",
  "test/fault/verify-while-writing.test.ts",
  "test/surface/daemon/commands.test.ts",
  "test/fault/crashes.test.ts",
  "test/surface/daemon/server.test.ts",
];

const DAY_MS = 86_400_000;

/** All of them, paths below the repository. */
export function slowFiles(): readonly string[] {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`)
      .toSorted(),
  );
  return [...FILES, ...found];
}

/** The slow files that wait on the day of this time, where one of `parts` is had each day. */
export function waitingFiles(timeMs: number, parts: number): readonly string[] {
  const part = Math.floor(timeMs / DAY_MS) % parts;
  return slowFiles().filter((_, at) => at % parts !== part);
}
