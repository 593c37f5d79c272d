// Secrets in files of a repository: pipelines, containers, variables, keys, package managers, git.
import { type Fault, type Looks } from "../../check.ts";
import { fileFault, filesIn, lineFault, linesOf, ofFiles } from "../../looking.ts";
import { isSecretVariable } from "#base/secret-variables.ts";
import {
  holdsCertainSecret,
  isForTests,
  isLiteralSecret,
  isPlaceholder,
  isSecretAddress,
  secretLines,
} from "../../inputs/secret-texts.ts";
import { NAME_IS_ENOUGH } from "../../inputs/read-inputs.ts";
import { SECRET_NOT_KEPT } from "../../inputs/without-values.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { readIni } from "../../texts/ini.ts";
import { isEnvExample, isEnvFile, isInstructions, isPipeline } from "#assure/scan/file-kinds.ts";
import { parseEnv } from "#govern/ignores/env-parity.ts";
import { ASSIGNED, hidden, hiddenIn, linesWithSecrets, namedLines } from "./looking.ts";

export const CONTAINER =
  /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?$|\.dockerfile$|(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$|(?:^|\/)\.devcontainer(?:\.json$|\/)/i;
export const PACKAGE_FILES =
  /(?:^|\/)\.(?:npmrc|yarnrc(?:\.yml)?|pnpmrc|pypirc|netrc|condarc)$|(?:^|\/)_netrc$|(?:^|\/)\.(?:gem|cargo)\/(?:credentials|config)(?:\.toml)?$|(?:^|\/)(?:pip\.(?:conf|ini)|auth\.json|bunfig\.toml|uv\.toml|gradle\.properties|poetry\/auth\.toml|\.bundle\/config|\.m2\/settings(?:-security)?\.xml|maven-settings\.xml|settings\.xml)$|(?:^|\/)nuget\.config$/i;
export const KEY_NAME =
  /\.(?:p12|pfx|jks|keystore|ppk|pem|key)$|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/i;
const KEY_STORE = /\.(?:p12|pfx|jks|keystore)$/i;
const KEY_TEXT = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File/m;
/** After remarks at most; a key that stands within another file is that file's fault. */
const STARTS_WITH_KEY =
  /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File)/;
/** Keys that tests sign with belong to nobody. */
export const FOR_TESTS =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures?|testdata|test-data|mocks?|examples?|samples?|docs?)\//i;
/** Keys that a developer's own machine answers with. */
const BELONGS_TO_NOBODY =
  /(?:^|[/._-])(?:tests?|spec|fixtures?|mocks?|demo|dev|local|localhost|minica|mkcert|snakeoil|dummy|self-?signed|examples?|samples?)(?:$|[/._-])/i;
/** Values of package managers' files: of npm, Python, Ruby, PHP, .NET, Maven, Gradle, Cargo, conda. */
const PACKAGE_VALUE =
  /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent|(?:cleartext)?password|(?:^|[\s"'<.:_-])(?:token|secret|api[_-]?key)|github-oauth\W+[\w.]+)["']?(?:\s*[:=>]\s*|\s+(?:value=)?)["']?([^\s"'<>,{}]+)/i;

export const isTracked = ({ git }: AuditInputs, file: SeenFile) =>
  git.kind === "seen" && git.value.tracked(file.path) === true;

/** Functions of files of a repository. */
export const repositoryLooks: Looks = {
  "in-workflow": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(({ path }) => isPipeline(path)),
    "pipeline",
    (file, auditInputs) =>
      hiddenIn(
        file,
        [...new Set([...linesWithSecrets(auditInputs, file), ...namedLines(file, ASSIGNED)])],
        "a secret stands in a pipeline",
        "make it invalid, and write `${{ secrets.NAME }}` or a masked variable",
      ),
  ),
  "in-container-file": ofFiles(
    ({ repository }) => filesIn([repository], CONTAINER),
    "container file",
    (file, auditInputs) =>
      hiddenIn(
        file,
        [
          ...new Set([
            ...linesWithSecrets(auditInputs, file),
            ...namedLines(file, ASSIGNED),
            ...namedLines(file, /\b(?:ENV|ARG)\s+([A-Za-z_]\w*)\s+(\S+)/g),
          ]),
        ],
        "a secret stands in a container file, and in every layer built from it",
        "make it invalid, and mount it as a secret: `--mount=type=secret`",
      ),
  ),
  "env-file-committed": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(({ path }) => isEnvFile(path)),
    "`.env` file",
    (file, auditInputs) => {
      if (!isTracked(auditInputs, file)) return [];
      const values = parseEnv(file.text ?? "").filter(
        ({ value }) => value !== "" && !isPlaceholder(value),
      );
      // WHY: a file without a name for a secret sets modes and addresses, which many projects commit on purpose.
      if (file.text !== undefined && !values.some(({ name }) => isSecretVariable(name))) return [];
      return [
        {
          ...fileFault(
            file,
            "git follows a file of variables, values included",
            `git rm --cached ${file.path}, add it to \`.gitignore\`, and make its values invalid`,
          ),
          ...variablesSeverity(file, values),
        },
      ];
    },
  ),
  "example-with-real-value": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(({ path }) => isEnvExample(path)),
    "example of variables",
    (file, auditInputs) => {
      const real = new Set(
        parseEnv(file.text ?? "")
          .filter(({ name, value }) => isRealValue(name, value))
          .map(({ line }) => line),
      );
      const lines = (file.text ?? "").split("\n");
      return [...new Set([...linesWithSecrets(auditInputs, file), ...real])]
        .filter((line) => !isShown(lines[line - 1] ?? ""))
        .map((line) => ({
          ...lineFault(
            file,
            line,
            "the example holds a real value",
            "make it invalid, and write `change-me`",
          ),
          evidence: "",
          ...(secretLines(file, "high").includes(line) ? {} : ({ severity: "medium" } as const)),
        }));
    },
  ),
  "private-key-committed": ofFiles(
    ({ repository }) => [...repository.files.values()].filter(isKeyFile),
    "key file",
    (file, auditInputs) => {
      const isKey =
        KEY_STORE.test(file.path) ||
        (file.text === undefined
          ? linesWithSecrets(auditInputs, file).length > 0 ||
            /id_(?:rsa|dsa|ecdsa|ed25519)$/.test(file.path)
          : KEY_TEXT.test(file.text));
      if (
        !isKey ||
        !isTracked(auditInputs, file) ||
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
          ...(BELONGS_TO_NOBODY.test(file.path) ? ({ severity: "low" } as const) : {}),
        },
      ];
    },
  ),
  "service-account-committed": ofFiles(
    // WHY not all JSON: that none of them is such a key says nothing of what else they hold.
    ({ repository }) =>
      filesIn([repository], /\.json$/).filter(
        (file) =>
          isServiceAccount(file) || (file.text === undefined && file.why !== NAME_IS_ENOUGH),
      ),
    "key of a service account",
    (file, auditInputs) => {
      if (!isServiceAccount(file) || !isTracked(auditInputs, file)) return [];
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
};

/** WHY by names: values are read past. */
function variablesSeverity(
  { path, text }: SeenFile,
  values: readonly { readonly name: string; readonly value: string }[],
): Pick<Fault, "severity"> {
  if (text === undefined) return {};
  if (isForTests(path)) return { severity: "low" };
  // The audit's reader keeps no value; a corpus that has them is judged by what they are.
  const isCertain = values.some(
    ({ name, value }) => value === SECRET_NOT_KEPT || holdsCertainSecret(`${name}=${value}`),
  );
  return isCertain ? {} : { severity: "high" };
}

/** Whether a file is a key, by its name or by what it begins with. A key within another file is that file's fault. */
export function isKeyFile({ path, text = "" }: SeenFile): boolean {
  return KEY_NAME.test(path) || STARTS_WITH_KEY.test(text);
}

/** Whether a file is the key of a cloud's service account; by its name where it was not read. */
export function isServiceAccount({ text, path }: SeenFile): boolean {
  if (!path.endsWith(".json")) return false;
  return text === undefined
    ? /(?:^|\/)service-?account[^/]*\.json$/i.test(path)
    : /"type"\s*:\s*"service_account"/.test(text) && /"private_key"\s*:/.test(text);
}

/** A remark on the form of a value, or an address of this machine: what an example is there to show. */
function isShown(line: string): boolean {
  return (
    /^\s*#.*(?:<[^>]+>|\.\.\.|e\.g\.|such as|example|format|0xYOUR|your[-_ ])/i.test(line) ||
    /@(?:localhost|127\.0\.0\.1|\[::1\]|db|postgres|mysql|mongo|redis|database|host|<[^>]+>)(?=[:/\s"']|$)/i.test(
      line,
    )
  );
}

/** A value of an example that no person would take for one that is to be replaced. */
function isRealValue(name: string, value: string): boolean {
  if (isPlaceholder(value)) return false;
  return (
    isLiteralSecret(name, value) && /\d/.test(value) && /[A-Za-z]/.test(value) && value.length >= 16
  );
}
