// Approvers whom the operator listed, for rules whose policy names nobody: one file, signed as a whole.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { APPROVERS_MAX, approverSchema } from "#govern/approvals/request.ts";
import type { Approver } from "#guard/policy/approval.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  operatorKey,
  signatureOver,
  signatureSchema,
  verifies,
} from "../exceptions/operator-signature.ts";
import { openSignedFile } from "../exceptions/signed-file.ts";

/** An approver with the operator's signature over it. */
export const listingSchema = v.strictObject({
  approver: approverSchema,
  signature: signatureSchema,
});
export type Listing = v.InferOutput<typeof listingSchema>;

const fileSchema = v.strictObject({
  list: v.strictObject({
    version: v.literal(1),
    approvers: v.pipe(v.array(approverSchema), v.maxLength(APPROVERS_MAX)),
  }),
  signature: signatureSchema,
});
type List = v.InferOutput<typeof fileSchema>["list"];

export type ListedApprovers = {
  /** Those who are listed; none where the list cannot be relied on. Never throws. */
  inForce(): readonly Approver[];
  /** The same. Throws a Failure `approvals` where the list was altered. */
  all(): readonly Approver[];
  sign(approver: Approver): Listing;
  isOwn(listing: Listing): boolean;
  /** Throws a Failure `approvals` where the name or the key is there already. */
  add(listing: Listing): void;
  /** By key; false where nobody has it. */
  remove(key: string): boolean;
};

/** Opens the list of an installation; each question looks at the disk. */
export function openListedApprovers(directories: Directories): ListedApprovers {
  const { approversFile: file } = directories;
  const key = () => operatorKey(directories);
  const { look, trusted, write } = openSignedFile<List>({
    file,
    key,
    empty: { version: 1, approvers: [] },
    parse(text, signer) {
      try {
        const { list, signature } = v.parse(fileSchema, JSON.parse(text));
        return verifies("approvers", list, signature, signer) ? list : undefined;
      } catch {
        return undefined;
      }
    },
    format: (list, signer) =>
      `${JSON.stringify({ list, signature: signatureOver("approvers", list, signer) })}\n`,
    refusal: {
      code: "approvals",
      message: `\`${file}\` was not signed by this installation's operator, so nobody in it may approve; look who wrote it, then remove it`,
    },
  });
  return {
    inForce() {
      try {
        return look()?.approvers ?? [];
      } catch {
        return [];
      }
    },
    all: () => trusted().approvers,
    sign: (approver) => ({ approver, signature: signatureOver("approver", approver, key()) }),
    isOwn: ({ approver, signature }) => verifies("approver", approver, signature, key()),
    add({ approver }) {
      const { approvers } = trusted();
      if (approvers.some((one) => one.key === approver.key || one.name === approver.name))
        throw new Failure("approvals", "somebody with this name or this key is listed already");
      if (approvers.length >= APPROVERS_MAX)
        throw new Failure("approvals", `${APPROVERS_MAX} approvers are listed: remove some first`);
      write({ version: 1, approvers: [...approvers, approver] });
    },
    remove(wanted) {
      const { approvers } = trusted();
      const left = approvers.filter((one) => one.key !== wanted);
      if (left.length === approvers.length) return false;
      write({ version: 1, approvers: left });
      return true;
    },
  };
}
