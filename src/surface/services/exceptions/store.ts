// Exceptions of an installation on disk: the signed list, and one small file for each use.
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import {
  type Ending,
  endingOf,
  type Exception,
  EXCEPTIONS_MAX,
  type ExceptionState,
  liftOf,
  stateOf,
  stateOfGiven,
} from "#govern/exceptions/exception.ts";
import type { GivenException, PolicyException } from "#guard/policy/policy.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  formatReceipts,
  isSigned,
  parseReceipts,
  type Receipt,
  type ReceiptList,
  signException,
} from "./receipts.ts";
import { isSignedDeployment, operatorKey, type SignedDeployment } from "./operator-signature.ts";
import { openSignedFile } from "./signed-file.ts";

const EMPTY: ReceiptList = { receipts: [], revoked: [] };

/** Where and under what an exception is to count. */
export type Circumstances = {
  readonly nowMs: number;
  /** Digest of the policy in force. */
  readonly policy: string;
  /** Real path of the project. */
  readonly root: string;
  /** The call that is judged: what it has used already it has not used up. */
  readonly call?: string;
  /** Exceptions that the managed policy in force gives. */
  readonly given?: readonly GivenException[];
};

/** An exception with its state, and how often it was used. */
export type ExceptionStatus = {
  readonly receipt: Receipt;
  readonly state: ExceptionState;
  readonly used: number;
};

/** An exception of the managed policy with its state, and how often it was used here. */
export type GivenStatus = {
  readonly exception: GivenException;
  readonly state: ExceptionState;
  readonly used: number;
};
/** An exception that somebody should renew, revoke or know to be over. */
export type EndingException = { readonly exception: Exception; readonly ending: Ending };

/** The exceptions of an installation. What is damaged, foreign or edited counts for nothing. */
export type ExceptionStore = {
  /** Those that count now. Never throws. */
  inForce(now: Circumstances): readonly PolicyException[];
  /** Takes one use for a call, once however often the call is judged; false when none is left. */
  take(id: string, call: string, given?: readonly GivenException[]): boolean;
  /** What the managed policy in force gives, with its state here. */
  given(now: Circumstances): readonly GivenStatus[];
  /** All with their state. Throws a Failure where the list is not what the operator signed. */
  all(now: Circumstances): readonly ExceptionStatus[];
  /** Those that end soon, or that expired and were neither used up nor revoked. Throws as `all` does. */
  ending(nowMs: number): readonly EndingException[];
  /** How many there are, whatever their state. Throws as `all` does. */
  count(): number;
  /** Whether there is a list that the operator did not sign. */
  isDamaged(): boolean;
  /** Signs one without putting it in force. */
  sign(exception: Exception): Receipt;
  /** Whether a receipt was signed by this installation's operator. */
  isOwn(receipt: Receipt | SignedDeployment): boolean;
  grant(receipt: Receipt): void;
  /** Revokes it at once; undefined when there is none of this id. */
  revoke(id: string): Receipt | undefined;
};

/** Opens the exceptions of an installation; each question looks at the disk. */
export function openExceptions(directories: Directories): ExceptionStore {
  const { exceptionsFile: file, exceptionUses: uses } = directories;
  const key = (): NoteSigner => operatorKey(directories);
  const { look, trusted, write } = openSignedFile<ReceiptList>({
    ...{ file, key, empty: EMPTY, parse: parseReceipts, format: formatReceipts },
    refusal: {
      code: "exceptions",
      message: `\`${file}\` was not signed by this installation's operator, so no exception counts; remove it`,
    },
  });
  const standing = (list: ReceiptList, now: Circumstances): readonly ExceptionStatus[] =>
    list.receipts.map((receipt) => {
      const { id } = receipt.exception;
      const used = usesOf(uses, id, now.call);
      const isRevoked = list.revoked.includes(id);
      return { receipt, used, state: stateOf(receipt.exception, { ...now, isRevoked, used }) };
    });
  const given: ExceptionStore["given"] = (now) =>
    (now.given ?? []).map((exception) => {
      const used = usesOf(uses, exception.id, now.call);
      return { exception, used, state: stateOfGiven(exception, { ...now, used }) };
    });
  const inForce = (now: Circumstances): readonly PolicyException[] =>
    standing(look() ?? EMPTY, now).flatMap(({ receipt, state }) =>
      state === "in-force" ? [liftOf(receipt.exception)] : [],
    );
  const givenInForce = (now: Circumstances): readonly PolicyException[] =>
    given(now).flatMap(({ exception, state }) => (state === "in-force" ? [exception] : []));
  const endingIn = ({ revoked }: ReceiptList, exception: Exception, nowMs: number) => {
    const { id } = exception;
    const isRevoked = revoked.includes(id);
    return endingOf(exception, { nowMs, isRevoked, used: usesOf(uses, id, undefined) });
  };
  /** The list without what is over and needs nobody: the log keeps it. */
  const withoutEnded = (list: ReceiptList, nowMs: number): ReceiptList => {
    const receipts = list.receipts.filter(
      ({ exception }) =>
        exception.expiresMs > nowMs || endingIn(list, exception, nowMs) === "expired",
    );
    const ids = receipts.map(({ exception }) => exception.id);
    return { receipts, revoked: list.revoked.filter((id) => ids.includes(id)) };
  };
  return {
    given,
    inForce: (now) => [inForce, givenInForce].flatMap((of) => orNone(() => of(now))),
    take(id, call, byPolicy = []) {
      try {
        const theirs = byPolicy.find((exception) => exception.id === id);
        if (theirs !== undefined) return takeUse(uses, theirs, call);
        const found = look()?.receipts.find(({ exception }) => exception.id === id);
        // A lasting yes is not used up.
        if (found?.exception.answers !== undefined) return true;
        return found !== undefined && takeUse(uses, found.exception, call);
      } catch {
        return false;
      }
    },
    all: (now) => standing(trusted(), now),
    ending: (nowMs) => {
      const list = trusted();
      return list.receipts.flatMap(({ exception }) => {
        const ending = endingIn(list, exception, nowMs);
        return ending === undefined ? [] : [{ exception, ending }];
      });
    },
    count: () => trusted().receipts.length,
    isDamaged() {
      try {
        return look() === undefined;
      } catch {
        return true;
      }
    },
    sign: (exception) => signException(exception, key()),
    isOwn: (receipt) =>
      "deployment" in receipt ? isSignedDeployment(receipt, key()) : isSigned(receipt, key()),
    grant(receipt) {
      const { receipts, revoked } = withoutEnded(trusted(), receipt.exception.createdMs);
      if (receipts.length >= EXCEPTIONS_MAX)
        throw new Failure(
          "exceptions",
          `there are ${EXCEPTIONS_MAX} exceptions: revoke some first`,
        );
      if (receipts.some(({ exception }) => exception.id === receipt.exception.id))
        throw new Failure("exceptions", "this exception was granted before");
      write({ receipts: [...receipts, receipt], revoked });
    },
    revoke(id) {
      const { receipts, revoked } = trusted();
      const found = receipts.find(({ exception }) => exception.id === id);
      if (found === undefined) return undefined;
      write({ receipts, revoked: [...new Set([...revoked, id])] });
      return found;
    },
  };
}

/** What cannot be looked at lifts nothing. */
function orNone(look: () => readonly PolicyException[]): readonly PolicyException[] {
  try {
    return look();
  } catch {
    return [];
  }
}

/** How often an exception was used, by other calls than this one. */
function usesOf(directory: string, id: string, call: string | undefined): number {
  const names = namesIn(directory).filter((name) => name.startsWith(`${id}.`));
  if (call === undefined || call === "") return names.length;
  return names.filter((name) => callIn(join(directory, name)) !== call).length;
}

function callIn(path: string): string | undefined {
  return readPrivateFile(path, { secret: true })?.trim();
}

/** The first free place among the uses, or the one that this call has. WHY files: of two processes one gets a place. */
function takeUse(
  directory: string,
  { id, uses }: Pick<Exception, "id" | "uses">,
  call: string,
): boolean {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (let place = 1; place <= uses; place += 1) {
    const path = join(directory, `${id}.${place}`);
    if (createPrivateFile(path, `${call}\n`)) return true;
    if (call !== "" && callIn(path) === call) return true;
  }
  return false;
}

function namesIn(directory: string): readonly string[] {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(directory);
}
