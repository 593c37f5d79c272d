// The approval of the raw store on disk, signed by the operator; without it, or where it was altered, nothing raw is kept.
import * as v from "valibot";
import { isInForce, type RawApproval, rawApprovalSchema } from "#govern/exceptions/raw-approval.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { operatorKey, signatureOver, signatureSchema, verifies } from "./operator-signature.ts";
import { openSignedFile } from "./signed-file.ts";

/** An approval and the operator's signature over it. */
export const rawReceiptSchema = v.strictObject({
  approval: rawApprovalSchema,
  signature: signatureSchema,
});
export type RawReceipt = v.InferOutput<typeof rawReceiptSchema>;

export type RawApprovals = {
  /** The approval that counts now; undefined where none does or it cannot be relied on. Never throws. */
  inForce(nowMs: number): RawApproval | undefined;
  /** The approval that was given last, whether or not it still counts. A Failure `raw` where it was altered. */
  latest(): RawReceipt | undefined;
  sign(approval: RawApproval): RawReceipt;
  isOwn(receipt: RawReceipt): boolean;
  put(receipt: RawReceipt): void;
  clear(): void;
};

/** Opens it; each question looks at the disk. */
export function openRawApprovals(directories: Directories): RawApprovals {
  const { rawFile: file } = directories;
  const key = () => operatorKey(directories);
  const isOwn = ({ approval, signature }: RawReceipt) =>
    verifies("raw", approval, signature, key());
  const { look, trusted, write } = openSignedFile<{ readonly receipt: RawReceipt | undefined }>({
    file,
    key,
    empty: { receipt: undefined },
    parse(text) {
      try {
        const receipt = v.parse(v.nullable(rawReceiptSchema), JSON.parse(text));
        if (receipt === null) return { receipt: undefined };
        return isOwn(receipt) ? { receipt } : undefined;
      } catch {
        return undefined;
      }
    },
    format: ({ receipt }) => `${JSON.stringify(receipt ?? null)}\n`,
    refusal: {
      code: "raw",
      message: `\`${file}\` was not signed by this installation's operator, so nothing raw is kept; look who wrote it, then \`sallyport raw enable\` again`,
    },
  });
  return {
    inForce(nowMs) {
      try {
        const approval = look()?.receipt?.approval;
        return approval !== undefined && isInForce(approval, nowMs) ? approval : undefined;
      } catch {
        return undefined;
      }
    },
    latest: () => trusted().receipt,
    sign: (approval) => ({ approval, signature: signatureOver("raw", approval, key()) }),
    isOwn,
    put: (receipt) => write({ receipt }),
    clear: () => write({ receipt: undefined }),
  };
}
