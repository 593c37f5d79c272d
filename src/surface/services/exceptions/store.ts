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
import { type Blocks, openBlocks } from "../incidents/blocks.ts";
import {
  formatReceipts,
  isSigned,
  parseReceipts,
  type Receipt,
  type ReceiptList,
  signException,
} from "./receipts.ts";
import { isSignedDeployment, operatorKey, type SignedDeployment } from "./operator-signature.ts";
import { openSignedFile, type SignedFile } from "./signed-file.ts";

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
  return new ExceptionFiles(directories);
}

/** The signed list of exceptions, and the uses that were taken of them. */
class ExceptionFiles {
  readonly #directories: Directories;
  readonly #uses: string;
  readonly #blocks: Pick<Blocks, "suspends">;
  readonly #signed: SignedFile<ReceiptList>;

  constructor(directories: Directories) {
    const { exceptionsFile: file, exceptionUses: uses } = directories;
    this.#directories = directories;
    this.#uses = uses;
    this.#blocks = openBlocks(directories);
    this.#signed = openSignedFile<ReceiptList>({
      file,
      key: () => this.#key(),
      empty: EMPTY,
      parse: parseReceipts,
      format: formatReceipts,
      refusal: {
        code: "exceptions",
        message: `\`${file}\` was not signed by this installation's operator, so no exception counts; remove it`,
      },
    });
  }

  given(now: Circumstances): readonly GivenStatus[] {
    return (now.given ?? []).map((exception) => {
      const used = usesOf(this.#uses, exception.id, now.call);
      return { exception, used, state: stateOfGiven(exception, { ...now, used }) };
    });
  }

  inForce(now: Circumstances): readonly PolicyException[] {
    const all = [
      ...orNone(() => this.#grantedInForce(now)),
      ...orNone(() => this.#givenInForce(now)),
    ];
    // Where what is suspended cannot be read, no exception counts.
    return orNone(() => all.filter(({ id }) => !this.#blocks.suspends(id)));
  }

  take(id: string, call: string, byPolicy: readonly GivenException[] = []): boolean {
    try {
      const theirs = byPolicy.find((exception) => exception.id === id);
      if (theirs !== undefined) return takeUse(this.#uses, theirs, call);
      const found = this.#signed.look()?.receipts.find(({ exception }) => exception.id === id);
      // A lasting yes is not used up.
      if (found?.exception.answers !== undefined) return true;
      return found !== undefined && takeUse(this.#uses, found.exception, call);
    } catch {
      return false;
    }
  }

  all(now: Circumstances): readonly ExceptionStatus[] {
    return this.#standing(this.#signed.trusted(), now);
  }

  ending(nowMs: number): readonly EndingException[] {
    const list = this.#signed.trusted();
    return list.receipts.flatMap(({ exception }) => {
      const ending = this.#endingIn(list, exception, nowMs);
      return ending === undefined ? [] : [{ exception, ending }];
    });
  }

  count(): number {
    return this.#signed.trusted().receipts.length;
  }

  isDamaged(): boolean {
    try {
      return this.#signed.look() === undefined;
    } catch {
      return true;
    }
  }

  sign(exception: Exception): Receipt {
    return signException(exception, this.#key());
  }

  isOwn(receipt: Receipt | SignedDeployment): boolean {
    return "deployment" in receipt
      ? isSignedDeployment(receipt, this.#key())
      : isSigned(receipt, this.#key());
  }

  grant(receipt: Receipt): void {
    const { receipts, revoked } = this.#withoutEnded(
      this.#signed.trusted(),
      receipt.exception.createdMs,
    );
    if (receipts.length >= EXCEPTIONS_MAX)
      throw new Failure("exceptions", `there are ${EXCEPTIONS_MAX} exceptions: revoke some first`);
    if (receipts.some(({ exception }) => exception.id === receipt.exception.id))
      throw new Failure("exceptions", "this exception was granted before");
    this.#signed.write({ receipts: [...receipts, receipt], revoked });
  }

  revoke(id: string): Receipt | undefined {
    const { receipts, revoked } = this.#signed.trusted();
    const found = receipts.find(({ exception }) => exception.id === id);
    if (found === undefined) return undefined;
    this.#signed.write({ receipts, revoked: [...new Set([...revoked, id])] });
    return found;
  }

  #key(): NoteSigner {
    return operatorKey(this.#directories);
  }

  #standing(list: ReceiptList, now: Circumstances): readonly ExceptionStatus[] {
    return list.receipts.map((receipt) => {
      const { id } = receipt.exception;
      const used = usesOf(this.#uses, id, now.call);
      const isRevoked = list.revoked.includes(id);
      return { receipt, used, state: stateOf(receipt.exception, { ...now, isRevoked, used }) };
    });
  }

  #grantedInForce(now: Circumstances): readonly PolicyException[] {
    return this.#standing(this.#signed.look() ?? EMPTY, now).flatMap(({ receipt, state }) =>
      state === "in-force" ? [liftOf(receipt.exception)] : [],
    );
  }

  #givenInForce(now: Circumstances): readonly PolicyException[] {
    return this.given(now).flatMap(({ exception, state }) =>
      state === "in-force" ? [exception] : [],
    );
  }

  #endingIn({ revoked }: ReceiptList, exception: Exception, nowMs: number) {
    const { id } = exception;
    const isRevoked = revoked.includes(id);
    return endingOf(exception, { nowMs, isRevoked, used: usesOf(this.#uses, id, undefined) });
  }

  /** The list without what is over and needs nobody: the log keeps it. */
  #withoutEnded(list: ReceiptList, nowMs: number): ReceiptList {
    const receipts = list.receipts.filter(
      ({ exception }) =>
        exception.expiresMs > nowMs || this.#endingIn(list, exception, nowMs) === "expired",
    );
    const ids = receipts.map(({ exception }) => exception.id);
    return { receipts, revoked: list.revoked.filter((id) => ids.includes(id)) };
  }
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
