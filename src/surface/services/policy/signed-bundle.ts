// The file of a bundle: one line of canonical JSON, signed over all of it, that has a single right spelling.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  BUNDLE_CHARS_MAX,
  type Bundle,
  bundleSchema,
  type SignedBundle,
} from "#govern/bundle/bundle.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import type { NoteSigner, NoteVerifier } from "#record/log/note.ts";
import { keyLabel } from "./bundle-keys.ts";
import { readExact, requirePinned } from "./signed-text.ts";

const PURPOSE = "sallyport/policy-bundle/v1";

const fileSchema = v.strictObject({
  bundle: bundleSchema,
  signature: v.pipe(v.string(), v.maxLength(128)),
});

/** The text of a bundle, signed. Throws a Failure `bundle-invalid` for what no machine would take. */
export function formatBundle(bundle: Omit<Bundle, "key">, signer: NoteSigner): string {
  const read = v.safeParse(bundleSchema, { ...bundle, key: keyLabel(signer.verifier) });
  if (!read.success)
    throw new Failure("bundle-invalid", `no bundle can be made of this: ${whatIsWrong(read)}`);
  const signature = Buffer.from(signer.sign(signedBytes(read.output))).toString("base64");
  const text = bundleText({ bundle: read.output, signature });
  if (text.length > BUNDLE_CHARS_MAX || text.includes("\uFFFD"))
    throw new Failure(
      "bundle-invalid",
      `a bundle holds at most ${BUNDLE_CHARS_MAX} characters, and all of it is UTF-8 text`,
    );
  return text;
}

/** What lies in a bundle's file before anybody has looked at its signature. Throws a Failure `bundle-damaged`. */
export function readBundle(text: string, file: string): SignedBundle & Signature {
  const found = text.length > BUNDLE_CHARS_MAX ? undefined : readExact(text, fileSchema);
  if (found === undefined)
    throw new Failure(
      "bundle-damaged",
      `\`${file}\` is no policy bundle, or it was cut off or changed: fetch it again`,
      { at: { file } },
    );
  return { ...found, content: createHash("sha256").update(text).digest("hex") };
}

/** Throws a Failure `bundle-key` or `bundle-signature` unless one of the keys signed it. */
export function requireSigned(
  { bundle, signature }: Pick<SignedBundle, "bundle"> & Signature,
  keys: readonly NoteVerifier[],
  file: string,
): void {
  const { key } = bundle;
  requirePinned({ key, signature, bytes: signedBytes(bundle) }, keys, { file, what: "bundle" });
}

type Signature = { readonly signature: string };

function bundleText(file: v.InferOutput<typeof fileSchema>): string {
  return `${canonicalJson(file)}\n`;
}

function signedBytes(bundle: Bundle): Buffer {
  // It came through the schema: nothing in it is not JSON.
  return Buffer.from(`${PURPOSE}\n${canonicalJson(bundle as Json)}`, "utf8");
}

function whatIsWrong({
  issues,
}: {
  readonly issues: readonly v.BaseIssue<unknown>[] | undefined;
}): string {
  return (issues ?? [])
    .map((issue) => `\`${v.getDotPath(issue) ?? "it"}\` is not valid`)
    .join(", ");
}
