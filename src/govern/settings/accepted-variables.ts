// Variables of a repository's settings that a person accepted: by name and by a digest of the value they had then.
import { createHash } from "node:crypto";

/** A variable as a settings file sets it. */
export type SettingsVariable = { readonly name: string; readonly value: string };
/** One that was accepted; another value is another variable. The digest is SHA-256, 64 hex characters. */
export type AcceptedVariable = { readonly name: string; readonly digest: string };

/** What is kept of an accepted variable: never its value. */
export function acceptVariable({ name, value }: SettingsVariable): AcceptedVariable {
  const digest = createHash("sha256").update(`${name}\0${value}`).digest("hex");
  return { name, digest };
}

/** True when a person accepted this variable with this very value. */
export function isAccepted(
  variable: SettingsVariable,
  accepted: readonly AcceptedVariable[] | undefined,
): boolean {
  const { name, digest } = acceptVariable(variable);
  return accepted?.some((other) => other.name === name && other.digest === digest) ?? false;
}
