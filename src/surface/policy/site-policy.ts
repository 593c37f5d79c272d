// The policy of a file while it is in force: a valid edit takes force, a broken one leaves the last good policy in place.
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { createPrivateFile } from "../daemon/private-file.ts";
import { rmSync, statSync } from "node:fs";
import { copyPath, type PolicyCopy, readPolicyCopy, writePolicyCopy } from "./policy-copy.ts";
import { readPolicyText, signatureOf } from "./policy-file.ts";

const MESSAGE_CHARS_MAX = 1_000;
const LOCK_STALE_MS = 30_000;

/** Compiles the text of a policy file. Throws a Failure with line and column. */
export type CompilePolicy = (text: string, file: string) => Policy | Promise<Policy>;

/**
 * Something happened to the policy of a file. Digests are of compiled policies; `inForce` and `before` are undefined when
 * there was none.
 */
export type PolicyNews =
  | {
      readonly kind: "changed";
      readonly file: string;
      readonly before: string | undefined;
      readonly after: string;
    }
  | { readonly kind: "repaired"; readonly file: string; readonly inForce: string }
  | {
      readonly kind: "broken";
      readonly file: string;
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
 * The policy of `file`, which had the digest `chosen` when it was chosen. Rejects with the Failure of the file when it is
 * broken and there is no last good one.
 */
export type SitePolicies = (file: string, chosen: string | null) => Promise<Policy>;

/** Builds the source of site policies; each is looked at with every call and read when its file changed. */
export function createSitePolicies(options: SitePolicyOptions): SitePolicies {
  const known = new Map<string, { readonly signature: string; readonly copy: PolicyCopy }>();
  const underWay = new Map<string, Promise<PolicyCopy>>();
  const stored = (file: string): PolicyCopy | undefined => {
    const signature = signatureOf(copyPath(options.directory, file));
    const remembered = known.get(file);
    if (remembered?.signature === signature) return remembered.copy;
    const copy = readPolicyCopy(options.directory, file);
    if (copy === undefined) known.delete(file);
    else known.set(file, { signature, copy });
    return copy;
  };
  return async (file, chosen) => {
    const copy = stored(file);
    const isCurrent =
      copy !== undefined && copy.product === options.product && copy.seen === signatureOf(file);
    if (isCurrent) return policyIn(copy);
    const looking = underWay.get(file) ?? renew({ file, chosen, copy }, options);
    underWay.set(file, looking);
    try {
      return policyIn(await looking);
    } finally {
      underWay.delete(file);
    }
  };
}

type Renewal = {
  readonly file: string;
  readonly chosen: string | null;
  readonly copy: PolicyCopy | undefined;
};

/** Looks into the file, tells what happened, and keeps the outcome. One process of several does the telling. */
async function renew(renewal: Renewal, options: SitePolicyOptions): Promise<PolicyCopy> {
  const { file, copy } = renewal;
  const next = await lookInto(file, copy, options);
  const isSame = copy?.seen === next.seen && copy.product === next.product;
  const news = newsOf(renewal, next);
  if (isSame && news === undefined) return next;
  const lock = `${copyPath(options.directory, file)}.lock`;
  if (!takeLock(lock)) return next;
  try {
    if (news !== undefined) await options.report(news);
    writePolicyCopy(options.directory, next);
  } finally {
    rmSync(lock, { force: true });
  }
  return next;
}

/** What the file amounts to now, on top of what is kept of it. Reads the disk and changes nothing. */
export async function lookInto(
  file: string,
  copy: PolicyCopy | undefined,
  options: Pick<SitePolicyOptions, "product" | "compile" | "nowMs">,
): Promise<PolicyCopy> {
  const { product } = options;
  const nowMs = options.nowMs();
  let seen = signatureOf(file);
  try {
    const { text, signature } = readPolicyText(file);
    seen = signature;
    const policy = await options.compile(text, file);
    const isSame = copy?.policy?.digest === policy.digest;
    return { file, seen, product, policy, sinceMs: isSame ? copy.sinceMs : nowMs, trouble: null };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    // A compiler that is missing is no fault of the file: once it is back the file is read again.
    if (cause.code === "policy-compiler") seen = "";
    const trouble = {
      code: cause.code,
      message: cause.message.slice(0, MESSAGE_CHARS_MAX),
      line: cause.at?.line ?? null,
      column: cause.at?.column ?? null,
      sinceMs: copy?.trouble?.sinceMs ?? nowMs,
    };
    const sinceMs = copy?.sinceMs ?? nowMs;
    return { file, seen, product, policy: copy?.policy, sinceMs, trouble };
  }
}

function policyIn({ file, policy, trouble }: PolicyCopy): Policy {
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
function newsOf({ file, chosen, copy }: Renewal, next: PolicyCopy): PolicyNews | undefined {
  const before = copy?.policy?.digest ?? (copy === undefined ? (chosen ?? undefined) : undefined);
  const inForce = next.policy?.digest;
  if (next.trouble !== null) {
    if (copy?.trouble) return undefined;
    const { code, line, column } = next.trouble;
    return {
      ...{ kind: "broken", file, inForce, code },
      ...{ line: line ?? undefined, column: column ?? undefined },
    };
  }
  if (inForce === undefined) return undefined;
  if (inForce !== before) return { kind: "changed", file, before, after: inForce };
  return copy?.trouble ? { kind: "repaired", file, inForce } : undefined;
}

function takeLock(lock: string): boolean {
  if (createPrivateFile(lock, `${process.pid}\n`)) return true;
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > LOCK_STALE_MS) rmSync(lock, { force: true });
  return false;
}
