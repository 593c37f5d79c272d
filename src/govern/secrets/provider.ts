// What every provider of secrets can do, and the ways in which it can fail.
import { Failure } from "#base/failure.ts";
import type { ProviderName, SecretReference } from "./reference.ts";
import type { SecretValue } from "./secret-value.ts";

/** A secret as its provider gave it. */
export type Retrieved = {
  readonly value: SecretValue;
  /** The provider's own word for the version, where it has versions. */
  readonly version: string | undefined;
  /** When this version was made, Unix milliseconds, where the provider says so. */
  readonly createdMs: number | undefined;
  /** How long the value is valid, in seconds, where it is leased. */
  readonly leaseSeconds: number | undefined;
};

/** One secret in a list: its name, never its value. */
export type Listed = { readonly name: string; readonly changedMs: number | undefined };

/** One thing that was looked at: `isGood` is whether it is as it should be, `says` what was seen, and what to do. */
export type Checkup = { readonly isGood: boolean; readonly says: string };

/**
 * A provider. Every method rejects with a Failure whose code is a `SecretFault`; a message names the provider's answer and
 * never a value or a token.
 */
export type SecretProvider = {
  readonly name: ProviderName;
  get(reference: SecretReference): Promise<Retrieved>;
  /** Names below a path, at most `max`; undefined where the provider cannot list. */
  list?(path: readonly string[], max: number): Promise<readonly Listed[]>;
  /** Puts a new value in the place of the one that is there, and gives the new version's name if there is one. */
  replace?(reference: SecretReference, value: SecretValue): Promise<string | undefined>;
  /** What is right and wrong with how it is set up here. */
  examine(): Promise<readonly Checkup[]>;
};

/**
 * `secret-missing` there is none of this name, `secret-denied` not for us, `secret-login` no or expired credentials,
 * `secret-busy` too many requests, `secret-sealed` the store is locked, `secret-unreachable` no answer in time,
 * `secret-answer` an answer that makes no sense, `secret-setup` something must be set or installed first.
 */
export type SecretFault =
  | "secret-missing"
  | "secret-denied"
  | "secret-login"
  | "secret-busy"
  | "secret-sealed"
  | "secret-unreachable"
  | "secret-answer"
  | "secret-setup";

/** What each fault is in words, behind the provider's name. */
export const FAULT_WORDS: Readonly<Record<SecretFault, string>> = {
  "secret-missing": "has no such secret or version",
  "secret-denied": "refuses: we may not do this",
  "secret-login": "does not know us: credentials are missing, wrong or expired",
  "secret-busy": "has too many requests: try again later",
  "secret-sealed": "is locked, or cannot decrypt it",
  "secret-unreachable": "cannot be reached",
  "secret-answer": "gave an answer that makes no sense",
  "secret-setup": "is not set up here",
};

/** A Failure of a provider. */
export function secretFailure(code: SecretFault, message: string): Failure<SecretFault> {
  return new Failure(code, message);
}

/** The field of a secret that holds a JSON object of texts. Throws `secret-missing` or `secret-answer`. */
export function fieldOf(text: string, key: string, provider: ProviderName): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // WHY without a cause: a syntax error of JSON quotes the text, and the text is the secret.
    throw secretFailure(
      "secret-answer",
      `the secret at ${provider} is no JSON object, and a field of it was asked for: leave out \`#…\``,
    );
  }
  const value =
    typeof parsed === "object" && parsed !== null && Object.hasOwn(parsed, key)
      ? (parsed as Readonly<Record<string, unknown>>)[key]
      : undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw secretFailure(
    "secret-missing",
    `the secret at ${provider} has no field of this name that is a text`,
  );
}

/** The JSON object in a secret's text with one of its fields replaced. Throws as `fieldOf` does. */
export function withField(
  text: string,
  key: string,
  value: SecretValue,
  provider: ProviderName,
): string {
  fieldOf(text, key, provider);
  return JSON.stringify({ ...(JSON.parse(text) as object), [key]: value.reveal() });
}
