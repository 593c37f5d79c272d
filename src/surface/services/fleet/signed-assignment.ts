// The file of an assignment: one line of canonical JSON, signed by the key that signs bundles.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { type Assignment, assignmentSchema } from "#govern/bundle/assignment.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import type { NoteSigner, NoteVerifier } from "#record/log/note.ts";
import { keyLabel } from "../policy/bundle-keys.ts";
import { readExact, requirePinned } from "../policy/signed-text.ts";

/** Bytes of an assignment's file. */
export const ASSIGNMENT_BYTES_MAX = 4_096;
const PURPOSE = "sallyport/fleet-assignment/v1";

const fileSchema = v.strictObject({
  assignment: assignmentSchema,
  signature: v.pipe(v.string(), v.maxLength(128)),
});

/** An assignment and the signature on it, before anybody has looked at that. */
export type SignedAssignment = v.InferOutput<typeof fileSchema>;

/** The text of an assignment, signed. Throws a Failure `assignment-invalid` for what no machine would take. */
export function formatAssignment(assignment: Omit<Assignment, "key">, signer: NoteSigner): string {
  const read = v.safeParse(assignmentSchema, { ...assignment, key: keyLabel(signer.verifier) });
  if (!read.success) {
    const [issue] = read.issues;
    const at = v.getDotPath(issue) ?? "it";
    throw new Failure("assignment-invalid", `no assignment can be made: \`${at}\` is not valid`);
  }
  const signature = Buffer.from(signer.sign(signedBytes(read.output))).toString("base64");
  return `${canonicalJson({ assignment: read.output, signature })}\n`;
}

/** What lies in the file. Throws a Failure `assignment-damaged`. */
export function readAssignment(text: string, file: string): SignedAssignment {
  const found = text.length > ASSIGNMENT_BYTES_MAX ? undefined : readExact(text, fileSchema);
  if (found !== undefined) return found;
  throw new Failure(
    "assignment-damaged",
    `\`${file}\` is no assignment, or it was cut off or changed: publish it again`,
    { at: { file } },
  );
}

/** Throws a Failure `bundle-key` or `bundle-signature` unless one of the keys signed it. */
export function requireAssigned(
  { assignment, signature }: SignedAssignment,
  keys: readonly NoteVerifier[],
  file: string,
): void {
  const { key } = assignment;
  const bytes = signedBytes(assignment);
  requirePinned({ key, signature, bytes }, keys, { file, what: "assignment" });
}

function signedBytes(assignment: Assignment): Buffer {
  // It came through the schema: nothing in it is not JSON.
  return Buffer.from(`${PURPOSE}\n${canonicalJson(assignment as Json)}`, "utf8");
}
