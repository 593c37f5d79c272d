// Policies above the one that a person chose: the organization's and the repository's, each from a file at its fixed place (decision 0023).
import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Taken } from "#govern/bundle/bundle.ts";
import { CLAUDEIGNORE } from "#govern/ignores/claudeignore-policy.ts";
import { policyDigest } from "#govern/digest/policy-digest.ts";
import { uncontained } from "#govern/policy/policy-stack.ts";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import type { Layer, Policy } from "#guard/policy/policy.ts";
import { thisSystem } from "#platform/system.ts";
import { ADMINISTRATOR, siteDirectory } from "#platform/user.ts";
import { isEntry, pictureOfCall } from "../../foundation/files/picture.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { copyPath, type PolicyCopy, type PolicyTrouble, readPolicyCopy } from "./policy-copy.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import { type BundleSource, isBundle, type PolicySource, REMOVED } from "./policy-place.ts";

/** Where the managed policy is, and which user it must belong to. */
export type ManagedPlace = { readonly file: string; readonly owner: number };

/** Beside the managed policy: one that arrives signed, and the keys by which it counts. */
const BUNDLE_NAME = "policy.bundle";
const KEYS_NAME = "policy-keys";
/** The assignment of its fleet that the machine followed last. */
const FOLLOWED_NAME = "policy-assignment.json";

/** Where the signed bundle of a managed place lies. */
export function bundlePlace({ file, owner }: ManagedPlace): BundleSource {
  const beside = (name: string) => join(dirname(file), name);
  return { layer: "managed", file: beside(BUNDLE_NAME), owner, keys: beside(KEYS_NAME) };
}

/** Where the state of following a fleet lies, beside the bundle. */
export function followedFile({ file }: Pick<BundleSource, "file">): string {
  return join(dirname(file), FOLLOWED_NAME);
}

/** The managed policy of this machine. */
export function managedPlace(): ManagedPlace {
  const file = join(siteDirectory(thisSystem()), "sallyport", "policy.yaml");
  return { file, owner: ADMINISTRATOR };
}

/** The places of the managed layers, the highest first. */
export function managedSources(managed: ManagedPlace): readonly PolicySource[] {
  return [{ layer: "managed", ...managed }, bundlePlace(managed)];
}

/** Where a repository keeps a policy of its own. */
export const PROJECT_POLICY_PATH = ".sallyport/policy.yaml";

/** The places of the layers above the chosen policy, the highest first. `chosen` is its file, which is no layer twice. */
export function upperSources(
  root: string,
  managed: ManagedPlace,
  chosen?: string,
): readonly PolicySource[] {
  const project = { layer: "project", file: join(root, PROJECT_POLICY_PATH) } as const;
  const ignored = { layer: "project", file: join(root, CLAUDEIGNORE) } as const;
  const all: readonly PolicySource[] = [...managedSources(managed), project, ignored];
  return all.filter(({ file }) => file !== chosen);
}

/** Whether something is in a file's place. WHY anything but its absence: who cannot look must not take it for none. */
export function isInPlace({ file }: PolicySource): boolean {
  try {
    return isEntry(file);
  } catch (cause) {
    return errorCode(cause) !== "ENOTDIR";
  }
}

/** Policies in their places that no call may change, symlinks resolved as well. */
export function controlFiles(root: string, managed: ManagedPlace): readonly string[] {
  const sources = upperSources(root, managed).filter(isInPlace);
  const files = sources.flatMap((source) =>
    isBundle(source) ? [source.file, source.keys, followedFile(source)] : [source.file],
  );
  return [...new Set(files.flatMap((file) => [file, realPath(file)]))];
}

/** Whether something is kept of a file that was in its place before, and its end was not told yet. */
export function isKept(directory: string, source: PolicySource): boolean {
  const { file, layer } = source;
  const path = copyPath(directory, file, layer);
  if (pictureOfCall()?.isAbsent(path) === true) return false;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
  return !isBundle(source) || readPolicyCopy(directory, file, layer)?.seen !== REMOVED;
}

/**
 * The layers above the chosen policy that enforce what they say, whatever the person wishes: those in place, and those whose end
 * was not told yet. WHY not a list of ignored files: it says what is kept apart, and nothing about how.
 */
export function enforcingSources(
  root: string,
  managed: ManagedPlace,
  { chosen, copies }: { readonly chosen: string | undefined; readonly copies: string },
): readonly PolicySource[] {
  return upperSources(root, managed, chosen).filter(
    (source) =>
      basename(source.file) !== CLAUDEIGNORE && (isInPlace(source) || isKept(copies, source)),
  );
}

/**
 * Whether a source holds a managed policy whose stage is `observe`, by what was read of it last. In any doubt, and before it was
 * read at all, it enforces.
 */
export function isObserving(source: PolicySource, copies: string): boolean {
  if (source.layer !== "managed" || !isInPlace(source)) return false;
  const copy = readPolicyCopy(copies, source.file, source.layer);
  return copy?.policy?.stage === "observe" && copy.trouble === null && copy.seen !== REMOVED;
}

/** One layer above the chosen policy, as it is in force. */
export type UpperLayer = {
  readonly layer: Layer;
  readonly file: string;
  /** Its last good version as it counts; undefined when there never was one. */
  readonly policy: Policy | undefined;
  /** Allow rules that do not count, because a repository is not trusted. */
  readonly dropped: number;
  readonly trouble: PolicyTrouble | null;
  /** Whether it comes in a signed bundle, and the one that was taken last. */
  readonly isSigned: boolean;
  readonly bundle?: Taken | undefined;
};

/** What of a layer's file counts. */
export function upperLayer(source: PolicySource, copy: PolicyCopy): UpperLayer {
  const { policy, trouble, bundle } = copy;
  const { file, layer } = source;
  const of = { layer, file, trouble, bundle, isSigned: isBundle(source) };
  if (policy === undefined || layer !== "project") return { ...of, policy, dropped: 0 };
  const rules = policy.rules.filter(({ verdict }) => verdict !== "allow").map(uncontained);
  const dropped = policy.rules.length - rules.length;
  const isWhole = policy.rules.every((rule) => rule.verdict !== "allow" && !rule.contained);
  return { ...of, policy: isWhole ? policy : withRules(policy, rules), dropped };
}

/** Troubles of a file after which its last good version restricts and is no longer enough. */
const UNRELIABLE: readonly string[] = ["policy-unsafe", "bundle-withdrawn", "bundle-stale"];

/** The policies of a layer for the stack: its own, and while it cannot be relied on one that asks about every effect. */
export function policiesOf(upper: UpperLayer): readonly Policy[] {
  const { policy, trouble } = upper;
  const own = policy === undefined ? [] : [policy];
  const isReliable = policy !== undefined && !UNRELIABLE.includes(trouble?.code ?? "");
  return isReliable ? own : [...own, askingPolicy(upper)];
}

/** WHY no words of the fault: they may quote the file, and a repository must not speak to the agent through them. */
function askingPolicy({ layer, isSigned, file }: UpperLayer): Policy {
  const ours = isSigned ? "the bundle of the managed policy" : "the managed policy";
  const own = basename(file) === CLAUDEIGNORE ? CLAUDEIGNORE : PROJECT_POLICY_PATH;
  const whose = layer === "managed" ? ours : `\`${own}\` of the project`;
  const reason = `${whose} cannot be used; a person looks with \`sallyport status\``;
  const rule = { id: "policy/unusable", verdict: "ask", when: { effects: EFFECT_KINDS } } as const;
  const compiled = {
    id: "unusable",
    layer,
    version: "1",
    automaticApproval: true,
    rules: [{ ...rule, reason, instead: undefined }],
  };
  return { ...compiled, digest: policyDigest(compiled) };
}

function withRules(policy: Policy, rules: Policy["rules"]): Policy {
  const compiled = { ...policy, rules };
  return { ...compiled, digest: policyDigest(compiled) };
}
