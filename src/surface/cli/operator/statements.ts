// Stating something that counts for a while: asked for on the command line, shown, typed at a terminal, signed, put on record.
import { createHash, randomBytes } from "node:crypto";
import { resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { labelWord } from "#govern/library/label-word.ts";
import {
  type Statement,
  STATEMENT_DAYS_MAX,
  type StatementKind,
  statementSchema,
} from "#govern/exceptions/statement.ts";
import { userName } from "#platform/user.ts";
import { giveOrder } from "../../services/daemon-process/daemon-client.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { openStatements, type StatementStatus } from "../../services/exceptions/statements.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";
import { refused, requireInstall, startDaemon } from "./operator-orders.ts";
import { isTyped, type Reader, tell } from "../../foundation/terminal/outcome.ts";
import { readSpan } from "../../foundation/terminal/span.ts";
import { print } from "../../foundation/terminal/terminal.ts";

/** Bytes of a file that can be looked at and attested. */
const EVIDENCE_BYTES_MAX = 64 * 1024 * 1024;

/** What a person asked for, as it stood on the command line. */
export type Asked = {
  readonly kind: StatementKind;
  readonly about: string;
  readonly scope: Statement["scope"];
  readonly for: string | undefined;
  readonly reason: string | undefined;
  readonly owner: string | undefined;
  readonly digest: string | null;
};

/** Where it counts, and who reads what became of it. */
export type How = Reader & { readonly data?: string | undefined };

/** The statement that was asked for. Throws a Failure `usage` that says what is missing. */
export function statementOf(
  asked: Asked,
  by: { readonly approver: string; readonly nowMs: number },
): Statement {
  const { kind, about, scope, reason, owner = by.approver, digest } = asked;
  if (!reason) throw new Failure("usage", "`--reason` is missing: say why");
  if (kind === "label" && !v.is(labelWord, about))
    throw new Failure("usage", "a label is up to 64 letters, digits, `.`, `_`, `-` and `/`");
  const expiresMs = by.nowMs + readSpan(asked.for, STATEMENT_DAYS_MAX);
  const statement = v.safeParse(statementSchema, {
    id: randomBytes(8).toString("hex"),
    kind,
    about,
    scope,
    digest,
    reason,
    owner,
    approver: by.approver,
    createdMs: by.nowMs,
    expiresMs,
  });
  if (statement.success) return statement.output;
  throw new Failure(
    "usage",
    "what is stated, its reason and its owner have at most 300 characters",
  );
}

/** Hex SHA-256 of a file that was looked at; null where none is named. Throws a Failure `usage`. */
export async function evidenceDigest(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  const read = await readRegularFile(resolve(file), EVIDENCE_BYTES_MAX);
  if (read === undefined || read.bytes.length >= EVIDENCE_BYTES_MAX)
    throw new Failure(
      "usage",
      `\`${printable(file)}\` is no plain file of less than ${EVIDENCE_BYTES_MAX} bytes that can be read`,
    );
  return createHash("sha256").update(read.bytes).digest("hex");
}

/** Has a person type it at a terminal, and puts it on record and in force. */
export async function state(asked: Asked, how: How): Promise<void> {
  const directories = directoriesIn(how.data ?? dataDirectory());
  const install = requireInstall(directories);
  const statement = statementOf(asked, { approver: userName(), nowMs: Date.now() });
  if (!(await isTyped(how, linesOf(statement).map(printable)))) return;
  const receipt = openStatements(directories).sign(statement);
  await startDaemon(install);
  const answer = await giveOrder(install, { order: "state", receipt });
  if (answer.kind !== "stated") throw refused(answer);
  const { signature } = receipt;
  await tell(how, { outcome: "stated", ...statement, signature }, `stated: ${statement.id}`);
}

/** Withdraws one of these kinds, after a person typed a word for it. Throws a Failure where there is none of this id. */
export async function withdraw(
  kinds: readonly [StatementKind, ...StatementKind[]],
  id: string,
  how: How,
): Promise<void> {
  const directories = directoriesIn(how.data ?? dataDirectory());
  const install = requireInstall(directories);
  const found = openStatements(directories)
    .all(Date.now())
    .find(({ receipt: { statement } }) => statement.id === id && kinds.includes(statement.kind));
  if (found === undefined)
    throw new Failure("statements", `there is no ${kinds[0]} \`${printable(id)}\``);
  // WHY a terminal: without its label a session may do more, and no agent is to take one away.
  const lines = ["sallyport withdraws this:", ...linesOf(found.receipt.statement)];
  if (!(await isTyped(how, lines.map(printable)))) return;
  await startDaemon(install);
  const answer = await giveOrder(install, { order: "withdraw", id });
  if (answer.kind !== "withdrawn") throw refused(answer);
  const { statement, signature } = found.receipt;
  await tell(how, { outcome: "withdrawn", ...statement, signature }, `withdrawn: ${id}`);
}

/** Prints those of these kinds with their state. */
export async function list(
  kinds: readonly [StatementKind, ...StatementKind[]],
  { data, json }: How,
): Promise<void> {
  const all = openStatements(directoriesIn(data ?? dataDirectory()))
    .all(Date.now())
    .filter(({ receipt }) => kinds.includes(receipt.statement.kind));
  if (json === true) return print(printableJson(all.map(asShown)));
  const none = {
    waiver: "nothing is waived",
    attestation: "nothing is attested",
    objection: "nothing is contradicted",
    label: "no session is marked",
    mod: "nobody agreed to a mod",
    release: "no session was released",
    secret: "no secret is given to a host",
    server: "no MCP server is approved",
    task: "no task is on record",
  };
  if (all.length === 0) return print(none[kinds[0]]);
  return print(
    all
      .map(({ receipt, state: how }) =>
        [`${receipt.statement.id}  ${how}`]
          .concat(linesOf(receipt.statement).map((line) => `  ${printable(line)}`))
          .join("\n"),
      )
      .join("\n\n"),
  );
}

/** A statement with its state and signature, for programs. */
export function asShown({ receipt, state: how }: StatementStatus) {
  return { ...receipt.statement, state: how, signature: receipt.signature };
}

/** A statement in words. Not printable yet: most of them are free text. */
export function linesOf(statement: Statement): readonly string[] {
  const { kind, about, scope, digest, reason, owner, approver, expiresMs } = statement;
  const what = {
    waiver: "waives",
    attestation: "attests",
    label: "marks the session with",
    objection: "attests that this is not so:",
    mod: "agrees to the mod",
    server: "approves the MCP server",
    release: "lets a held session go on:",
    secret: "gives the secret",
    task: "records as done:",
  }[kind];
  const where = { session: "in the session", project: "in", all: "everywhere" }[scope.of];
  const place =
    scope.of === "session" ? ` ${scope.id}` : scope.of === "project" ? ` ${scope.path}` : "";
  return [
    `${what} ${about}, ${where}${place}, until ${new Date(expiresMs).toISOString()}`,
    ...(digest === null
      ? []
      : [
          `${kind === "mod" || kind === "server" ? "with" : "after looking at a file with"} the SHA-256 ${digest}`,
        ]),
    `because ${reason}; owner ${owner}, approved by ${approver}`,
  ];
}
