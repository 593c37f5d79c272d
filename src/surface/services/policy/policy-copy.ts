// The last good policy of a file, compiled and kept in the data directory: what is in force when the file breaks.
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { takenSchema } from "#govern/bundle/bundle.ts";
import type { Layer, Policy } from "#guard/policy/policy.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { compiledPolicyIn } from "./compiled-policy.ts";

const text = v.pipe(v.string(), v.maxLength(8_192));
const place = v.nullable(v.pipe(v.number(), v.integer()));

/** What is wrong with a policy file. `line` and `column` count from 1. */
const troubleSchema = v.strictObject({
  code: text,
  message: text,
  line: place,
  column: place,
  /** When it was first seen; wall time. */
  sinceMs: v.number(),
});
const copySchema = v.strictObject({
  version: v.literal(1),
  file: text,
  /** Signature of the file when it was last looked into. */
  seen: text,
  /** Version of the product that looked. */
  product: text,
  policy: v.nullable(v.unknown()),
  /** When that policy took force; wall time. */
  sinceMs: v.number(),
  trouble: v.nullable(troubleSchema),
  /** Of a signed bundle the one that was taken last. */
  bundle: v.optional(takenSchema),
});

/** Why a policy file is not in force. */
export type PolicyTrouble = Readonly<v.InferOutput<typeof troubleSchema>>;
/** What is kept of one policy file; `policy` is the last good one. */
export type PolicyCopy = Readonly<
  Omit<v.InferOutput<typeof copySchema>, "version" | "policy"> & { policy: Policy | undefined }
>;

/** Layers that come from files: one file may be read for several of them. */
export type FileLayer = Exclude<Layer, "builtin">;

/** Where the copy of a policy file lies in `directory`. */
export function copyPath(directory: string, file: string, layer: FileLayer = "user"): string {
  const name = layer === "user" ? file : `${layer}\0${file}`;
  return join(directory, `${createHash("sha256").update(name).digest("hex").slice(0, 32)}.json`);
}

/** The copy of a policy file; undefined when there is none, or when it is not what we wrote. */
export function readPolicyCopy(
  directory: string,
  file: string,
  layer: FileLayer = "user",
): PolicyCopy | undefined {
  let parsed: v.InferOutput<typeof copySchema>;
  try {
    const content = readPrivateFile(copyPath(directory, file, layer), { secret: true });
    if (content === undefined) return undefined;
    parsed = v.parse(copySchema, JSON.parse(content));
  } catch {
    // A damaged copy proves nothing: the file itself decides, and where that is broken too nothing runs.
    return undefined;
  }
  if (parsed.file !== file) return undefined;
  const { version: _, ...rest } = parsed;
  if (rest.policy === null) return { ...rest, policy: undefined };
  const policy = compiledPolicyIn(rest.policy);
  return policy?.layer === layer ? { ...rest, policy } : undefined;
}

/** Keeps a copy. Throws a Failure `policy-copy` when it cannot be written. */
export function writePolicyCopy(
  directory: string,
  copy: PolicyCopy,
  layer: FileLayer = "user",
): void {
  const content = { version: 1, ...copy, policy: copy.policy ?? null };
  try {
    writePrivateFile(copyPath(directory, copy.file, layer), `${JSON.stringify(content)}\n`);
  } catch (cause) {
    const message = `the copy of a policy cannot be written in \`${directory}\`; check its disk`;
    throw new Failure("policy-copy", message, { cause });
  }
}
