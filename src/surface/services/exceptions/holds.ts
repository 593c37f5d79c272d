// Legal holds of an installation on disk: one list, signed by the operator with each order in it; the question before any deletion.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { approvalId } from "#govern/exceptions/approval.ts";
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

const ms = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * What stays of a hold that a person released. WHY so little: whom it was about and why is nobody's to read any more than the rest
 * of that person's data; the log has both orders, sealed.
 */
const endedSchema = v.strictObject({
  id: approvalId,
  of: v.picklist(["all", "period", "session", "subject"]),
  createdMs: ms,
  releasedMs: ms,
});
/** The same as a type. */
export type EndedHold = v.InferOutput<typeof endedSchema>;

const listSchema = v.strictObject({
  version: v.literal(1),
  holds: v.pipe(v.array(holdReceiptSchema), v.maxLength(HOLDS_MAX)),
  /** Written by older versions, whose holds stayed whole behind their end. */
  releases: v.pipe(v.array(releaseReceiptSchema), v.maxLength(HOLDS_MAX)),
  ended: v.exactOptional(v.pipe(v.array(endedSchema), v.maxLength(HOLDS_MAX))),
});
type List = v.InferOutput<typeof listSchema>;
const fileSchema = v.strictObject({ list: listSchema, signature: signatureSchema });
const EMPTY: List = { version: 1, holds: [], releases: [] };

/** A hold that is in force, or what stays of one that is not. */
export type HoldRecord =
  | { readonly kind: "in-force"; readonly receipt: HoldReceipt }
  | ({ readonly kind: "released" } & EndedHold);

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
  /** Rewrites a list of an older version, which still has the names of released holds. */
  forgetReleased(): void;
  /** Ends one; that there was one stays. A Failure `holds` where there is none in force of this id. */
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
    file,
    key,
    empty: EMPTY,
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
  const current = (): List & { readonly ended: readonly EndedHold[] } => {
    const { holds, releases, ended = [] } = trusted();
    const endOf = (id: string) => releases.find(({ release }) => release.id === id)?.release;
    return {
      version: 1,
      holds: holds.filter(({ hold }) => endOf(hold.id) === undefined),
      releases: [],
      ended: [...ended, ...holds.flatMap(({ hold }) => endedOf(hold, endOf(hold.id)))],
    };
  };
  const inForce = () => current().holds.map(({ hold }) => hold);
  return {
    all() {
      const { holds, ended } = current();
      return [
        ...ended.map((one) => ({ kind: "released", ...one }) as const),
        ...holds.map((receipt) => ({ kind: "in-force", receipt }) as const),
      ];
    },
    inForce,
    sign: (hold) => ({ hold, signature: signatureOver("hold", hold, key()) }),
    isOwn: ({ hold, signature }) => verifies("hold", hold, signature, key()),
    set(receipt) {
      const list = current();
      const { id } = receipt.hold;
      if (list.holds.some(({ hold }) => hold.id === id) || list.ended.some((one) => one.id === id))
        throw new Failure("holds", "this hold was set before");
      if (list.holds.length + list.ended.length >= HOLDS_MAX)
        throw new Failure("holds", `there are ${HOLDS_MAX} holds: the list takes no more`);
      write({ ...list, holds: [...list.holds, receipt] });
    },
    signRelease: (release) => ({ release, signature: signatureOver("release", release, key()) }),
    isOwnRelease: ({ release, signature }) => verifies("release", release, signature, key()),
    release({ release }) {
      const list = current();
      const found = list.holds.find(({ hold }) => hold.id === release.id);
      if (found === undefined) throw new Failure("holds", "there is no hold in force of this id");
      write({
        ...list,
        holds: list.holds.filter((one) => one !== found),
        ended: [...list.ended, ...endedOf(found.hold, release)],
      });
    },
    forgetReleased() {
      if (trusted().releases.length > 0) write(current());
    },
  };
}

function endedOf(hold: Hold, release: Release | undefined): readonly EndedHold[] {
  if (release === undefined) return [];
  const { id, createdMs, scope } = hold;
  return [{ id, of: scope.of, createdMs, releasedMs: release.releasedMs }];
}
