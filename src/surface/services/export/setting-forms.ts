// The parts that settings of targets are made of: texts, addresses, references to secrets, forms of documents.
import * as v from "valibot";
import { parseReference, REFERENCE_CHARS_MAX } from "#govern/secrets/reference.ts";
import { DOCUMENT_FORMS, type DocumentForm } from "#record/delivery/documents.ts";
import { isSafeAddress } from "../secrets/bounded-request.ts";

/** A text of some characters. */
export const text = (charsMax = 256) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));

/** A whole number. */
export const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** The form of documents, with what a target has without a word. */
export const formOr = (usual: DocumentForm) => v.optional(v.picklist(DOCUMENT_FORMS), usual);

/** A reference to a secret. WHY the value is not repeated in the fault: somebody may have written the secret itself. */
export const Reference = v.pipe(
  v.string(),
  v.maxLength(REFERENCE_CHARS_MAX),
  v.check(
    isReference,
    "a secret stands here as a reference, such as `vault:secret/siem#token`, and never itself",
  ),
);

/** An address over TLS, or on this machine, without a slash at its end. */
export const Address = v.pipe(
  v.string(),
  v.maxLength(2_048),
  v.check(
    isAddress,
    "an address is `https://...` without a password; `http://` only on this machine",
  ),
  v.transform((url) => url.replace(/\/+$/, "")),
);

function isReference(value: string): boolean {
  try {
    parseReference(value);
    return true;
  } catch {
    return false;
  }
}

function isAddress(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return (
    url !== undefined &&
    isSafeAddress(url) &&
    url.username === "" &&
    url.password === "" &&
    url.hash === ""
  );
}
