// Secrets that a scan found among what git follows, as far as they are an audit's.
import type { ScanFinding } from "#assure/scan/scan-finding.ts";
import { PLAIN_PASSWORD } from "#assure/scan/tier-at-rest.ts";
import type { AuditInputs } from "./audit-inputs.ts";

/** What a scan says of a file as such, which the checks of `.env` files and of key files judge themselves. */
const ABOUT_FILES = /^(?:env-file|env-file-open|key-store)$/;

/** Whether a finding of a scan is one of an audit too: how an agent is set up does not hang on the password of a local database. */
export function isOfAudit({ rule }: ScanFinding): boolean {
  return !PLAIN_PASSWORD.test(rule);
}

/** What a scan found in files that git follows; of an archive, its own name counts. */
export function committedSecrets({ git, secrets }: AuditInputs): readonly ScanFinding[] {
  if (secrets.kind === "unseen" || git.kind === "unseen") return [];
  const { tracked } = git.value;
  return secrets.value.filter(
    (one) =>
      isOfAudit(one) &&
      !ABOUT_FILES.test(one.rule) &&
      (tracked(one.file) === true || tracked(one.file.replace(/!.*$/s, "")) === true),
  );
}
