// Signatures by the key of this installation's operator, over what that person approved.
import { createHash, createHmac } from "node:crypto";
import * as v from "valibot";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import { createSigner, type NoteSigner, strictBase64 } from "#record/log/note.ts";
import { readSecret } from "../installation/secrets.ts";
import type { Directories } from "../../foundation/files/directories.ts";

const PURPOSE = "sallyport/exceptions/v1";
const KEY_NAME = "sallyport-operator";

/** A signature in base64. */
export const signatureSchema = v.pipe(v.string(), v.maxLength(128));

/** What can be signed: a word for it keeps a signature over one from counting for another. */
export type Signed =
  | "receipt"
  | "deployment"
  | "list"
  | "statement"
  | "statements"
  | "hold"
  | "release"
  | "holds"
  | "retention"
  | "approval"
  | "approver"
  | "approvers"
  | "raw";

/** The operator's key: derived from the operator's secret, so that who has the one has the other. */
export function operatorKey(directories: Directories): NoteSigner {
  const secret = readSecret(directories, "operator");
  return createSigner(KEY_NAME, createHmac("sha256", secret).update(PURPOSE).digest());
}

/** Signs a value. */
export function signatureOver(what: Signed, value: object, key: NoteSigner): string {
  return Buffer.from(key.sign(bytesOf(what, value))).toString("base64");
}

/** Whether a signature is the operator's, over this value. */
export function verifies(what: Signed, value: object, given: string, key: NoteSigner): boolean {
  const bytes = strictBase64(given);
  return bytes !== undefined && key.verifier.verify(bytesOf(what, value), bytes);
}

/** A record of a deployment with the operator's signature. WHY as little as that: a judgement needs nothing of deployments. */
export type SignedDeployment = { readonly deployment: object; readonly signature: string };

/** Whether a deployment's receipt is the operator's and says what it said when it was signed. */
export function isSignedDeployment(
  { deployment, signature }: SignedDeployment,
  key: NoteSigner,
): boolean {
  return verifies("deployment", deployment, signature, key);
}

/** Hex SHA-256 by which a signed value is known in the log. */
export function signedDigest(what: Signed, value: object): string {
  return createHash("sha256").update(bytesOf(what, value)).digest("hex");
}

function bytesOf(what: Signed, value: object): Buffer {
  // What is signed came through a schema or from us: nothing in it is not JSON.
  return Buffer.from(`${PURPOSE}/${what}\n${canonicalJson(value as unknown as Json)}`, "utf8");
}
