// Statements of a person that count for a while: what is waived, what is attested, and how a session is marked.
import * as v from "valibot";
import { approvalFields, approvalWords, digestText } from "./approval.ts";

/**
 * What a person can state. `label` marks one session; `mod` agrees to code in the client, by its digest; `server` approves an MCP server, by the
 * digest of its entry in the catalog; `release` lets a held session go on; `secret` gives a secret to one host, by its reference; `task`
 * records that a task of the calendar was done; the others are about a control, a finding or whatever has an id. An `objection` says that
 * what an attestation says is not so.
 */
export const STATEMENT_KINDS = [
  "waiver",
  "attestation",
  "objection",
  "label",
  "mod",
  "server",
  "release",
  "secret",
  "task",
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** Days that a statement can last. */
export const STATEMENT_DAYS_MAX = 366;
/** Statements of an installation that are kept at once. */
export const STATEMENTS_MAX = 1_000;
/** Before its end a statement is to be looked at again. */
const SOON_MS = 14 * 86_400_000;

/** The record of a statement, the same for every kind. Times are wall time. */
export const statementSchema = v.strictObject({
  ...approvalFields,
  kind: v.picklist(STATEMENT_KINDS),
  /** Id of the control or finding, or the label. */
  about: approvalWords,
  /** Where it counts: one session by the client's id, one project by its real path, or everywhere. */
  scope: v.variant("of", [
    v.strictObject({
      of: v.literal("session"),
      id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
    }),
    v.strictObject({
      of: v.literal("project"),
      path: v.pipe(v.string(), v.startsWith("/"), v.maxLength(4_096)),
    }),
    v.strictObject({ of: v.literal("all") }),
  ]),
  /** Hex SHA-256 of what was looked at, where a file was named. */
  digest: v.nullable(digestText),
});
export type Statement = v.InferOutput<typeof statementSchema>;

/** How a statement stands. What expired counts for nothing and is found until somebody withdraws it. */
export type StatementState = "in-force" | "ends-soon" | "expired" | "withdrawn";

/** The state of a statement now. */
export function statementState(
  { createdMs, expiresMs }: Pick<Statement, "createdMs" | "expiresMs">,
  { nowMs, isWithdrawn }: { readonly nowMs: number; readonly isWithdrawn: boolean },
): StatementState {
  if (isWithdrawn) return "withdrawn";
  if (nowMs >= expiresMs) return "expired";
  // Of what lasts a day, nobody is to be told all day that it ends.
  return expiresMs - nowMs <= Math.min(SOON_MS, (expiresMs - createdMs) / 4)
    ? "ends-soon"
    : "in-force";
}
