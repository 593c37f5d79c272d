// Checking the certificate of an erasure against the log it is of: signed by it, told in it, its root kept, its keys gone.
import { CHECKPOINT_PATH } from "#record/log/layout.ts";
import { readCheckpoint } from "#record/log/checkpoint.ts";
import type { KeyHistory } from "#record/log/key-history.ts";
import { readStoredKeys } from "#record/log/stored-keys.ts";
import {
  certificateDigest,
  type ErasureCertificate,
  readCertificate,
} from "#record/privacy/certificate.ts";
import { listSubjects, readVerifier } from "#record/store/keys.ts";
import { openLogFiles, tileSource } from "#record/store/log-reader.ts";
import { edgeAt } from "#record/store/segment.ts";
import { rootOfEdge } from "#record/log/tree.ts";
import { viewLog } from "#record/store/log-view.ts";
import { hasTexts } from "#record/store/text-keys.ts";
import { Failure } from "#base/failure.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** One thing that was looked at. */
export type CertificateCheck = { readonly what: string; readonly holds: boolean };

/** What the certificate says, where its signature holds, and what was found of it here. `unchecked`: what needs the log itself. */
export type CertificateReport = {
  readonly certificate: ErasureCertificate | undefined;
  readonly checks: readonly CertificateCheck[];
  readonly unchecked: readonly string[];
};

const TOLD = "told in the log";
const ROOT = "the log's root is what it was before";
const GONE = "the keys are gone";
const TEXTS_GONE = "the keys of the texts are gone";

/** Checks a certificate by the log's key alone: for whoever it was given to, who has nothing else. */
export function verifySignature(bytes: Uint8Array, keys: KeyHistory): CertificateReport {
  const certificate = readCertificate(bytes, keys);
  return {
    certificate,
    checks: [{ what: "signed by the log", holds: certificate !== undefined }],
    unchecked: [TOLD, ROOT, GONE, TEXTS_GONE],
  };
}

/** Checks a certificate. A Failure where there is no log or no key to check it with. */
export async function verifyCertificate(
  bytes: Uint8Array,
  { log, keys }: Directories,
): Promise<CertificateReport> {
  const verifier = await readVerifier(keys);
  if (verifier === undefined)
    throw new Failure("key-missing", `there is no verifier key in \`${keys}\`: name \`--data\``);
  const files = openLogFiles(log);
  const history = await readStoredKeys(files, verifier, () => undefined);
  const certificate = readCertificate(bytes, history);
  const signed = { what: "signed by the log", holds: certificate !== undefined };
  if (certificate === undefined) return { certificate, checks: [signed], unchecked: [] };
  const checkpoint = readCheckpoint(
    (await files.read(CHECKPOINT_PATH)) ?? Buffer.alloc(0),
    history,
  );
  const size = checkpoint.kind === "signed" ? checkpoint.body.size : 0;
  const keysLeft = new Set((await listSubjects(keys)).map(({ id }) => id));
  return {
    certificate,
    unchecked: [],
    checks: [
      signed,
      { what: TOLD, holds: await isTold(bytes, certificate, { log, keys }) },
      {
        what: ROOT,
        holds: size >= certificate.size && (await isRoot(certificate, size, files)),
      },
      {
        what: GONE,
        holds: certificate.subjects.every((id) => !keysLeft.has(id)),
      },
      { what: TEXTS_GONE, holds: certificate.subjects.every((id) => !hasTexts(keys, id)) },
    ],
  };
}

async function isRoot(
  { size, root }: ErasureCertificate,
  logSize: number,
  files: ReturnType<typeof openLogFiles>,
): Promise<boolean> {
  const found = await edgeAt(size, logSize, tileSource(files, logSize))
    .then(rootOfEdge)
    .catch(() => undefined);
  return found !== undefined && Buffer.from(found).toString("base64") === root;
}

async function isTold(
  bytes: Uint8Array,
  { id, size }: ErasureCertificate,
  directories: { readonly log: string; readonly keys: string },
): Promise<boolean> {
  const view = await viewLog(directories.log, directories.keys);
  const digest = certificateDigest(bytes);
  for await (const { leaf } of view.leaves(size, await view.size())) {
    if (leaf.kind !== "leaf" || leaf.metadata["erasure"] !== id) continue;
    if (leaf.metadata["kind"] !== "erasure") continue;
    return leaf.metadata["certificate"] === digest;
  }
  return false;
}
