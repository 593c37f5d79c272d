// Legal holds of an installation on disk: one list, signed by the operator with each order in it; the question before any deletion.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  type DeletedData,
  type Hold,
  HOLDS_MAX,
  holdSchema,
  holdsOver,
  type Release,
  releaseSchema,
} from "#govern/retention/hold.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { operatorKey, signatureOver, signatureSchema, verifies } from "./operator-signature.ts";
import { openSignedFile } from "./signed-file.ts";

/** A hold and the operator's signature over all of it. */
export const holdReceiptSchema = v.strictObject({ hold: holdSchema, signature: signatureSchema });
export type HoldReceipt = v.InferOutput<typeof holdReceiptSchema>;

/** The end of a hold and the operator's signature over it. */
export const releaseReceiptSchema = v.strictObject({
  release: releaseSchema,
  signature: signatureSchema,
});
export type ReleaseReceipt = v.InferOutput<typeof releaseReceiptSchema>;

const listSchema = v.strictObject({
  version: v.literal(1),
  holds: v.pipe(v.array(holdReceiptSchema), v.maxLength(HOLDS_MAX)),
  releases: v.pipe(v.array(releaseReceiptSchema), v.maxLength(HOLDS_MAX)),
});
type List = v.InferOutput<typeof listSchema>;
const fileSchema = v.strictObject({ list: listSchema, signature: signatureSchema });
const EMPTY: List = { version: 1, holds: [], releases: [] };

/** A hold, and its end where a person released it. */
export type HoldRecord = { readonly receipt: HoldReceipt; readonly release: Release | undefined };

/** The holds of an installation. All but the signing throw a Failure `holds` where the list is not what the operator signed. */
export type HoldStore = {
  all(): readonly HoldRecord[];
  inForce(): readonly Hold[];
  sign(hold: Hold): HoldReceipt;
  isOwn(receipt: HoldReceipt): boolean;
  /** Puts one in force that was signed. */
  set(receipt: HoldReceipt): void;
  signRelease(release: Release): ReleaseReceipt;
  isOwnRelease(receipt: ReleaseReceipt): boolean;
  /** Ends one; the record of it stays. A Failure `holds` where there is none in force of this id. */
  release(receipt: ReleaseReceipt): void;
};

/**
 * The holds in force that keep any of these data: whatever deletes asks this first, and deletes nothing while the answer is
 * not empty. Throws a Failure `holds` where the list was altered: then nothing may be deleted either.
 */
export function holdsOn(directories: Directories, data: DeletedData): readonly Hold[] {
  return holdsOver(openHolds(directories).inForce(), data);
}

/** Opens the holds of an installation; each question looks at the disk. */
export function openHolds(directories: Directories): HoldStore {
  const { holdsFile: file } = directories;
  const key = () => operatorKey(directories);
  const { trusted, write } = openSignedFile<List>({
    ...{ file, key, empty: EMPTY },
    parse(text, signer) {
      try {
        const { list, signature } = v.parse(fileSchema, JSON.parse(text));
        const isWhole = verifies("holds", list, signature, signer);
        return isWhole ? list : undefined;
      } catch {
        return undefined;
      }
    },
    format: (list, signer) =>
      `${JSON.stringify({ list, signature: signatureOver("holds", list, signer) })}\n`,
    refusal: {
      code: "holds",
      message: `\`${file}\` was not signed by this installation's operator, so nothing is deleted; look who wrote it, and set the holds of the log's events again`,
    },
  });
  const endOf = ({ releases }: List, id: string) =>
    releases.find(({ release }) => release.id === id)?.release;
  const inForce = () => {
    const list = trusted();
    return list.holds.flatMap(({ hold }) => (endOf(list, hold.id) === undefined ? [hold] : []));
  };
  return {
    all() {
      const list = trusted();
      return list.holds.map((receipt) => ({ receipt, release: endOf(list, receipt.hold.id) }));
    },
    inForce,
    sign: (hold) => ({ hold, signature: signatureOver("hold", hold, key()) }),
    isOwn: ({ hold, signature }) => verifies("hold", hold, signature, key()),
    set(receipt) {
      const { holds, releases } = trusted();
      if (holds.some(({ hold }) => hold.id === receipt.hold.id))
        throw new Failure("holds", "this hold was set before");
      if (holds.length >= HOLDS_MAX)
        throw new Failure("holds", `there are ${HOLDS_MAX} holds: the list takes no more`);
      write({ version: 1, holds: [...holds, receipt], releases });
    },
    signRelease: (release) => ({ release, signature: signatureOver("release", release, key()) }),
    isOwnRelease: ({ release, signature }) => verifies("release", release, signature, key()),
    release(receipt) {
      const { holds, releases } = trusted();
      if (!inForce().some(({ id }) => id === receipt.release.id))
        throw new Failure("holds", "there is no hold in force of this id");
      write({ version: 1, holds, releases: [...releases, receipt] });
    },
  };
}
