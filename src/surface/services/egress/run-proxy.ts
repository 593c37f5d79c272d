// The egress proxy as this process's whole purpose, until it is asked to end.
import { untilAskedToEnd } from "#platform/signals.ts";
import { prepareDirectories } from "../../foundation/files/directories.ts";
import { type CompanyWish, companyWay } from "./company-way.ts";
import { createEgressProxy } from "./egress-proxy.ts";
import { openEgressRecord } from "./egress-record.ts";
import type { InspectionWish } from "./inspection.ts";
import { openTrustedInspection } from "./inspection-trust.ts";
import { type EgressWish, rulesInForce } from "./rules-in-force.ts";
import { sessionCredentials } from "./session-credentials.ts";

/** Runs it on 127.0.0.1. `started` hears the port, and where the policy comes from. Gives how often something passed, and was refused. */
export async function runEgressProxy(
  wish: Omit<EgressWish, "root"> & {
    readonly data: string;
    readonly port: number;
    readonly isSessionRequired: boolean;
    readonly company: CompanyWish;
    readonly inspect: InspectionWish | undefined;
  },
  tell: {
    readonly say: (line: string) => void;
    readonly started: (port: number, from: string, trustFile: string | undefined) => void;
  },
): Promise<{ readonly passed: number; readonly refused: number }> {
  const asked = untilAskedToEnd();
  const directories = prepareDirectories(wish.data);
  const { root, keys } = directories;
  const ca = process.env["NODE_EXTRA_CA_CERTS"];
  const inspected = openTrustedInspection(wish.inspect, directories, ca);
  const { choice, words } = await companyWay(wish.company, process.env, wish.port);
  if (words !== undefined) tell.say(words);
  const rules = await rulesInForce({ ...wish, root }, tell.say);
  const record = await openEgressRecord(directories, tell.say);
  const counts = { passed: 0, refused: 0 };
  const proxy = createEgressProxy({
    company: choice,
    inspection: inspected?.inspection,
    rules: rules.now,
    credentials: sessionCredentials(keys, wish.isSessionRequired),
    outcome(outcome) {
      counts[outcome.why === undefined ? "passed" : "refused"] += 1;
      record.add(outcome);
    },
  });
  const port = await proxy.listenOn(wish.port);
  tell.started(port, rules.from, inspected?.trustFile);
  await asked;
  proxy.close();
  rules.stop();
  // Connections that end now are told of as well.
  await new Promise((resolve) => setImmediate(resolve));
  await record.close();
  return counts;
}
