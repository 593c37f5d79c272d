// The key of an approver: made on the approver's own machine, private there, and the signature over an answer.
import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  answerSchema,
  type ApprovalAnswer,
  type ApprovalRequest,
} from "#govern/approvals/request.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import {
  createSigner,
  nameKey,
  parseVerifier,
  publicKeyOf,
  strictBase64,
} from "#record/log/note.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";

const PURPOSE = "sallyport/approvals/v1";
const NAME = "sallyport-approver";
const ED25519 = 0x01;

/** An answer with the approver's signature in base64: what is sent back. */
export const receiptSchema = v.strictObject({
  answer: answerSchema,
  signature: v.pipe(v.string(), v.maxLength(128)),
});
export type ApprovalReceipt = v.InferOutput<typeof receiptSchema>;

/** The public key of this person as an approver, in base64; undefined where there is none. Throws a Failure for a damaged one. */
export function ownPublicKey(directories: Directories): string | undefined {
  const seed = readSeed(directories);
  return seed === undefined ? undefined : Buffer.from(publicKeyOf(seed)).toString("base64");
}

/** Makes the key where there is none yet; gives the public one. */
export function ensureApproverKey(directories: Directories): {
  readonly key: string;
  readonly isNew: boolean;
} {
  const isNew = createPrivateFile(
    directories.approverKeyFile,
    `${randomBytes(32).toString("hex")}\n`,
  );
  const key = ownPublicKey(directories);
  if (key !== undefined) return { key, isNew };
  throw new Failure("approvals", `\`${directories.approverKeyFile}\` was removed meanwhile`);
}

/** Signs an answer by this person's key. Throws a Failure where there is none. */
export function signAnswer(
  directories: Directories,
  answer: Omit<ApprovalAnswer, "key" | "version">,
): ApprovalReceipt {
  const seed = readSeed(directories);
  if (seed === undefined)
    throw new Failure(
      "approvals",
      "you have no key to approve with: make one with `sallyport approvals key`",
    );
  const key = Buffer.from(publicKeyOf(seed)).toString("base64");
  const whole: ApprovalAnswer = { version: 1, ...answer, key };
  const signature = createSigner(NAME, seed).sign(bytesOf("answer", whole));
  return { answer: whole, signature: Buffer.from(signature).toString("base64") };
}

/** Whether the key that a receipt names signed its answer. Total. */
export function isSignedAnswer({ answer, signature }: ApprovalReceipt): boolean {
  const key = strictBase64(answer.key);
  const bytes = strictBase64(signature);
  if (key === undefined || bytes === undefined) return false;
  try {
    const verifier = parseVerifier(nameKey(NAME, ED25519, key).text);
    return verifier?.verify(bytesOf("answer", answer), bytes) === true;
  } catch {
    return false;
  }
}

/** Hex SHA-256 over a whole request: an answer to it counts for no other. */
export function requestDigest(request: ApprovalRequest): string {
  return createHash("sha256").update(bytesOf("request", request)).digest("hex");
}

/** How a key is called where people and the log name it: 16 hex characters. */
export function keyId(key: string): string {
  return createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 16);
}

function readSeed({ approverKeyFile }: Directories): Buffer | undefined {
  const text = readPrivateFile(approverKeyFile, { secret: true })?.trim();
  if (text === undefined) return undefined;
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, "hex");
  throw new Failure("approvals", `\`${approverKeyFile}\` is damaged: remove it and make a new key`);
}

function bytesOf(what: "answer" | "request", value: object): Buffer {
  // What is signed came through a schema: nothing in it is not JSON.
  return Buffer.from(`${PURPOSE}/${what}\n${canonicalJson(value as unknown as Json)}`, "utf8");
}
