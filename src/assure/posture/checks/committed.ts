// Secrets in whatever git follows: all that a scan read of it, but what a check of its own kind of file tells already.
import {
  type CheckResult,
  type Fault,
  type Looks,
  notApplicable,
  unseen,
  verdict,
} from "../check.ts";
import { committedSecrets } from "../inputs/committed-secrets.ts";
import { isFixture } from "../inputs/fixtures.ts";
import { isForTests } from "../inputs/secret-texts.ts";
import type { AuditInputs, ScannedTree, SeenFile } from "../inputs/audit-inputs.ts";
import type { ScanFinding } from "#assure/scan/scan-finding.ts";
import {
  isClientSettings,
  isEnvExample,
  isEnvFile,
  isInstructions,
  isPipeline,
} from "#assure/scan/file-kinds.ts";
import { mcpLooks } from "./mcp/index.ts";
import { memoryLooks } from "./memory/index.ts";
import { pluginsLooks } from "./plugins.ts";
import {
  ASSIGNED,
  hiddenIn,
  linesWithSecrets,
  MAKE_INVALID,
  namedLines,
} from "./secrets/looking.ts";
import {
  CONTAINER,
  FOR_TESTS,
  isKeyFile,
  isServiceAccount,
  isTracked,
  KEY_NAME,
  PACKAGE_FILES,
  repositoryLooks,
} from "./secrets/repository.ts";
import { settingsLooks } from "./secrets/settings.ts";

/** Checks that tell of secrets in one kind of file. */
const OTHERS = [
  ...Object.values(repositoryLooks),
  ...["in-settings", "in-permission-rule", "in-hook"].map((name) => settingsLooks[name]),
  ...["literal-secret", "secret-in-url"].map((name) => mcpLooks[name]),
  memoryLooks["secret"],
  pluginsLooks["literal-secret"],
].filter((look) => look !== undefined);

/** The check of everything that git follows. */
export const committedLooks: Looks = {
  "in-committed-file": (auditInputs) => {
    const { git, secrets, scanned } = auditInputs;
    if (git.kind === "unseen") return unseen(git.why);
    const files = [...auditInputs.repository.files.values()].filter((file) =>
      isTracked(auditInputs, file),
    );
    const found = committedSecrets(auditInputs);
    const told = new Set(
      found.length === 0
        ? []
        : [auditInputs, ...(auditInputs.below ?? [])].flatMap((inputs) =>
            OTHERS.flatMap((look) => look(inputs).faults.map(({ file }) => file)),
          ),
    );
    const own = ownFaults(auditInputs, files);
    const faults = [
      ...own,
      ...restOf(auditInputs, found, new Set([...told, ...own.map(({ file }) => file)])),
    ];
    const read = files.filter(({ text }) => text !== undefined).map(({ shown }) => shown);
    const lookedAt = scanned === undefined ? read : [treeWords(scanned)];
    if (faults.length > 0) return withRead(verdict(lookedAt, faults), scanned);
    if (secrets.kind === "unseen" && (scanned === undefined || files.length === 0))
      return unseen(secrets.why, read);
    const [first] = found.flatMap(({ file }) => (told.has(file) ? [file] : []));
    if (first !== undefined)
      return withRead(
        notApplicable(`what a scan found, as in ${first}, another check tells`, lookedAt),
        scanned,
      );
    if (lookedAt.length === 0 || !git.value.isRepository)
      return notApplicable(
        "git follows no file here; `sallyport scan` looks for secrets in a folder",
      );
    return withRead(verdict(lookedAt, []), scanned);
  },
};

/** Secrets in files that no other check is about, by their text. */
function ownFaults(auditInputs: AuditInputs, files: readonly SeenFile[]): readonly Fault[] {
  const ofHooks = new Set(
    auditInputs.hooks.flatMap(({ scripts }) => scripts.map((script) => script.path)),
  );
  return files
    .filter(
      (file) =>
        file.text !== undefined &&
        !isToldElsewhere(file.path) &&
        !isServiceAccount(file) &&
        !isKeyFile(file) &&
        !ofHooks.has(file.path),
    )
    .flatMap((file) =>
      hiddenIn(
        file,
        [...new Set([...linesWithSecrets(auditInputs, file), ...namedInConfiguration(file)])],
        "a secret is committed",
        `${MAKE_INVALID}; then take it out of the history`,
      ),
    );
}

/** What a scan found and nobody told: every file is somebody's. */
function restOf(
  { repository }: AuditInputs,
  found: readonly ScanFinding[],
  told: ReadonlySet<string | undefined>,
): readonly Fault[] {
  return found
    .filter(({ file }) => !told.has(file))
    .filter(({ file }) => {
      // What a check of this kind of file read and let pass, it let pass with a reason.
      const seen = repository.files.get(file);
      return seen?.text === undefined || isToldElsewhere(file);
    })
    .map(({ file, line, title, tier }) => ({
      file,
      line,
      evidence: "",
      fix: `${MAKE_INVALID}; then take it out of the history`,
      message: `a secret is committed (${title})`,
      ...(isFixture(file)
        ? ({ severity: "low" } as const)
        : tier === "high" && !isForTests(file)
          ? {}
          : ({ severity: "medium" } as const)),
    }));
}

function treeWords({ files, commit }: ScannedTree): string {
  return `${files} files${commit === undefined ? "" : ` at commit ${commit.slice(0, 12)}`}`;
}

function withRead(result: CheckResult, scanned: ScannedTree | undefined): CheckResult {
  return scanned === undefined ? result : { ...result, read: scanned };
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

/** Lines that name a secret in files that programs are configured by, other than those of tests and those that hold texts for people. */
function namedInConfiguration(file: SeenFile): readonly number[] {
  const isConfiguration =
    /\.(?:ya?ml|toml|ini|cfg|conf|properties|tfvars)$/.test(file.path) &&
    !FOR_TESTS.test(file.path) &&
    !/(?:^|\/)(?:locales?|i18n|lang|translations?|messages)\//i.test(file.path);
  return isConfiguration ? namedLines(file, ASSIGNED) : [];
}
