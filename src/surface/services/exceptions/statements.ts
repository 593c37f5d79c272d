// Statements of an installation on disk: one list, signed by the operator with each record in it.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { approvalId } from "#govern/exceptions/approval.ts";
import {
  type Statement,
  type StatementKind,
  STATEMENTS_MAX,
  statementSchema,
  type StatementState,
  statementState,
} from "#govern/exceptions/statement.ts";
import type { NoteSigner } from "#record/log/note.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { operatorKey, signatureOver, signatureSchema, verifies } from "./operator-signature.ts";
import { openSignedFile } from "./signed-file.ts";

/** A statement and the operator's signature over all of it. */
export const statementReceiptSchema = v.strictObject({
  statement: statementSchema,
  signature: signatureSchema,
});
export type StatementReceipt = v.InferOutput<typeof statementReceiptSchema>;

const listSchema = v.strictObject({
  version: v.literal(1),
  receipts: v.pipe(v.array(statementReceiptSchema), v.maxLength(STATEMENTS_MAX)),
  withdrawn: v.pipe(v.array(approvalId), v.maxLength(STATEMENTS_MAX)),
});
type List = v.InferOutput<typeof listSchema>;
const fileSchema = v.strictObject({ list: listSchema, signature: signatureSchema });
const EMPTY: List = { version: 1, receipts: [], withdrawn: [] };

/** A statement as it stands. */
export type StatementStatus = {
  readonly receipt: StatementReceipt;
  readonly state: StatementState;
};

/** The statements of an installation. A list that the operator did not sign whole counts for nothing, and is told. */
export type StatementStore = {
  /** Those of a kind, or all. Throws a Failure `statements` where the list is not what the operator signed. */
  all(nowMs: number, kind?: StatementKind): readonly StatementStatus[];
  /** The labels that a session bears now; undefined where that cannot be told. Never throws. */
  labelsOf(sessionId: string, nowMs: number): readonly string[] | undefined;
  /** Signs one without putting it in force. */
  sign(statement: Statement): StatementReceipt;
  isOwn(receipt: StatementReceipt): boolean;
  /** Puts one in force that was signed. Throws a Failure `statements`. */
  add(receipt: StatementReceipt): void;
  /** Withdraws one; undefined when there is none of this id. */
  withdraw(id: string): StatementReceipt | undefined;
};

/** Opens the statements of an installation; each question looks at the disk. */
export function openStatements(directories: Directories): StatementStore {
  const { statementsFile: file } = directories;
  const key = (): NoteSigner => operatorKey(directories);
  const { look, trusted, write } = openSignedFile<List>({
    file,
    key,
    empty: EMPTY,
    parse: parseList,
    format: formatList,
    refusal: {
      code: "statements",
      message: `\`${file}\` was not signed by this installation's operator, so nothing in it counts; look who wrote it, then remove it`,
    },
  });
  const standing = ({ receipts, withdrawn }: List, nowMs: number) =>
    receipts.map((receipt): StatementStatus => {
      const isWithdrawn = withdrawn.includes(receipt.statement.id);
      return { receipt, state: statementState(receipt.statement, { nowMs, isWithdrawn }) };
    });
  return {
    all: (nowMs, kind) =>
      standing(trusted(), nowMs).filter(
        ({ receipt }) => kind === undefined || receipt.statement.kind === kind,
      ),
    labelsOf(sessionId, nowMs) {
      try {
        const list = look();
        return list === undefined ? undefined : labelsIn(standing(list, nowMs), sessionId);
      } catch {
        return undefined;
      }
    },
    sign: (statement) => ({ statement, signature: signatureOver("statement", statement, key()) }),
    isOwn: ({ statement, signature }) => verifies("statement", statement, signature, key()),
    add(receipt) {
      const list = withoutEnded(trusted(), receipt.statement.createdMs);
      const { withdrawn } = list;
      const receipts = withoutReplaced(list.receipts, receipt.statement);
      if (receipts.some(({ statement }) => statement.id === receipt.statement.id))
        throw new Failure("statements", "this was stated before");
      if (receipts.length >= STATEMENTS_MAX)
        throw new Failure("statements", `there are ${STATEMENTS_MAX}: withdraw some first`);
      write({ version: 1, receipts: [...receipts, receipt], withdrawn });
    },
    withdraw(id) {
      const list = trusted();
      const found = list.receipts.find(({ statement }) => statement.id === id);
      if (found !== undefined && !list.withdrawn.includes(id))
        write({ ...list, withdrawn: [...list.withdrawn, id] });
      return found;
    },
  };
}

function labelsIn(all: readonly StatementStatus[], sessionId: string): readonly string[] {
  return all.flatMap(({ receipt: { statement }, state }) => {
    const { kind, scope, about } = statement;
    const isBorne = state === "in-force" || state === "ends-soon";
    const isMeant = kind === "label" && scope.of === "session" && scope.id === sessionId;
    return isBorne && isMeant ? [about] : [];
  });
}

/** Kinds that a person has to withdraw, or they are told of what is over. */
const TOLD: readonly StatementKind[] = ["waiver", "attestation", "objection", "server"];

/** The list without what is over and needs nobody: withdrawn past its end, and what nobody is told of. The log keeps it. */
function withoutEnded({ receipts, withdrawn }: List, nowMs: number): List {
  const kept = receipts.filter(
    ({ statement: { id, kind, expiresMs } }) =>
      expiresMs > nowMs || (TOLD.includes(kind) && !withdrawn.includes(id)),
  );
  const ids = kept.map(({ statement }) => statement.id);
  return { version: 1, receipts: kept, withdrawn: withdrawn.filter((id) => ids.includes(id)) };
}

/**
 * Of each task of the calendar the newest record stays, and the first of all: from that one on tasks can be late. WHY: a task of every
 * day would fill the list within three years. The log keeps all.
 */
function withoutReplaced(
  receipts: readonly StatementReceipt[],
  added: Statement,
): readonly StatementReceipt[] {
  if (added.kind !== "task") return receipts;
  const first = receipts.find(({ statement }) => statement.kind === "task");
  return receipts.filter(
    (one) => one === first || one.statement.kind !== "task" || one.statement.about !== added.about,
  );
}

function formatList(list: List, key: NoteSigner): string {
  return `${JSON.stringify({ list, signature: signatureOver("statements", list, key) })}\n`;
}

function parseList(text: string, key: NoteSigner): List | undefined {
  try {
    const { list, signature } = v.parse(fileSchema, JSON.parse(text));
    const isWhole = verifies("statements", list, signature, key);
    const areSigned = list.receipts.every((one) =>
      verifies("statement", one.statement, one.signature, key),
    );
    return isWhole && areSigned ? list : undefined;
  } catch {
    return undefined;
  }
}
