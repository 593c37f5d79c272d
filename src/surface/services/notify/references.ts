// References to the secrets of channels: a variable of the environment, or a manager of secrets.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { ownValue } from "#base/own-value.ts";
import { parseReference, REFERENCE_CHARS_MAX } from "#govern/secrets/reference.ts";
import type { FetchSecret } from "../secrets/providers/fetch-secret.ts";

const VARIABLE = /^env:([A-Za-z_]\w{0,127})$/;

/** A reference. WHY the value is not repeated in the fault: somebody may have written the secret itself. */
export const SecretReference = v.pipe(
  v.string(),
  v.maxLength(REFERENCE_CHARS_MAX),
  v.check(
    isReference,
    "a secret stands here as a reference, such as `env:NAME`, `pass:team/slack` or `vault:secret/chat#url`, and never itself",
  ),
);

/** Gives the values of references; a Failure where one cannot be had. */
export function openSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  fetchSecret: FetchSecret,
): (reference: string) => Promise<string> {
  return async (reference) => {
    const variable = VARIABLE.exec(reference)?.[1];
    if (variable === undefined) return fetchSecret(parseReference(reference));
    const value = ownValue(environment, variable);
    if (value !== undefined && value !== "") return value;
    throw new Failure("secret-missing", `the variable \`${variable}\` is not set here`);
  };
}

function isReference(text: string): boolean {
  if (VARIABLE.test(text)) return true;
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
