// Receipts: exceptions signed with the key of this installation's operator, in one sealed list with those that were revoked.
import * as v from "valibot";
import { approvalId } from "#govern/exceptions/approval.ts";
import { type Exception, exceptionSchema, EXCEPTIONS_MAX } from "#govern/exceptions/exception.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { signatureOver, signatureSchema, signedDigest, verifies } from "./operator-signature.ts";

/** An exception and the operator's signature over all of it: its scope, its limits and the policy that it was approved under. */
export const receiptSchema = v.strictObject({
  exception: exceptionSchema,
  signature: signatureSchema,
});
export type Receipt = v.InferOutput<typeof receiptSchema>;

const listSchema = v.strictObject({
  version: v.literal(1),
  receipts: v.pipe(v.array(receiptSchema), v.maxLength(EXCEPTIONS_MAX)),
  revoked: v.pipe(v.array(approvalId), v.maxLength(EXCEPTIONS_MAX)),
});
const fileSchema = v.strictObject({ list: listSchema, signature: signatureSchema });

/** All receipts of an installation, and which of them are revoked. */
export type ReceiptList = Pick<v.InferOutput<typeof listSchema>, "receipts" | "revoked">;

/** Signs an exception. */
export function signException(exception: Exception, key: NoteSigner): Receipt {
  return { exception, signature: signatureOver("receipt", exception, key) };
}

/** Whether a receipt is the operator's and says what it said when it was signed. */
export function isSigned({ exception, signature }: Receipt, key: NoteSigner): boolean {
  return verifies("receipt", exception, signature, key);
}

/** Hex SHA-256 by which a receipt is known in the log. */
export function receiptDigest({ exception }: Receipt): string {
  return signedDigest("receipt", exception);
}

/** The text of a list, signed as a whole: what is taken out of it makes all of it void. */
export function formatReceipts({ receipts, revoked }: ReceiptList, key: NoteSigner): string {
  const list = { version: 1, receipts, revoked } as const;
  return `${JSON.stringify({ list, signature: signatureOver("list", list, key) })}\n`;
}

/** The list in a text; undefined unless the operator signed it and each receipt in it. */
export function parseReceipts(text: string, key: NoteSigner): ReceiptList | undefined {
  try {
    const { list, signature } = v.parse(fileSchema, JSON.parse(text));
    if (!verifies("list", list, signature, key)) return undefined;
    return list.receipts.every((receipt) => isSigned(receipt, key)) ? list : undefined;
  } catch {
    return undefined;
  }
}
