// The proof: a made-up home with a session in it, one held call that tries all probes, and what came of each outside.
import { spawn } from "node:child_process";
import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { endGroup } from "#platform/processes.ts";
import { kernelRelease, type SystemKind, thisSystem } from "#platform/system.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";
import { isFromSource, packageRoot, productVersion } from "../../foundation/product/product.ts";
import { PACKAGE_PATH, readProduct } from "../../foundation/product/product-files.ts";
import { copyProgram } from "../../foundation/product/program-copy.ts";
import { realPathOrClean } from "../../foundation/files/path-status.ts";
import { createCallHosts } from "../hold/hosts/call-hosts.ts";
import { openCallHolder } from "../hold/call-holder.ts";
import { type Ground, makeGround } from "./ground.ts";
import type { Breach, Ending, Family, Probe } from "./probe.ts";
import { probesOn, SECRET_VARIABLES } from "./probes.ts";

/** What came of one. `not-tried`: the program that it takes is not there. */
export type ProbeResult = {
  readonly id: string;
  readonly family: Family;
  readonly result: "held" | "got-through" | "works" | "does-not-work" | "not-tried";
};

/** Nothing in it is of the person: probes are the same for all, and their home is made up. */
export type Proof = {
  readonly version: string;
  readonly system: SystemKind;
  readonly kernel: string;
  readonly node: string;
  /** Nothing got through, and what has to work does. */
  readonly holds: boolean;
  readonly probes: readonly ProbeResult[];
};

const CALL_MS_MAX = 5 * 60_000;
const PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
const TEMPORARY = ["/tmp", "/var/tmp"];
const PROJECT = "prove";
const SESSION = "prove";

/** A call of which nobody foresees anything: its profile is the narrowest. */
const UNFORESEEN: Decision = {
  verdict: "allow",
  reasons: [],
  findings: [],
  factsUsed: [],
  programs: [],
  steps: 1,
  effects: [
    {
      kind: "execute",
      program: "node",
      origin: "project",
      reach: "unbounded",
      via: [],
      at: undefined,
    },
  ],
};

/**
 * Runs all probes below a directory, and leaves nothing. Rejects with a Failure where no call can be held on this machine, or the call did not
 * come to its end.
 */
export async function prove(directory: string, policy: Policy): Promise<Proof> {
  const ground = await makeGround(directory);
  try {
    const probes = probesOn(ground);
    const before = new Map(
      probes.flatMap(({ breach }) =>
        breach?.kind === "gone" ? [[breach.path, readTextSync(breach.path)] as const] : [],
      ),
    );
    const endings = await tried(ground, probes, policy);
    const results = probes.map((probe): ProbeResult => {
      const ending = endings.get(probe.id);
      return {
        id: probe.id,
        family: probe.family,
        result: resultOf(probe, ending, { ground, before }),
      };
    });
    return {
      version: productVersion(),
      system: thisSystem(),
      kernel: kernelRelease(),
      node: process.versions.node,
      holds: results.every(({ result }) => result !== "got-through" && result !== "does-not-work"),
      probes: results,
    };
  } finally {
    ground.close();
    removeIfEmpty(directory);
  }
}

/** A data directory that was made for this alone goes with it. */
function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It is in use.
  }
}

/** Holds one call that tries them, and gives what it saw. */
async function tried(
  ground: Ground,
  probes: readonly Probe[],
  policy: Policy,
): Promise<ReadonlyMap<string, Ending>> {
  const { home, project, data, file, secretOf } = ground;
  const list = join(project, "probes.json");
  // WHY without the rest: what is looked for is nowhere inside.
  file(list, JSON.stringify(probes.map(({ id, act, needs }) => ({ id, act, needs }))));
  const nowMs = (): number => Date.now();
  const holder = openCallHolder({
    data,
    home,
    nowMs,
    prepares: true,
    hosts: createCallHosts({ nowMs, own: () => new Set() }),
  });
  try {
    const answer = await holder.hold({
      projectId: PROJECT,
      projectRoot: project,
      sessionId: SESSION,
      cwd: project,
      policy,
      command: [...seenInside(project), "prove", "--inside", list].map(quotedForShell).join(" "),
      decision: UNFORESEEN,
      configDirectory: join(home, ".claude"),
      transcriptPath: undefined,
    });
    if (answer.kind === "not-held")
      throw new Failure("hold", `no call is held here, so nothing can be proven: ${answer.why}`);
    const secrets = SECRET_VARIABLES.map((name) => [name, secretOf(name)] as const);
    const printed = await run(answer.command, {
      cwd: project,
      env: { ...Object.fromEntries(secrets), PATH, HOME: home, LANG: "C.UTF-8" },
    });
    holder.close(answer.ticket);
    await holder.lookAfter(PROJECT, SESSION);
    await holder.putBack(PROJECT, SESSION);
    return endingsIn(printed);
  } finally {
    holder.end(PROJECT, SESSION);
    holder.stop();
  }
}

/** This program where a held call sees it. WHY a copy: temporary folders are the session's own, and one that lies there is not in them. */
function seenInside(project: string): readonly string[] {
  const [node, ...words] = ownCommand();
  const main = realPathOrClean(words.at(-1) ?? "");
  if (isFromSource() || !TEMPORARY.some((one) => isWithin(one, main))) return [node, ...words];
  const folder = copyProgram(join(project, "program"), readProduct(packageRoot()));
  return [node, ...words.slice(0, -1), join(folder, PACKAGE_PATH, "dist/surface/cli/main.js")];
}

/** What a line printed; it ends in time, with all that it started. */
async function run(
  line: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const child = spawn("/bin/bash", ["-c", line], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) endGroup(child.pid);
  }, CALL_MS_MAX);
  const texts = { out: "", error: "" };
  child.stdout.on("data", (chunk: Buffer) => (texts.out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (texts.error += chunk.toString("utf8")));
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve());
    });
  } finally {
    clearTimeout(timer);
  }
  if (texts.out.trim() === "") {
    const last = texts.error.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
    throw new Failure("hold", `the held call said nothing: ${last}`);
  }
  return texts.out;
}

/** Throws a Failure for what is no list of endings. WHY looked at so: a call that broke may print anything. */
function endingsIn(printed: string): ReadonlyMap<string, Ending> {
  const line = printed.split("\n").find((one) => one.startsWith("["));
  try {
    const endings = JSON.parse(line ?? "") as readonly Ending[];
    return new Map(endings.map((ending) => [ending.id, ending]));
  } catch {
    throw new Failure("hold", "the held call did not come to its end, so nothing was proven");
  }
}

type After = { readonly ground: Ground; readonly before: ReadonlyMap<string, string | undefined> };

function resultOf(
  { breach }: Probe,
  ending: Ending | undefined,
  after: After,
): ProbeResult["result"] {
  if (breach === undefined) return ending?.outcome === "done" ? "works" : "does-not-work";
  if (hasGotThrough(breach, ending, after)) return "got-through";
  // WHY not held: nobody saw it being tried.
  return ending === undefined || ending.outcome === "missing" ? "not-tried" : "held";
}

function hasGotThrough(
  breach: Breach,
  ending: Ending | undefined,
  { ground, before }: After,
): boolean {
  switch (breach.kind) {
    case "seen":
      return Buffer.from(ending?.text ?? "", "base64")
        .toString("latin1")
        .includes(breach.text);
    case "left":
      return readTextSync(breach.path)?.includes(breach.text) === true;
    case "heard":
      return ground.heard().includes(breach.text);
    case "gone":
      return readTextSync(breach.path) !== before.get(breach.path);
    case "ended":
      return ground.process.exitCode !== null || ground.process.signalCode !== null;
    default:
      return breach satisfies never;
  }
}
