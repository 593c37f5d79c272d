// How plain secrets are looked at: in settings, hooks, pipelines, containers, commits and the home directory. Never a value is shown.
import { type Fault, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import {
  expecting,
  fileFault,
  filesIn,
  lineFault,
  linesOf,
  ofFiles,
  ofSettings,
  scalarOf,
} from "../looking.ts";
import { isLiteralSecret, isPlaceholder, isSecretAddress, secretLines } from "../secret-texts.ts";
import type { SeenFile, Sights } from "../sights.ts";
import { START_FILES } from "../start-files.ts";
import { readIni } from "../texts/ini.ts";
import { textsOfTree } from "../texts/json-strings.ts";
import { memberOf, placeIn } from "#govern/settings/json-text.ts";
import {
  isClientSettings,
  isEnvExample,
  isEnvFile,
  isInstructions,
  isPipeline,
} from "#assure/scan/file-kinds.ts";
import { parseEnv } from "#govern/ignores/env-parity.ts";

const CONTAINER =
  /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?$|\.dockerfile$|(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$|(?:^|\/)\.devcontainer(?:\.json$|\/)/i;
const PACKAGE_FILES =
  /(?:^|\/)\.(?:npmrc|yarnrc(?:\.yml)?|pnpmrc|pypirc|netrc|condarc)$|(?:^|\/)_netrc$|(?:^|\/)\.(?:gem|cargo)\/(?:credentials|config)(?:\.toml)?$|(?:^|\/)(?:pip\.(?:conf|ini)|auth\.json|bunfig\.toml|uv\.toml|gradle\.properties|poetry\/auth\.toml|\.bundle\/config|\.m2\/settings(?:-security)?\.xml|maven-settings\.xml|settings\.xml)$|(?:^|\/)nuget\.config$/i;
const KEY_NAME = /\.(?:p12|pfx|jks|keystore|ppk|pem|key)$|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/i;
const KEY_STORE = /\.(?:p12|pfx|jks|keystore)$/i;
const KEY_TEXT = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File/m;
/** After remarks at most; a key that stands within another file is that file's fault. */
const STARTS_WITH_KEY =
  /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File)/;
/** Keys that tests sign with belong to nobody. */
const FOR_TESTS =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures?|testdata|test-data|mocks?|examples?|samples?|docs?)\//i;
const HOME_CREDENTIALS =
  /^\.(?:ssh\/(?!.*\.pub$|known_hosts|config|authorized_keys|allowed_signers|environment$|rc$)[^/]+|aws\/credentials|netrc|npmrc|pypirc|pgpass|git-credentials|docker\/config\.json|kube\/config|config\/gcloud\/.*|config\/gh\/hosts\.yml|azure\/.*|claude\/\.credentials\.json|claude\.json|gnupg\/.*|vault-token|my\.cnf|env(?:\..*)?)$/;
const READABLE_BY_OTHERS = 0o044;

/** Marks of the tools that look for secrets, in hooks and pipelines. */
const SCANNERS =
  /\b(?:gitleaks|detect-secrets|trufflehog|git-secrets|secretlint|ggshield|talisman|whispers|noseyparker|ripsecrets|kingfisher|secret[_-]detection|secret-scan\w*|scan-secrets|detect-private-key|sallyport scan|sallyport hook|sallyport'? '?git-hooks?)\b/i;

const isTracked = ({ git }: Sights, file: SeenFile) =>
  git.kind === "seen" && git.value.tracked(file.path) === true;

/** Lines of a file that hold a secret, by what a scan of the machine said, or by the text itself. */
function linesWithSecrets({ secrets }: Sights, file: SeenFile): readonly number[] {
  const told =
    secrets.kind === "seen"
      ? secrets.value
          .filter((one) => one.file === file.path || one.file === file.shown)
          .map(({ line }) => line)
      : [];
  const own = file.text === undefined ? [] : secretLines(file.text, file.path);
  return [...new Set([...told, ...own])].sort((a, b) => a - b);
}

function hidden(file: SeenFile, line: number, message: string, fix: string): Fault {
  return { ...lineFault(file, line, message, fix), evidence: "" };
}

const MAKE_INVALID =
  "make it invalid where it was issued, take it out, and give it by the environment";

/** Literal secrets under names that say so: `NAME=value`, `NAME: value`. */
function namedLines(file: SeenFile, pattern: RegExp): readonly number[] {
  return linesOf(file).flatMap(({ line, text }) => {
    if (/^\s*(?:#|\/\/)/.test(text)) return [];
    return [...text.matchAll(pattern)].some(({ 1: name = "", 2: value = "" }) =>
      isLiteralSecret(name, value.replace(/^["']|["',]+$/g, "")),
    )
      ? [line]
      : [];
  });
}
const ASSIGNED = /(?:^|[\s"'{,-])([A-Za-z_][\w-]*)["']?\s*[:=]\s*("[^"]*"|'[^']*'|[^\s"',;]+)/g;

/** The same in files that programs are configured by, other than those of tests and those that hold texts for people. */
function namedInConfiguration(file: SeenFile): readonly number[] {
  const isConfiguration =
    /\.(?:ya?ml|toml|ini|cfg|conf|properties|tfvars)$/.test(file.path) &&
    !FOR_TESTS.test(file.path) &&
    !/(?:^|\/)(?:locales?|i18n|lang|translations?|messages)\//i.test(file.path);
  return isConfiguration ? namedLines(file, ASSIGNED) : [];
}

/** Secrets in texts of a settings file, by where they stand. */
function settingsTexts(sights: Sights, wanted: (path: readonly string[]) => boolean, what: string) {
  return sights.settings.flatMap((document) =>
    textsOfTree(document.root)
      .filter(({ path }) => wanted(path))
      .filter(({ path, text }) => isSecretText(path, text))
      .filter(({ start }) => !isOwnHook(sights, document.file, start))
      .map(({ start }) => ({
        ...{ file: document.file, ...placeIn(document.text, start), evidence: "" },
        message: `a secret stands in ${what}`,
        fix: MAKE_INVALID,
      })),
  );
}

/** Our own hook's token stands in its header on purpose: with it one can only ask this machine for a judgement. */
function isOwnHook({ hooks }: Sights, file: string, start: number): boolean {
  return hooks.some(
    ({ file: { shown }, type, command, node }) =>
      shown === file &&
      type === "http" &&
      /^https:\/\/127\.0\.0\.1:\d{1,5}\/v1\/hook(?:[?#]|$)/.test(command) &&
      node.start <= start &&
      start < node.end,
  );
}

function isSecretText(path: readonly string[], text: string): boolean {
  const name = path.findLast((key) => key !== "[]") ?? "";
  return isLiteralSecret(path[0] === "permissions" ? "rule" : name, text) || isSecretAddress(text);
}

/** Files of settings in which a credential may stand, where they were read and hold none. */
function isWithoutSecret({ path, text }: SeenFile): boolean {
  if (text === undefined) return false;
  const isMixed =
    /^\.(?:npmrc|pypirc|claude\.json|docker\/config\.json|my\.cnf|env(?:\..*)?|config\/gcloud\/.*|azure\/.*|gnupg\/.*)$/;
  return (
    isMixed.test(path) &&
    !/token|secret|password|passwd|_auth|"auth"|api_?key|private|credential|refresh/i.test(text)
  );
}

/** Whether a file is a key, by its name or by what it begins with. A key within another file is that file's fault. */
function isKeyFile({ path, text = "" }: SeenFile): boolean {
  return KEY_NAME.test(path) || STARTS_WITH_KEY.test(text);
}

/** Whether a file is the key of a cloud's service account; by its name where it was not read. */
function isServiceAccount({ text, path }: SeenFile): boolean {
  if (!path.endsWith(".json")) return false;
  return text === undefined
    ? /(?:^|\/)service-?account[^/]*\.json$/i.test(path)
    : /"type"\s*:\s*"service_account"/.test(text) && /"private_key"\s*:/.test(text);
}

/** Files that other checks of this family or of other families tell of. */
function isToldElsewhere(path: string): boolean {
  return (
    isClientSettings(path) ||
    isInstructions(path) ||
    isPipeline(path) ||
    CONTAINER.test(path) ||
    PACKAGE_FILES.test(path) ||
    isEnvFile(path) ||
    isEnvExample(path) ||
    KEY_NAME.test(path) ||
    /(?:^|\/)\.git\/|(?:^|\/)\.claude\/|(?:^|\/)\.claude-plugin\/|(?:^|\/)service-?account[^/]*\.json$/.test(
      path,
    )
  );
}

/** Values of package managers' files: of npm, Python, Ruby, PHP, .NET, Maven, Gradle, Cargo, conda. */
const PACKAGE_VALUE =
  /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent|(?:cleartext)?password|(?:^|[\s"'<.:_-])(?:token|secret|api[_-]?key)|github-oauth\W+[\w.]+)["']?(?:\s*[:=>]\s*|\s+(?:value=)?)["']?([^\s"'<>,{}]+)/i;

/** Functions of the family `secrets`. */
export const secretsLooks: Looks = {
  "in-settings": ofSettings((sights) =>
    settingsTexts(sights, ([first]) => first !== "permissions" && first !== "hooks", "settings"),
  ),
  "in-permission-rule": ofSettings((sights) =>
    settingsTexts(sights, ([first]) => first === "permissions", "a permission rule"),
  ),
  "in-hook": (sights) => {
    const inSettings = settingsTexts(sights, ([first]) => first === "hooks", "a hook");
    const scripts = [
      ...new Set([
        ...sights.hooks.flatMap((hook) => hook.scripts),
        ...filesIn([sights.repository, sights.home], /(?:^|\/)\.claude\/hooks\//),
      ]),
    ];
    if (sights.hooks.length === 0 && scripts.length === 0)
      return notApplicable("there are no hooks");
    const inScripts = scripts.flatMap((file) =>
      [...new Set([...linesWithSecrets(sights, file), ...namedLines(file, ASSIGNED)])].map((line) =>
        hidden(file, line, "a secret stands in a hook's script", MAKE_INVALID),
      ),
    );
    return verdict(
      [...sights.settings.map(({ file }) => file), ...scripts.map(({ shown }) => shown)],
      [...inSettings, ...inScripts],
    );
  },
  "in-workflow": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(({ path }) => isPipeline(path)),
    "pipeline",
    (file, sights) =>
      [...new Set([...linesWithSecrets(sights, file), ...namedLines(file, ASSIGNED)])].map((line) =>
        hidden(
          file,
          line,
          "a secret stands in a pipeline",
          "make it invalid, and write `${{ secrets.NAME }}` or a masked variable",
        ),
      ),
  ),
  "in-container-file": ofFiles(
    ({ repository }) => filesIn([repository], CONTAINER),
    "container file",
    (file, sights) =>
      [
        ...new Set([
          ...linesWithSecrets(sights, file),
          ...namedLines(file, ASSIGNED),
          ...namedLines(file, /\b(?:ENV|ARG)\s+([A-Za-z_]\w*)\s+(\S+)/g),
        ]),
      ].map((line) =>
        hidden(
          file,
          line,
          "a secret stands in a container file, and in every layer built from it",
          "make it invalid, and mount it as a secret: `--mount=type=secret`",
        ),
      ),
  ),
  "in-committed-file": (sights) => {
    const { git, secrets, repository } = sights;
    if (git.kind === "unseen") return unseen(git.why);
    const ofHooks = new Set(
      sights.hooks.flatMap(({ scripts }) => scripts.map((script) => script.path)),
    );
    const files = [...repository.files.values()].filter(
      (file) =>
        isTracked(sights, file) &&
        !isToldElsewhere(file.path) &&
        !isServiceAccount(file) &&
        !isKeyFile(file) &&
        !ofHooks.has(file.path),
    );
    const faults = files.flatMap((file) =>
      [...new Set([...linesWithSecrets(sights, file), ...namedInConfiguration(file)])].map((line) =>
        hidden(
          file,
          line,
          "a secret is committed",
          `${MAKE_INVALID}; then take it out of the history`,
        ),
      ),
    );
    const others =
      secrets.kind === "seen"
        ? secrets.value
            .filter(
              ({ file }) =>
                !repository.files.has(file) &&
                !isToldElsewhere(file) &&
                git.value.tracked(file) !== false,
            )
            .map(({ file, line, title }) => ({
              file,
              line,
              evidence: "",
              message: `a secret is committed (${title})`,
              fix: MAKE_INVALID,
            }))
        : [];
    if (faults.length + others.length > 0)
      return verdict(
        files.map(({ shown }) => shown),
        [...faults, ...others],
      );
    if (secrets.kind === "unseen" && files.length === 0) return unseen(secrets.why);
    return verdict(["committed files that a scan read"], []);
  },
  "env-file-committed": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(({ path }) => isEnvFile(path)),
    "`.env` file",
    (file, sights) => {
      if (!isTracked(sights, file)) return [];
      const values = parseEnv(file.text ?? "").filter(
        ({ value }) => value !== "" && !isPlaceholder(value),
      );
      if (file.text !== undefined && values.length === 0) return [];
      return [
        fileFault(
          file,
          "git follows a file of variables, values included",
          `git rm --cached ${file.path}, add it to \`.gitignore\`, and make its values invalid`,
        ),
      ];
    },
  ),
  "example-with-real-value": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(({ path }) => isEnvExample(path)),
    "example of variables",
    (file, sights) => {
      const real = new Set(
        parseEnv(file.text ?? "")
          .filter(({ name, value }) => isRealValue(name, value))
          .map(({ line }) => line),
      );
      return [...new Set([...linesWithSecrets(sights, file), ...real])].map((line) =>
        hidden(
          file,
          line,
          "the example holds a real value",
          "make it invalid, and write `change-me`",
        ),
      );
    },
  ),
  "private-key-committed": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(isKeyFile),
    "key file",
    (file, sights) => {
      const isKey =
        KEY_STORE.test(file.path) ||
        (file.text === undefined
          ? linesWithSecrets(sights, file).length > 0 ||
            /id_(?:rsa|dsa|ecdsa|ed25519)$/.test(file.path)
          : KEY_TEXT.test(file.text));
      if (
        !isKey ||
        !isTracked(sights, file) ||
        FOR_TESTS.test(file.path) ||
        isInstructions(file.path)
      )
        return [];
      return [
        {
          ...fileFault(
            file,
            "git follows a private key",
            `git rm --cached ${file.path}, and replace the key pair`,
          ),
          evidence: "",
        },
      ];
    },
  ),
  "service-account-committed": ofFiles(
    ({ repository }) => filesIn([repository], /\.json$/),
    "JSON file",
    (file, sights) => {
      if (!isServiceAccount(file) || !isTracked(sights, file)) return [];
      return [
        {
          ...fileFault(
            file,
            "git follows a key of a service account",
            `git rm --cached ${file.path}, and delete the key at the cloud`,
          ),
          evidence: "",
        },
      ];
    },
  ),
  "package-token": ofFiles(
    ({ repository, home }) => filesIn([repository, home], PACKAGE_FILES),
    "package manager's file",
    (file) =>
      linesOf(file).flatMap(({ line, text }) => {
        const value = PACKAGE_VALUE.exec(text)?.[1];
        const inAddress =
          /^\s*[^#;]*https?:\/\//.test(text) &&
          isSecretAddress(/https?:\/\/\S+/.exec(text)?.[0] ?? "");
        if ((value === undefined || isPlaceholder(value) || value.length < 6) && !inAddress)
          return [];
        if (/^\s*[#;]/.test(text)) return [];
        return [
          hidden(
            file,
            line,
            "a token stands here as a literal",
            "make it invalid, and write `${NPM_TOKEN}` or use the manager's login",
          ),
        ];
      }),
  ),
  "in-git-config": ofFiles(
    ({ repository, home }) => filesIn([repository, home], /(?:^|\/)\.git\/config$|^\.gitconfig$/),
    "configuration of git",
    (file) =>
      readIni(file.text ?? "")
        .filter(
          ({ value, subsection, key }) =>
            isSecretAddress(value) ||
            isSecretAddress(subsection) ||
            (key === "extraheader" && /authorization:\s*\S+\s+\S{8,}/i.test(value)),
        )
        .map(({ line }) =>
          hidden(
            file,
            line,
            "an address of a remote carries credentials",
            "run `git remote set-url origin https://host/path`, make the token invalid, and use a credential helper",
          ),
        ),
  ),
  "in-shell-start-file": ofFiles(
    ({ home }) => filesIn([home], START_FILES),
    "start-up file",
    (file, sights) =>
      [
        ...new Set([
          ...linesWithSecrets(sights, file),
          ...namedLines(
            file,
            /(?:^|[\s;])(?:export\s+|set\s+-gx\s+|declare\s+-x\s+)([A-Za-z_]\w*)[=\s]("[^"]*"|'[^']*'|[^\s;]+)/g,
          ),
        ]),
      ].map((line) =>
        hidden(
          file,
          line,
          "a secret is exported to every program, and a session reads the file",
          "take it out, and give it to the program that needs it: `sallyport secrets exec`",
        ),
      ),
  ),
  "readable-by-others": (sights) => {
    const files = filesIn([sights.home], HOME_CREDENTIALS);
    if (files.length === 0) return notApplicable("there are no credential files");
    const told = files.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told the rights of credential files");
    return verdict(
      files.map(({ shown }) => shown),
      told
        .filter(({ mode = 0 }) => (mode & READABLE_BY_OTHERS) > 0)
        .filter((file) => !isWithoutSecret(file))
        .map((file) =>
          fileFault(file, "others on this machine can read it", `chmod 600 ${file.shown}`),
        ),
    );
  },
  "static-cloud-key": ofFiles(
    ({ home }) =>
      filesIn(
        [home],
        /^\.aws\/(?:credentials|config)$|^\.(?:config\/gcloud|gcp|google)\/.*\.json$|^\.azure\/.*\.json$|service-?account[^/]*\.json$/,
      ),
    "cloud credential file",
    (file) => {
      const text = file.text ?? "";
      const isAccount = /"type"\s*:\s*"service_account"/.test(text);
      const line = linesOf(file).find(
        ({ text: one }) =>
          /^\s*aws_access_key_id\s*=\s*AKIA/i.test(one) || (isAccount && /private_key"/.test(one)),
      )?.line;
      const isLong =
        /aws_secret_access_key\s*=/i.test(text) && !/aws_session_token\s*=/i.test(text);
      if (line === undefined && !isLong) return [];
      return [
        hidden(
          file,
          line ?? 1,
          "a key that never ends lies here, and a session of this user can use it",
          "sign in for a day instead: `aws sso login`, `gcloud auth login`, and delete the key at the cloud",
        ),
      ];
    },
  ),
  "no-pre-commit-scan": expecting(
    (sights) =>
      [
        ...filesIn(
          [sights.repository],
          /(?:^|\/)(?:\.pre-commit-config\.ya?ml|lefthook\.ya?ml|\.husky\/[\w-]+|\.githooks\/[\w-]+|\.lintstagedrc.*|package\.json)$|^\.git\/hooks\/pre-(?:commit|push)$/,
        ),
        ...(sights.git.kind === "seen" ? sights.git.value.hooks : []),
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
  ),
  "no-ci-scan": expecting(
    ({ repository }) =>
      [...repository.files.values()]
        .filter(({ path, text = "" }) => isPipeline(path) && SCANNERS.test(text))
        .map(({ shown }) => shown),
    {
      message: "no CI job looks for secrets",
      fix: "add a step `npx sallyport scan --ci --sarif > scan.sarif` to the pipeline",
    },
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
  ),
};

const MANAGERS =
  /\b(?:vault (?:kv|read|login)|hashicorp\/vault|VAULT_ADDR|op (?:run|read|item)|op:\/\/|aws secretsmanager|secretsmanager:|gcloud secrets|secretmanager\.googleapis|az keyvault|\.vault\.azure\.net|doppler run|sops (?:exec|-d|decrypt)|chamber exec|infisical run|bws (?:run|get)|sallyport secrets|external-?secrets|aws-actions\/aws-secretsmanager|keyring get|secret-tool lookup|security find-generic-password)\b/i;

/** A value of an example that no person would take for one that is to be replaced. */
function isRealValue(name: string, value: string): boolean {
  if (isPlaceholder(value)) return false;
  return (
    isLiteralSecret(name, value) && /\d/.test(value) && /[A-Za-z]/.test(value) && value.length >= 16
  );
}
