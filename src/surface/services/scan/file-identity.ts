// By which id a file of the disk is known: git's, where git has seen it as it is now, else a digest of its bytes.
import { lstatSync } from "node:fs";
import type { CleanContent } from "#assure/scan/clean-table.ts";
import type { CleanCache } from "./clean-cache.ts";
import { identified, type IdForm } from "./clean-file.ts";
import { readFileBytes } from "./file-bytes.ts";
import type { FileName } from "./file-name.ts";
import { askGit, type GitPlace } from "./git.ts";
import type { TrackedFile } from "./tracked-files.ts";

/** How the id is made of the bytes, and the id itself where git says it. */
export type FileIdentity = {
  readonly form: IdForm;
  readonly bytes: number;
  readonly id: string | undefined;
};

const OF_BYTES: IdForm = { algorithm: "sha256", head: "" };
const SHA1_DIGITS = 40;

/** The identity of a regular file; undefined for everything else, and where nothing asks for it. */
export function identityOf(
  cache: CleanCache | undefined,
  { bytes: name }: FileName,
  tracked: TrackedFile | undefined,
): FileIdentity | undefined {
  if (cache === undefined) return undefined;
  let status: ReturnType<typeof bigStatus>;
  try {
    status = bigStatus(name);
  } catch {
    return undefined;
  }
  if (status === undefined || !status.isFile()) return undefined;
  const bytes = Number(status.size);
  if (tracked?.isUnchanged(status) !== true) return { form: OF_BYTES, bytes, id: undefined };
  const algorithm = tracked.object.length === SHA1_DIGITS ? "sha1" : "sha256";
  return { form: { algorithm, head: `blob ${bytes}\0` }, bytes, id: tracked.object };
}

function bigStatus(name: Buffer) {
  return lstatSync(name, { bigint: true, throwIfNoEntry: false });
}

/** What is known of a file. It is read for its digest only where git does not know it, and something is known of the tree. */
export function knownContent(
  cache: CleanCache | undefined,
  {
    name,
    file,
    identity,
  }: {
    readonly name: FileName;
    readonly file: string;
    readonly identity: FileIdentity | undefined;
  },
): CleanContent | undefined {
  if (cache === undefined || identity === undefined || cache.isEmpty) return undefined;
  const id = identity.id ?? idOfFile(name, identity.form);
  const content = id === undefined ? undefined : cache.known(file, id);
  // WHY the length: a filter may have put other bytes onto the disk than git has, and most of them change it.
  return content?.bytes === identity.bytes ? content : undefined;
}

function idOfFile({ bytes: name }: FileName, form: IdForm): string | undefined {
  const { onBytes, id } = identified(() => undefined, form);
  return readFileBytes(name, onBytes).why === undefined ? id() : undefined;
}

/** What puts the content of a large file in the place of its name, which is never as long. */
const LARGE_FILES = /^filter\.lfs\./;

/** Whether a filter is set up that may put other bytes of the same length onto the disk: then what git has says nothing of them. */
export async function keepsOtherBytes(place: GitPlace): Promise<boolean> {
  const { output } = await askGit(place, ["config", "--name-only", "--get-regexp", "^filter\\."]);
  return output.split("\n").some((name) => name !== "" && !LARGE_FILES.test(name));
}
