// A policy file as it lies on disk: read within bounds, with a signature by which a change is seen.
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { Failure } from "#base/failure.ts";
import { openFlags } from "#platform/open-flags.ts";
import { userId } from "#platform/user.ts";

const FILE_BYTES_MAX = 4 * 1024 * 1024;
/** A file changed so lately may change again without a new time stamp. */
const FRESH_MS = 100;

/** The text of a policy file, and what `signatureOf` says of the file it was read from. */
export type PolicyText = {
  readonly text: string;
  /** Empty when the file is too fresh to be known again by it. */
  readonly signature: string;
};

/** Which version of a file this is, without reading it; `none` when there is none or it cannot be looked at. */
export function signatureOf(path: string): string {
  try {
    return statusKey(statSync(path, { bigint: true }));
  } catch {
    return "none";
  }
}

/**
 * Reads a policy file. Throws a Failure `policy-unreadable` when there is none, it is no plain file, is larger than 4 MiB,
 * belongs to another user than us or root, or may be written by everybody.
 */
export function readPolicyText(path: string): PolicyText {
  return readChecked(path, openFlags.readAny, (status) => {
    const uid = userId();
    if (uid !== undefined && status.uid !== BigInt(uid) && status.uid !== 0n)
      throw unreadable(path, "belongs to another user; copy it to a file of your own");
    if ((status.mode & 0o002n) !== 0n)
      throw unreadable(path, "may be written by everybody; run `chmod o-w` on it");
  });
}

/**
 * Reads a managed policy file. Throws as `readPolicyText` does, and a Failure `policy-unsafe` unless file and folder are real
 * ones of `owner` that nobody else may write: anybody who could would speak for the organization.
 */
export function readManagedText(path: string, owner: number): PolicyText {
  const check = (status: BigIntStats, what: string) => {
    if (status.uid !== BigInt(owner)) throw unsafe(path, `${what} belongs to another user`);
    if ((status.mode & 0o022n) !== 0n) throw unsafe(path, `${what} may be written by others`);
  };
  let link: BigIntStats | undefined;
  let folder: BigIntStats | undefined;
  try {
    link = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    folder = lstatSync(dirname(path), { bigint: true, throwIfNoEntry: false });
  } catch (cause) {
    throw unreadable(path, "cannot be looked at: check the rights of its folder", cause);
  }
  if (link?.isSymbolicLink() === true) throw unsafe(path, "it is a link");
  if (folder?.isDirectory() !== true) throw unsafe(path, "its folder is none");
  check(folder, "its folder");
  return readChecked(path, openFlags.read, (status) => check(status, "it"));
}

function readChecked(
  path: string,
  flags: number,
  check: (status: BigIntStats) => void,
): PolicyText {
  let descriptor: number;
  try {
    descriptor = openSync(path, flags);
  } catch (cause) {
    throw unreadable(path, "cannot be read: check the path and its permissions", cause);
  }
  try {
    const status = fstatSync(descriptor, { bigint: true });
    if (!status.isFile() || status.size > FILE_BYTES_MAX)
      throw unreadable(path, "is not a plain file of at most 4 MiB");
    check(status);
    const text = readFileSync(descriptor, "utf8");
    const isFresh = Date.now() - Number(status.ctimeMs) < FRESH_MS;
    return { text, signature: isFresh ? "" : statusKey(status) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw unreadable(path, "cannot be read: check the path and its permissions", cause);
  } finally {
    closeSync(descriptor);
  }
}

/** WHY the time of the last change of the inode too: the time of the content can be set back. */
function statusKey(status: BigIntStats): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

function unreadable(path: string, what: string, cause?: unknown): Failure<"policy-unreadable"> {
  return new Failure("policy-unreadable", `the policy \`${path}\` ${what}`, {
    cause,
    at: { file: path },
  });
}

function unsafe(path: string, why: string): Failure<"policy-unsafe"> {
  const repair = "an administrator runs `chown root` and `chmod go-w` on both";
  return new Failure(
    "policy-unsafe",
    `the managed policy \`${path}\` is not used: ${why}; ${repair}`,
    {
      at: { file: path },
    },
  );
}
