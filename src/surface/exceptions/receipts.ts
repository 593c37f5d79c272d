// Receipts: exceptions signed with the key of this installation's operator, in one sealed list with those that were revoked.
import { createHash, createHmac } from "node:crypto";
import * as v from "valibot";
import { type Deployment, deploymentSchema } from "#govern/deploy/deployment.ts";
import { approvalId } from "#govern/exceptions/approval.ts";
import { type Exception, exceptionSchema, EXCEPTIONS_MAX } from "#govern/exceptions/exception.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import { createSigner, type NoteSigner, strictBase64 } from "#record/log/note.ts";
import { readSecret } from "../daemon/secrets.ts";
import type { Directories } from "../directories.ts";

const PURPOSE = "sallyport/exceptions/v1";
const KEY_NAME = "sallyport-operator";

const signature = v.pipe(v.string(), v.maxLength(128));

/** An exception and the operator's signature over all of it: its scope, its limits and the policy that it was approved under. */
export const receiptSchema = v.strictObject({ exception: exceptionSchema, signature });
export type Receipt = v.InferOutput<typeof receiptSchema>;

/** A deployment and the operator's signature over all of it: every file with its digest before and after. */
export const deploymentReceiptSchema = v.strictObject({ deployment: deploymentSchema, signature });
export type DeploymentReceipt = v.InferOutput<typeof deploymentReceiptSchema>;

const listSchema = v.strictObject({
  version: v.literal(1),
  receipts: v.pipe(v.array(receiptSchema), v.maxLength(EXCEPTIONS_MAX)),
  revoked: v.pipe(v.array(approvalId), v.maxLength(EXCEPTIONS_MAX)),
});
const fileSchema = v.strictObject({ list: listSchema, signature });

/** All receipts of an installation, and which of them are revoked. */
export type ReceiptList = Pick<v.InferOutput<typeof listSchema>, "receipts" | "revoked">;

/** The operator's key: derived from the operator's secret, so that who has the one has the other. */
export function operatorKey(directories: Directories): NoteSigner {
  const secret = readSecret(directories, "operator");
  return createSigner(KEY_NAME, createHmac("sha256", secret).update(PURPOSE).digest());
}

/** Signs an exception. */
export function signException(exception: Exception, key: NoteSigner): Receipt {
  return { exception, signature: encode(key.sign(bytesOf("receipt", exception))) };
}

/** Whether a receipt is the operator's and says what it said when it was signed. */
export function isSigned({ exception, signature: given }: Receipt, key: NoteSigner): boolean {
  return verifies("receipt", exception, given, key);
}

/** Hex SHA-256 by which a receipt is known in the log. */
export function receiptDigest({ exception }: Receipt): string {
  return createHash("sha256").update(bytesOf("receipt", exception)).digest("hex");
}

/** Signs a deployment. */
export function signDeployment(deployment: Deployment, key: NoteSigner): DeploymentReceipt {
  return { deployment, signature: encode(key.sign(bytesOf("deployment", deployment))) };
}

/** Whether a deployment's receipt is the operator's and says what it said when it was signed. */
export function isSignedDeployment(
  { deployment, signature: given }: DeploymentReceipt,
  key: NoteSigner,
): boolean {
  return verifies("deployment", deployment, given, key);
}

/** Hex SHA-256 by which a deployment's receipt is known in the log. */
export function deploymentDigest({ deployment }: DeploymentReceipt): string {
  return createHash("sha256").update(bytesOf("deployment", deployment)).digest("hex");
}

/** The text of a list, signed as a whole: what is taken out of it makes all of it void. */
export function formatReceipts({ receipts, revoked }: ReceiptList, key: NoteSigner): string {
  const list = { version: 1, receipts, revoked } as const;
  return `${JSON.stringify({ list, signature: encode(key.sign(bytesOf("list", list))) })}\n`;
}

/** The list in a text; undefined unless the operator signed it and each receipt in it. */
export function parseReceipts(text: string, key: NoteSigner): ReceiptList | undefined {
  try {
    const { list, signature: given } = v.parse(fileSchema, JSON.parse(text));
    if (!verifies("list", list, given, key)) return undefined;
    return list.receipts.every((receipt) => isSigned(receipt, key)) ? list : undefined;
  } catch {
    return undefined;
  }
}

function verifies(what: string, value: object, given: string, key: NoteSigner): boolean {
  const bytes = strictBase64(given);
  return bytes !== undefined && key.verifier.verify(bytesOf(what, value), bytes);
}

function bytesOf(what: string, value: object): Buffer {
  // What is signed came through a schema or from us: nothing in it is not JSON.
  return Buffer.from(`${PURPOSE}/${what}\n${canonicalJson(value as unknown as Json)}`, "utf8");
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
