// The folder of managed policies as an administrator changes it: the installed bundle and the keys that are pinned.
import { chmodSync, existsSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { requireNewer, type SignedBundle, type Taken, takenOf } from "#govern/bundle/bundle.ts";
import { readBelow, replaceBelow, type StoredFile } from "#govern/settings/deploy.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import type { NoteVerifier } from "#record/log/note.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";
import { openBundle } from "./bundle-source.ts";
import { bundlePlace, managedPlace } from "./layers.ts";
import { readManagedText } from "./policy-file.ts";
import type { BundleSource } from "./policy-place.ts";
import { compilePolicyFile } from "./policy-source.ts";
import { parsePinnedKeys } from "./bundle-keys.ts";
import { readBundle, requireSigned } from "./signed-bundle.ts";

const BUNDLE_BYTES_MAX = 4 * 1024 * 1024;
/** Every user of the machine reads what is in it. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/** The managed folder of this machine, or one that is made for another, which then belongs to who makes it. */
export function managedFolder(into: string | undefined): BundleSource {
  if (into === undefined) return bundlePlace(managedPlace());
  const file = join(resolve(into), "policy.yaml");
  return bundlePlace({ file, owner: userId() ?? ADMINISTRATOR });
}

/** Throws a Failure unless we may write there as its owner. */
export function requireOwner({ file, owner }: BundleSource): void {
  if (userId() === owner) return;
  throw new Failure(
    "bundle-folder",
    `\`${dirname(file)}\` is the administrator's: run this as root, or name a folder of yours with \`--into\``,
  );
}

/** The keys that are pinned there; none where no file is. Throws a Failure where they cannot be relied on. */
export function pinnedKeys({ keys, owner }: BundleSource): readonly NoteVerifier[] {
  if (!existsSync(keys)) return [];
  return parsePinnedKeys(readManagedText(keys, owner).text, keys);
}

/** A file of the folder as it is; undefined where there is none. */
export async function storedIn(path: string): Promise<StoredFile | undefined> {
  if (!existsSync(dirname(path))) return undefined;
  return readBelow(realpathSync(dirname(path)), path);
}

/** Writes a file of the folder whole, or removes it; the folder is made where it is missing. */
export async function storeIn(
  path: string,
  change: { readonly expected: StoredFile | undefined; readonly text: string | undefined },
): Promise<void> {
  const folder = dirname(path);
  try {
    if (mkdirSync(folder, { recursive: true, mode: FOLDER_MODE }) !== undefined)
      chmodSync(folder, FOLDER_MODE);
  } catch (cause) {
    throw new Failure("bundle-folder", `cannot make \`${folder}\`; check the disk and its rights`, {
      cause,
    });
  }
  await replaceBelow(realpathSync(folder), path, { ...change, mode: FILE_MODE });
}

/** A bundle that a machine would take, and the one that it has. */
export type Candidate = {
  readonly text: string;
  readonly signed: SignedBundle;
  readonly policy: Policy;
  /** Undefined where there is none that counts. */
  readonly before: Taken | undefined;
  /** Whether it is the one that is installed. */
  readonly isInstalled: boolean;
};

/** The text of a bundle anywhere. Throws a Failure `bundle-unreadable`. WHY whoever owns it: the signature is what counts. */
export async function readBundleText(file: string): Promise<string> {
  const read = await readRegularFile(resolve(file), BUNDLE_BYTES_MAX);
  if (read?.complete === true) return Buffer.from(read.bytes).toString("utf8");
  throw new Failure(
    "bundle-unreadable",
    `the bundle \`${file}\` cannot be read, or is no plain file of at most 4 MiB`,
    { at: { file } },
  );
}

/** Looks at a bundle as a machine with these keys and this bundle would. Throws a Failure where it would be refused. */
export async function examine(
  file: string,
  options: {
    readonly keys: readonly NoteVerifier[];
    readonly installed: string | undefined;
    readonly nowMs: number;
  },
): Promise<Candidate> {
  return examineText(await readBundleText(file), file, options);
}

/** Looks at the text of a bundle as `examine` does; `file` is where it comes from. */
export async function examineText(
  text: string,
  file: string,
  options: Parameters<typeof examine>[1],
): Promise<Candidate> {
  const { keys, installed, nowMs } = options;
  const compile = compilePolicyFile;
  const { signed, policy } = await openBundle(text, { file, keys, compile });
  const before = installed === undefined ? undefined : takenIn(installed, keys);
  requireNewer(signed, before, { nowMs, file });
  return { text, signed, policy, before, isInstalled: before?.content === signed.content };
}

/** What is to be remembered of an installed bundle; one that does not count sets no lowest version. */
function takenIn(text: string, keys: readonly NoteVerifier[]): Taken | undefined {
  const file = "policy.bundle";
  try {
    const signed = readBundle(text, file);
    requireSigned(signed, keys, file);
    return takenOf(signed, undefined);
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}
