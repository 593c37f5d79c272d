// What of a chosen policy is in force right now, and what is wrong with its file: for people and for status commands.
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import type { UnfinishedStage } from "#guard/policy/policy.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { productVersion } from "../../foundation/product/product.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { compilePolicyFile, loadPack } from "./policy-source.ts";
import {
  isInPlace,
  isKept,
  type ManagedPlace,
  managedPlace,
  type UpperLayer,
  upperLayer,
  upperSources,
} from "./layers.ts";
import { type PolicyCopy, type PolicyTrouble, readPolicyCopy } from "./policy-copy.ts";
import type { PolicySource } from "./policy-place.ts";
import { lookInto } from "./site-policy.ts";

/** How the policy of one register entry stands. */
export type PolicyStatus = {
  /** The pack's name, or the file's absolute path. */
  readonly source:
    | { readonly kind: "pack"; readonly name: string }
    | { readonly kind: "file"; readonly file: string };
  /** Digest when it was chosen; null for what was guarded before digests were kept. */
  readonly chosenDigest: string | null;
  /** The policy that judges now; undefined when there is none, and then every call is refused. */
  readonly inForce: { readonly id: string; readonly digest: string } | undefined;
  /** Since when that policy is in force; wall time, undefined for packs and where no call was judged yet. */
  readonly sinceMs: number | undefined;
  /** What is wrong with the file (or pack), with line, column and since when it is known; null when nothing is. */
  readonly trouble: PolicyTrouble | null;
};

/** Looks at the policy of an entry without changing anything. A fault that nobody met before is dated now. */
export async function policyStanding(
  { policy: chosen }: Pick<ProjectEntry, "policy">,
  directories: Directories,
): Promise<PolicyStatus> {
  if ("pack" in chosen) return packStanding(chosen.pack, chosen.digest);
  const { file, digest } = chosen;
  const source = { file, layer: "user" } as const;
  const isKnown = isKept(directories.policies, source);
  const { policy, sinceMs, trouble } = await lookNow(source, directories.policies);
  return {
    source: { kind: "file", file },
    chosenDigest: digest,
    inForce: policy === undefined ? undefined : { id: policy.id, digest: policy.digest },
    sinceMs: isKnown ? sinceMs : undefined,
    trouble,
  };
}

/** What a policy file amounts to now, on top of what is kept of it in `directory`; nothing is changed. */
export function lookNow(source: PolicySource, directory: string): Promise<PolicyCopy> {
  return lookInto(source, readPolicyCopy(directory, source.file, source.layer), {
    product: productVersion(),
    compile: compilePolicyFile,
    nowMs: () => Date.now(),
  });
}

/** The layers above the chosen policy in a project, the highest first. */
export function upperStatus(
  root: string,
  chosen: ProjectEntry["policy"],
  { policies }: Pick<Directories, "policies">,
  managed: ManagedPlace = managedPlace(),
): Promise<readonly UpperLayer[]> {
  const sources = upperSources(root, managed, "file" in chosen ? chosen.file : undefined);
  return Promise.all(
    sources
      .filter(isInPlace)
      .map(async (source) => upperLayer(source, await lookNow(source, policies))),
  );
}

/** A layer in a few words: whose it is, its id, and what does not count of it. */
export function layerInWords(of: UpperLayer): string {
  const { layer, policy, dropped, trouble, bundle, isSigned } = of;
  const rules = dropped === 1 ? "1 allow rule does" : `${dropped} allow rules do`;
  const notes = [
    ...(policy === undefined || bundle === undefined
      ? []
      : [`bundle ${bundle.version}, until ${dayOf(bundle.expiresMs)}`]),
    ...(policy?.stage === undefined ? [] : [STAGE_WORDS[policy.stage]]),
    ...(dropped === 0 ? [] : [`${rules} not count, because a repository is not trusted`]),
    ...(layer === "project" && (policy?.machinePorts ?? []).length > 0
      ? ["its `machinePorts` only take ports away, because a repository is not trusted"]
      : []),
    ...(trouble === null
      ? []
      : [isSigned ? trouble.message : `its file is broken: ${trouble.message}`]),
  ];
  const what = policy === undefined ? "none can be used, so every call is asked about" : policy.id;
  return [`${layer}: ${what}`, ...notes].join("; ");
}

const STAGE_WORDS: Readonly<Record<UnfinishedStage, string>> = {
  observe:
    "stage observe: its verdicts are recorded where nobody else guards a project, and not enforced",
  ask: "stage ask: it asks where it would refuse",
};

function packStanding(name: string, chosenDigest: string | null): PolicyStatus {
  const standing = { source: { kind: "pack", name }, chosenDigest, sinceMs: undefined } as const;
  try {
    const { id, digest } = loadPack(name);
    return { ...standing, inForce: { id, digest }, trouble: null };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const { code, message, at } = cause;
    const place = { line: at?.line ?? null, column: at?.column ?? null };
    return {
      ...standing,
      inForce: undefined,
      trouble: { code, message, ...place, sinceMs: Date.now() },
    };
  }
}
