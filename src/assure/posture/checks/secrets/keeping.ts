// What keeps secrets from getting into a repository: scans before commits and in pipelines, and secret managers.
import type { Looks } from "../../check.ts";
import { inGit, withPipeline, withSecrets } from "../../causes.ts";
import { expecting, filesIn, scalarOf } from "../../looking.ts";
import { isPipeline } from "#assure/scan/file-kinds.ts";
import { memberOf } from "#govern/settings/json-text.ts";

/** Marks of the tools that look for secrets, in hooks and pipelines. */
const SCANNERS =
  /\b(?:gitleaks|detect-secrets|trufflehog|git-secrets|secretlint|ggshield|talisman|whispers|noseyparker|ripsecrets|kingfisher|secret[_-]detection|secret-scan\w*|scan-secrets|detect-private-key|sallyport scan|sallyport hook|sallyport'? '?git-hooks?)\b/i;

const MANAGERS =
  /\b(?:vault (?:kv|read|login)|hashicorp\/vault|VAULT_ADDR|op (?:run|read|item)|op:\/\/|aws secretsmanager|secretsmanager:|gcloud secrets|secretmanager\.googleapis|az keyvault|\.vault\.azure\.net|doppler run|sops (?:exec|-d|decrypt)|chamber exec|infisical run|bws (?:run|get)|sallyport secrets|external-?secrets|aws-actions\/aws-secretsmanager|keyring get|secret-tool lookup|security find-generic-password)\b/i;

/** Functions of what has to be there. */
export const keepingLooks: Looks = {
  "no-pre-commit-scan": expecting(
    (auditInputs) =>
      [
        ...filesIn(
          [auditInputs.repository],
          /(?:^|\/)(?:\.pre-commit-config\.ya?ml|lefthook\.ya?ml|\.husky\/[\w-]+|\.githooks\/[\w-]+|\.lintstagedrc.*|package\.json)$|^\.git\/hooks\/pre-(?:commit|push)$/,
        ),
        ...(auditInputs.git.kind === "seen" ? auditInputs.git.value.hooks : []),
      ]
        .filter(
          ({ text = "", path }) =>
            SCANNERS.test(text) ||
            (path.endsWith("pre-commit") &&
              /(?:AKIA|PRIVATE KEY|api[_-]?key|secret)/i.test(text) &&
              /exit [1-9]/.test(text)),
        )
        .map(({ shown }) => shown),
    {
      message: "no pre-commit hook looks for secrets",
      fix: "run `sallyport git-hooks install`",
    },
    { applies: inGit },
  ),
  "no-ci-scan": expecting(
    ({ repository }) =>
      [...repository.files.values()]
        .filter(({ path, text = "" }) => isPipeline(path) && SCANNERS.test(text))
        .map(({ shown }) => shown),
    {
      message: "no CI job looks for secrets",
      fix: "add a step `sallyport scan --ci --sarif > scan.sarif` to the pipeline",
    },
    { applies: withPipeline },
  ),
  "no-secret-manager": expecting(
    ({ repository, settings, home }) => [
      ...settings
        .filter(({ root }) => scalarOf(memberOf(root, "apiKeyHelper")) !== undefined)
        .map(({ file }) => file),
      ...[...repository.files.values(), ...home.files.values()]
        .filter(
          ({ path, text = "" }) =>
            /(?:^|\/)\.(?:sops\.ya?ml|vault|sallyport\/secrets\.yaml|infisical\.json|doppler\.ya?ml)$/.test(
              path,
            ) || MANAGERS.test(text),
        )
        .map(({ shown }) => shown),
    ],
    {
      message: "nothing shows that secrets come from a secret manager",
      fix: "name them in `.sallyport/secrets.yaml`, and start programs by `sallyport secrets exec --from .sallyport/secrets.yaml -- COMMAND`",
    },
    { applies: withSecrets },
  ),
};
