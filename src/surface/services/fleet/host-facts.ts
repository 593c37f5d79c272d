// What this machine reports of itself: gathered of what is there, each at its own pace, so that a report costs next to nothing.
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { readJson, stringOrEmpty } from "#base/json.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { identityDigest } from "#govern/mcp/identity.ts";
import { parseRemote } from "#guard/policy/remotes.ts";
import { thisSystem } from "#platform/system.ts";
import type { HostDay, HostReport } from "#record/fleet/host-report.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";
import { productVersion } from "../../foundation/product/product.ts";
import { sendCanaries } from "../daemon-process/canary.ts";
import { openExceptions } from "../exceptions/store.ts";
import { openStatements } from "../exceptions/statements.ts";
import { remotesOf } from "../facts/git/session-labels.ts";
import { holdStatus } from "../hold/hold-status.ts";
import { holdPlaces } from "../hold/shim.ts";
import { openCatalog } from "../mcp/catalog.ts";
import { createServerLook } from "../mcp/configured-servers.ts";
import { bundlePlace, followedFile, isInPlace, type ManagedPlace } from "../policy/layers.ts";
import type { PolicyCopy } from "../policy/policy-copy.ts";
import { signOf } from "../policy/policy-place.ts";
import { lookNow } from "../policy/policy-status.ts";
import type { Observes } from "../projects/project.ts";
import { readProjectRegister } from "../projects/project-register-file.ts";
import type { ClientSeen } from "./client-seen.ts";
import { readFollowState } from "./following.ts";

const MINUTE_MS = 60_000;
/** Projects that are looked at; a machine has a handful. */
const PROJECTS_MAX = 64;
/** Projects that are probed: each probe is two calls on record. */
const PROBED_MAX = 3;
const DRIFT_MS_MAX = 60_000;
const driftSchema = v.object({ findings: v.array(v.object({ severity: v.string() })) });

export type HostFactsOptions = {
  readonly directories: Directories;
  readonly home: string;
  /** The client's configuration directory; left out, the one in `home`. */
  readonly config?: string | undefined;
  readonly managed: ManagedPlace;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly days: () => Promise<readonly HostDay[]>;
  /** Whether a project is observed only. */
  readonly observes: Observes;
  readonly clients: ClientSeen;
};

/** Builds the gathering. A part that cannot be told is what it was before. Never rejects but where the days cannot be counted. */
export function createHostFacts(options: HostFactsOptions): () => Promise<HostReport> {
  const { directories, home, nowMs, monotonicMs } = options;
  const config = options.config ?? join(home, ".claude");
  const projects = (): readonly ProjectEntry[] =>
    readProjectRegister(directories.projectsFile).slice(0, PROJECTS_MAX);
  const paced = <Value>(everyMs: number, first: Value, look: () => Promise<Value> | Value) => {
    let value = first;
    let atMs = Number.NEGATIVE_INFINITY;
    return async (isDue = false): Promise<Value> => {
      if (!isDue && monotonicMs() - atMs < everyMs) return value;
      atMs = monotonicMs();
      try {
        value = await look();
      } catch {
        // What was known before is the best that is known.
      }
      return value;
    };
  };
  const look = createServerLook();
  const catalog = openCatalog(directories, openStatements(directories));
  const exceptions = openExceptions(directories);
  const bundleOf = createBundleLook(options);
  const held = paced(60 * MINUTE_MS, false, async () => {
    const memory = join(holdPlaces(directories.root).root, "standing");
    return (await holdStatus(memory)).works;
  });
  const repositories = paced(10 * MINUTE_MS, [] as readonly string[], () =>
    remotesIn(projects(), home),
  );
  const mcp = paced(10 * MINUTE_MS, { servers: 0, approved: 0 }, () => {
    const seen = projects().flatMap(({ root }) => {
      const inForce = new Set(
        catalog
          .entries(root, nowMs())
          .filter(({ isInForce }) => isInForce)
          .map(({ identity }) => identity),
      );
      return look({ root, home, config }).servers.map(({ identity }) => {
        const digest = identityDigest(identity);
        return { digest, isApproved: inForce.has(digest) };
      });
    });
    const all = new Map(seen.map(({ digest, isApproved }) => [digest, isApproved]));
    const approved = [...all.values()].filter(Boolean).length;
    return { servers: all.size, approved };
  });
  const client = paced(5 * MINUTE_MS, "", () =>
    options.clients.version(
      config,
      projects().map(({ root }) => root),
    ),
  );
  const drift = paced(60 * MINUTE_MS, 0, () => driftOf(directories, projects()));
  const canary = paced<HostReport["canary"]>(24 * 60 * MINUTE_MS, "unknown", () =>
    probe(projects(), options.observes),
  );
  let probed: string | undefined;
  let known = "";
  return async () => {
    const { bundle, trouble } = await bundleOf();
    // A policy that came in is probed at once.
    const isNew = probed !== undefined && probed !== (bundle?.content ?? "");
    probed = bundle?.content ?? "";
    const standing = await canary(isNew);
    // While no session told it, it is looked for each time.
    known = await client(isNew || known === "");
    return {
      format: 1,
      atMs: nowMs(),
      product: productVersion().slice(0, 32),
      client: known,
      system: systemWord(),
      bundle,
      trouble,
      canary: standing,
      drift: await drift(),
      held: await held(),
      mcp: await mcp(),
      exceptions: countOf(() => inForceCount(exceptions, nowMs())),
      repositories: await repositories(),
      days: [...(await options.days())],
    } as HostReport;
  };
}

/** Changes when what a fleet published for this machine was put here or taken away. Never throws. */
export function placedSign(managed: ManagedPlace): string {
  const source = bundlePlace(managed);
  return [source.file, followedFile(source)].map(signAt).join(" ");
}

function signAt(path: string): string {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    return status === undefined ? "" : `${status.ino}:${status.mtimeMs}`;
  } catch {
    return "";
  }
}

/** The bundle in force, looked at anew when its files changed. WHY not the copy alone: that is made with the next call, and a report comes sooner. */
function createBundleLook({ managed, directories }: HostFactsOptions) {
  const source = bundlePlace(managed);
  let last: { readonly sign: string; readonly copy: PolicyCopy } | undefined;
  return async () => {
    const following = readFollowState(readTextSync(followedFile(source))).trouble;
    if (!isInPlace(source)) return { bundle: null, trouble: following };
    const sign = signOf(source);
    if (last === undefined || sign === "" || last.sign !== sign)
      last = { sign, copy: await lookNow(source, directories.policies) };
    const { policy, bundle, trouble } = last.copy;
    return {
      bundle:
        policy === undefined || bundle === undefined
          ? null
          : {
              version: bundle.version,
              content: bundle.content,
              stage: policy.stage ?? ("enforce" as const),
            },
      trouble: (trouble?.code ?? following).slice(0, 40),
    };
  };
}

async function remotesIn(
  projects: readonly ProjectEntry[],
  home: string,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { root } of projects)
    for (const url of (await remotesOf(root, home)) ?? []) {
      const { host, path } = parseRemote(url) ?? {};
      const name = `${host}/${path}`;
      // A repository of this disk is nobody's but this person's, and its path may name them.
      if (host !== undefined && path !== undefined && /^[!-~]{1,200}$/.test(name)) found.add(name);
    }
  return [...found].toSorted().slice(0, PROJECTS_MAX);
}

/** Differences from what was deployed. WHY in a process of its own: it reads many files, and hooks are answered here. */
async function driftOf(
  { deployments, root }: Directories,
  projects: readonly ProjectEntry[],
): Promise<number> {
  if (!existsSync(deployments)) return 0;
  const [program, ...words] = ownCommand();
  const where = projects[0] === undefined ? [] : ["--project", projects[0].root];
  const args = [...words, "policy", "drift", "--json", "--data", root, ...where];
  const text = await promisify(execFile)(program, args, { timeout: DRIFT_MS_MAX, cwd: "/" }).then(
    ({ stdout }) => stdout,
    // It ends with 1 where there is drift.
    (cause: unknown) => stringOrEmpty((cause as { stdout?: unknown }).stdout),
  );
  const { findings } = v.parse(driftSchema, readJson(text));
  return findings.filter(({ severity }) => severity === "drift").length;
}

async function probe(
  projects: readonly ProjectEntry[],
  observes: HostFactsOptions["observes"],
): Promise<HostReport["canary"]> {
  const probed = projects.slice(0, PROBED_MAX);
  if (probed.length === 0) return "unknown";
  for (const { id, settingsFile, root } of probed) {
    const mode = observes({ id, root }) ? "observe" : "enforce";
    const results = await sendCanaries({ settingsFile, root, mode }).catch(() => []);
    if (results.length === 0 || results.some(({ isGood }) => !isGood)) return "failed";
  }
  return "held";
}

function inForceCount(store: ReturnType<typeof openExceptions>, nowMs: number): number {
  const all = store.all({ nowMs, policy: "", root: "" });
  return all.filter(({ state }) => ["in-force", "other-project", "other-policy"].includes(state))
    .length;
}

function countOf(count: () => number): number {
  try {
    return count();
  } catch {
    return 0;
  }
}

function systemWord(): HostReport["system"] {
  const system = thisSystem();
  return system === "wsl" ? "linux" : system;
}
