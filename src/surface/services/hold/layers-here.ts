// What of the layers below the evaluator works in a place: asked of the machine, for `policy show` and `explain`.
import type { FactAnswer } from "#guard/facts/facts.ts";
import type { LayersHere, LayerStatus } from "#guard/policy/held-by-layer.ts";
import type { HoldMode } from "#guard/policy/policy.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { probeSandbox } from "../containment/sandbox-probe.ts";
import { namedGatewayPort, sandboxStatus } from "../containment/sandbox-status.ts";
import { gatewayStatus } from "../gateway/gateway-lifecycle.ts";
import { clientSidesOf } from "./client-side.ts";
import { type HoldStatus, holdStatus } from "./hold-status.ts";
import { configDirectoryIn } from "../../foundation/process/detached-environment.ts";

/** Where it is asked. Paths are absolute. */
export type AskedHere = {
  readonly root: string;
  readonly home: string;
  /** Our data directory. */
  readonly data: string;
  readonly hold: HoldMode | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  readonly standing?: () => Promise<HoldStatus>;
};

/** Runs a command as a call would be and as the client would, and asks the gateway. Never rejects. */
export async function layersHere(asked: AskedHere): Promise<LayersHere> {
  const { root, data } = asked;
  const [kernel, sandbox, gateway] = await Promise.all([
    kernelHere(asked),
    sandboxHere(asked),
    gatewayHere(data),
  ]);
  return { kernel, sandbox, gateway, session: { projectRoot: realPath(root) } };
}

/** Whether commands of a place are held one by one. */
export async function kernelHere({
  root,
  home,
  hold,
  standing = holdStatus,
}: AskedHere): Promise<LayerStatus> {
  if (hold === "never")
    return { works: false, why: "the policy has commands run without a sandbox of their own" };
  try {
    if (clientSidesOf(home)(root).hasSandbox)
      return {
        works: false,
        why: "the client's own sandbox is on, and one of the two wraps commands",
      };
    const found = await standing();
    return found.works ? { works: true } : { works: false, why: found.why, repair: found.repair };
  } catch {
    return { works: false, why: "whether commands can be held here cannot be told" };
  }
}

async function sandboxHere({
  root,
  home,
  data,
  environment = process.env,
}: AskedHere): Promise<LayersHere["sandbox"]> {
  try {
    const standing = sandboxStatus({
      root: realPath(root),
      home: realPath(home),
      data,
      path: environment["PATH"],
      configDirectory: configDirectoryIn(environment, home),
    });
    const problem =
      standing.problem === undefined ? await probeSandbox(standing.programs) : standing.problem;
    if (problem !== undefined) return { works: false, why: problem };
    return standing.problem === undefined
      ? { works: true, proven: standing.sandbox }
      : { works: false, why: standing.problem };
  } catch {
    return { works: false, why: "the client's settings cannot be read" };
  }
}

async function gatewayHere(data: string): Promise<LayerStatus> {
  try {
    const port = namedGatewayPort({});
    if (port === undefined)
      return { works: false, why: "managed settings name no registry gateway" };
    const { state } = await gatewayStatus(data, port);
    if (state === "running") return { works: true };
    return {
      works: false,
      why: "the registry gateway does not run",
      repair: "sallyport gateway start",
    };
  } catch {
    return { works: false, why: "the registry gateway cannot be asked" };
  }
}

/** The same of one session, by what it answered to its rules; undefined where it was not asked. */
export function kernelOfAnswer(answer: FactAnswer | undefined): LayerStatus | undefined {
  if (answer?.kind !== "containment") return undefined;
  if (answer.sandbox?.perCall === true) return { works: true };
  if (answer.sandbox !== undefined)
    return {
      works: false,
      why: "the client's own sandbox is on, and one of the two wraps commands",
    };
  return {
    works: false,
    why: "why" in answer ? answer.why : "nothing told that commands are held",
  };
}
