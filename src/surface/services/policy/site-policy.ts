// The policy of a file while it is in force: a valid edit takes force, a broken one leaves the last good policy in place.
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { createPrivateFile } from "../../foundation/files/private-file.ts";
import { lstatSync, rmSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CLAUDEIGNORE, claudeIgnorePolicy } from "#govern/ignores/claudeignore-policy.ts";
import { type FoundBundle, lookIntoBundle } from "./bundle-source.ts";
import {
  copyPath,
  type FileLayer,
  type PolicyCopy,
  type PolicyTrouble,
  readPolicyCopy,
  writePolicyCopy,
} from "./policy-copy.ts";
import { readManagedText, readPolicyText, signatureOf } from "./policy-file.ts";
import {
  type BundleSource,
  type CompilePolicy,
  isBundle,
  type PolicySource,
  REMOVED,
  signOf,
} from "./policy-place.ts";

const MESSAGE_CHARS_MAX = 1_000;
const LOCK_STALE_MS = 30_000;

/**
 * Something happened to the policy of a file. Digests are of compiled policies; `inForce` and `before` are undefined when
 * there was none.
 */
export type PolicyNews =
  | {
      readonly kind: "changed";
      readonly file: string;
      readonly layer: FileLayer;
      readonly before: string | undefined;
      readonly after: string;
    }
  | {
      readonly kind: "repaired";
      readonly file: string;
      readonly layer: FileLayer;
      readonly inForce: string;
    }
  /** The file of a layer that need not be there is gone, and its rules with it. */
  | {
      readonly kind: "removed";
      readonly file: string;
      readonly layer: FileLayer;
      readonly before: string | undefined;
    }
  | {
      readonly kind: "broken";
      readonly file: string;
      readonly layer: FileLayer;
      readonly inForce: string | undefined;
      readonly code: string;
      readonly line: number | undefined;
      readonly column: number | undefined;
    };

/** What watching policy files needs. */
export type SitePolicyOptions = {
  /** Where the copies are kept. */
  readonly directory: string;
  /** Version of the product: another one compiles anew. */
  readonly product: string;
  readonly compile: CompilePolicy;
  readonly nowMs: () => number;
  /** Records what happened; the copy is written when it has. */
  readonly report: (news: PolicyNews) => Promise<void>;
};

/**
 * What is in force of a policy file, and what is wrong with it, which had the digest `chosen` when it was chosen. Rejects
 * when what happened to it cannot be recorded.
 */
export type PolicyCopies = (
  source: PolicySource,
  chosen: string | null,
) => PolicyCopy | Promise<PolicyCopy>;

/** Builds the source of copies of policy files: each says what is in force, whatever the file is like now. */
export function createPolicyCopies(options: SitePolicyOptions): PolicyCopies {
  const known = new Map<string, { readonly signature: string; readonly copy: PolicyCopy }>();
  const underWay = new Map<string, Promise<PolicyCopy>>();
  const stored = ({ file, layer }: PolicySource, path: string): PolicyCopy | undefined => {
    const signature = signatureOf(path);
    const remembered = known.get(path);
    if (remembered?.signature === signature) return remembered.copy;
    const copy = readPolicyCopy(options.directory, file, layer);
    if (copy === undefined) known.delete(path);
    else known.set(path, { signature, copy });
    return copy;
  };
  return (source, chosen) => {
    const path = copyPath(options.directory, source.file, source.layer);
    const copy = stored(source, path);
    const isCurrent =
      copy !== undefined &&
      copy.product === options.product &&
      copy.seen === signOf(source) &&
      isTimely(copy, options.nowMs());
    if (isCurrent) return copy;
    const looking = underWay.get(path) ?? renew({ source, chosen, copy }, options);
    underWay.set(path, looking);
    return looking.finally(() => underWay.delete(path));
  };
}

/** Whether what is kept of a bundle says of its expiry what is so. */
function isTimely({ bundle, trouble }: PolicyCopy, nowMs: number): boolean {
  if (bundle === undefined) return true;
  const isTold = trouble?.code === "bundle-expired" || trouble?.code === "bundle-stale";
  if (trouble !== null && !isTold) return true;
  return isTold === nowMs >= bundle.expiresMs;
}

type Renewal = {
  readonly source: PolicySource;
  readonly chosen: string | null;
  readonly copy: PolicyCopy | undefined;
};

/** Looks into the file, tells what happened, and keeps the outcome. One process of several does the telling. */
async function renew(renewal: Renewal, options: SitePolicyOptions): Promise<PolicyCopy> {
  const { source, copy } = renewal;
  const { file, layer } = source;
  const next = await lookInto(source, copy, options);
  const isSame = copy?.seen === next.seen && copy.product === next.product;
  const news = newsOf(renewal, next);
  if (isSame && news === undefined) return next;
  await underLock(copyPath(options.directory, file, layer), async () => {
    if (news !== undefined) await options.report(news);
    writePolicyCopy(options.directory, next, layer);
  });
  return next;
}

/** Ends what is kept of a file that is gone. WHY not of a bundle which version it had: an older one could follow. */
export async function forgetPolicy(
  source: PolicySource,
  options: Pick<SitePolicyOptions, "directory" | "report">,
): Promise<void> {
  const { file, layer } = source;
  const path = copyPath(options.directory, file, layer);
  await underLock(path, async () => {
    const copy = readPolicyCopy(options.directory, file, layer);
    await options.report({ kind: "removed", file, layer, before: copy?.policy?.digest });
    if (!isBundle(source) || copy?.bundle === undefined) return rmSync(path, { force: true });
    const rest = { ...copy, seen: REMOVED, policy: undefined, trouble: null };
    writePolicyCopy(options.directory, rest, layer);
  });
}

/** One process of several does it; the others leave it to that one. */
async function underLock(path: string, work: () => Promise<void>): Promise<void> {
  const lock = `${path}.lock`;
  if (!takeLock(lock)) return;
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** What the file amounts to now, on top of what is kept of it. Reads the disk and changes nothing. */
export async function lookInto(
  source: PolicySource,
  copy: PolicyCopy | undefined,
  options: Pick<SitePolicyOptions, "product" | "compile" | "nowMs">,
): Promise<PolicyCopy> {
  const { product } = options;
  const { file } = source;
  const nowMs = options.nowMs();
  let seen = signOf(source);
  try {
    const found = isBundle(source)
      ? await lookIntoBundle(source, copy, options)
      : await readPlain(source, options);
    seen = signOf(source, found.signature);
    const { policy, bundle, trouble } = found;
    const isSame = copy?.policy?.digest === policy.digest;
    const next = { file, seen, product, policy, sinceMs: isSame ? copy.sinceMs : nowMs };
    const told = trouble === undefined ? null : troubleOf(trouble, copy, nowMs);
    return { ...next, trouble: told, ...(bundle === undefined ? {} : { bundle }) };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    // A compiler that is missing is no fault of the file: once it is back the file is read again.
    if (cause.code === "policy-compiler") seen = "";
    const trouble = troubleOf(cause, copy, nowMs);
    const sinceMs = copy?.sinceMs ?? nowMs;
    const kept = copy?.bundle === undefined ? {} : { bundle: copy.bundle };
    return { file, seen, product, policy: copy?.policy, sinceMs, trouble, ...kept };
  }
}

async function readPlain(
  source: Exclude<PolicySource, BundleSource>,
  { compile }: Pick<SitePolicyOptions, "compile">,
): Promise<Pick<FoundBundle, "policy" | "signature"> & Partial<FoundBundle>> {
  const { file, layer } = source;
  const { text, signature } =
    source.layer === "managed" ? readManagedText(file, source.owner) : readPolicyText(file);
  if (basename(file) === CLAUDEIGNORE && layer === "project") {
    // WHY no link: its text becomes rules of ours, and those are kept; it could lead to any file of the person.
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw new Failure("policy-unreadable", `\`${file}\` is a link; put a file in its place`, {
        at: { file },
      });
    return { policy: claudeIgnorePolicy(text, file), signature };
  }
  return { policy: await compile(text, file, layer), signature };
}

function troubleOf(
  { code, message, at }: Failure,
  copy: PolicyCopy | undefined,
  nowMs: number,
): PolicyTrouble {
  return {
    code,
    message: message.slice(0, MESSAGE_CHARS_MAX),
    line: at?.line ?? null,
    column: at?.column ?? null,
    sinceMs: copy?.trouble?.sinceMs ?? nowMs,
  };
}

/** The policy in force of a file. Throws its Failure where there is none. */
export function policyIn({ file, policy, trouble }: PolicyCopy): Policy {
  if (policy !== undefined) return policy;
  const { line, column } = trouble ?? {};
  throw new Failure(
    trouble?.code ?? "policy-unreadable",
    trouble?.message ?? "there is no policy",
    {
      at: {
        file,
        ...(typeof line === "number" ? { line } : {}),
        ...(typeof column === "number" ? { column } : {}),
      },
    },
  );
}

/** What is new, told once: a fault that stands is not told again while the person works on the file. */
function newsOf({ source, chosen, copy }: Renewal, next: PolicyCopy): PolicyNews | undefined {
  const { file, layer } = source;
  const before = copy?.policy?.digest ?? (copy === undefined ? (chosen ?? undefined) : undefined);
  const inForce = next.policy?.digest;
  if (next.trouble !== null) {
    // A bundle is not worked on: each other reason why one is refused is another try.
    if (isBundle(source) ? copy?.trouble?.code === next.trouble.code : copy?.trouble)
      return undefined;
    const { code, line, column } = next.trouble;
    return {
      kind: "broken",
      file,
      layer,
      inForce,
      code,
      line: line ?? undefined,
      column: column ?? undefined,
    };
  }
  if (inForce === undefined) return undefined;
  if (inForce !== before) return { kind: "changed", file, layer, before, after: inForce };
  return copy?.trouble ? { kind: "repaired", file, layer, inForce } : undefined;
}

function takeLock(lock: string): boolean {
  if (createPrivateFile(lock, `${process.pid}\n`)) return true;
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > LOCK_STALE_MS) rmSync(lock, { force: true });
  return false;
}
