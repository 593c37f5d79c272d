// One command behind the egress proxy, in the project's isolation, on record.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { endedBySignal } from "#platform/signals.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type CompanyWish, companyWay } from "./company-way.ts";
import { createEgressProxy } from "./egress-proxy.ts";
import { openEgressRecord } from "./egress-record.ts";
import type { InspectionWish } from "./inspection.ts";
import { openTrustedInspection } from "./inspection-trust.ts";
import { runIsolated } from "./isolated-run.ts";
import { refusalLine } from "./refusals.ts";
import { rulesInForce } from "./rules-in-force.ts";
import { sessionCredentials } from "./session-credentials.ts";
import { placeText } from "./shared.ts";

const LINES_MAX = 20;

/** Runs it. Gives its exit code, and a line for each place that it was refused. */
export async function runBehindProxy(wish: {
  readonly project: string;
  readonly directories: Directories;
  readonly policy: string | undefined;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly company: CompanyWish;
  readonly inspect: InspectionWish | undefined;
  readonly command: readonly string[];
  readonly say: (line: string) => void;
}): Promise<{ readonly exitCode: number; readonly refused: readonly string[] }> {
  const { directories, say, project, policy, command } = wish;
  const ca = process.env["NODE_EXTRA_CA_CERTS"];
  const inspected = openTrustedInspection(wish.inspect, directories, ca);
  const { choice, words } = await companyWay(wish.company, process.env, 0);
  if (words !== undefined) say(words);
  const rules = await rulesInForce({ ...wish, root: directories.root }, say);
  const record = await openEgressRecord(directories, say);
  const credentials = sessionCredentials(directories.keys, true);
  const refused = new Set<string>();
  const proxy = createEgressProxy({
    rules: rules.now,
    credentials,
    company: choice,
    inspection: inspected?.inspection,
    outcome(outcome) {
      record.add(outcome);
      const { why, place } = outcome;
      if (why !== undefined && refused.size < LINES_MAX)
        refused.add(refusalLine(why, place === undefined ? undefined : placeText(place)));
    },
  });
  try {
    const login = credentials.of(randomUUID());
    const { child } = await runIsolated({
      project,
      directories,
      policy,
      command,
      login,
      proxy,
      how: "variables",
      stdio: "inherit",
      trust: inspected === undefined ? undefined : await readFile(inspected.trustFile, "utf8"),
    });
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return {
      exitCode: code ?? (signal === null ? 1 : endedBySignal(signal)),
      refused: [...refused],
    };
  } finally {
    proxy.close();
    rules.stop();
    await new Promise((resolve) => setImmediate(resolve));
    await record.close();
  }
}
