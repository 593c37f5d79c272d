// Where a secret should live instead of where it was found: by what it is and by the file that it lies in.
import { isClientSettings, isEnvExample, isInstructions, isPipeline } from "./file-kinds.ts";
import type { Gravity, ScanFinding } from "./scan-finding.ts";

/**
 * Where it goes, as one sentence for a person: the keychain of the system, a secret manager, the store of the pipeline. Whatever is
 * told, a value that others could read has to be made anew.
 */
export function rightPlace(
  { rule, family }: Pick<ScanFinding, "rule" | "family">,
  file: string,
): string {
  if (family !== "secret") {
    return "made-up data in its place; the real record stays in the system that it comes from";
  }
  if (isPipeline(file)) {
    return "the secret store of the pipeline, handed to the job as a masked variable";
  }
  if (isClientSettings(file)) {
    return "the keychain of the system or a secret manager, fetched by `apiKeyHelper` or `${VARIABLE}` of the environment";
  }
  if (isInstructions(file)) {
    return "an ignored `.env` or the keychain; in this file say only which variable holds it";
  }
  if (isEnvExample(file)) return "the ignored `.env`; here a placeholder such as `change-me`";
  if (/npmrc|npm/.test(rule)) return "a variable that `.npmrc` names as `${NPM_TOKEN}`";
  if (/^(?:private-key|ssh|pgp|age)/.test(rule)) {
    return "the keychain or an agent for keys; for a service its key management";
  }
  if (rule.startsWith("aws")) return "AWS Secrets Manager, or a role in place of a lasting key";
  if (/^(?:azure|microsoft)/.test(rule)) return "Azure Key Vault, or a managed identity";
  if (/^(?:gcp|google|firebase)/.test(rule)) {
    return "Google Secret Manager, or workload identity in place of a key";
  }
  if (/url-credentials|connection|postgres|mysql|mongo|redis|database/.test(rule)) {
    return "a secret manager (Vault, or that of the cloud) that hands out the connection at run time";
  }
  return "the keychain of the system on a person's machine, a secret manager for a service";
}

/** How bad a finding is where it lies. What the client itself reads is worst: it goes to the model and to everybody. */
export function gravityOf(
  { tier, family }: Pick<ScanFinding, "tier" | "family">,
  file: string,
): Gravity {
  const isRead = isClientSettings(file) || isInstructions(file);
  if (family === "secret" && tier !== "low" && isRead) return "critical";
  return tier;
}
