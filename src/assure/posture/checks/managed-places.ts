// Where managed settings lie: drop-ins that are not read, places that nothing reads, who can change them, and what weakens them.
import type { Fault } from "../check.ts";
import {
  fileFault,
  filesIn,
  isSet,
  lineFault,
  linesOf,
  scalarOf,
  spotFault,
  spotsAt,
} from "../looking.ts";
import { operationFiles } from "../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import { deadPlaces } from "#govern/settings/lint/file.ts";

const OTHERS_WRITE = 0o022;
export const MANAGED = ["managed"] as const;
const LOWER = ["local", "project", "user", "command-line"] as const;
export const managedKey =
  (...path: readonly string[]) =>
  (auditInputs: AuditInputs) =>
    spotsAt(auditInputs, path, MANAGED).length > 0;

/** Files among the drop-ins that the client passes over: hidden ones, deeper ones, and those of another ending. */
/** Files of the managed folder by whose names somebody meant the client to read them. */
const MEANT_FOR_CLIENT =
  /^managed-settings\.d\/|^managed[-_.]?(?:settings?|mcp|policy)\.(?:ya?ml|toml|jsonc|json5)$|^(?:managed[_.]?settings|managed-setting|managed_mcp|managedSettings|\.mcp)\.json$/;

export function strayDropIns({ managed }: AuditInputs): readonly Fault[] {
  return filesIn([managed], MEANT_FOR_CLIENT)
    .filter(({ path, text = "" }) => {
      const name = path.replace("managed-settings.d/", "");
      const isRead = /^[^./][^/]*\.json$/.test(name);
      // What was put aside on purpose says so by its name.
      const isAside =
        /(?:~|\.(?:bak|old|orig|off|disabled|example|sample|save|rpm\w+|dpkg-\w+|swp))$/.test(name);
      const isNotation = /\.(?:ya?ml|toml|jsonc|json5|ini|conf)$/.test(name);
      return !isAside && (path === name || (!isRead && (isNotation || /^\s*\{/.test(text))));
    })
    .map((file) =>
      fileFault(
        file,
        "the client reads `managed-settings.json`, `managed-mcp.json` and files `*.json` of `managed-settings.d` itself, so nothing of this one holds",
        "write it as JSON under one of these names, without a dot in front",
      ),
    );
}

/** Paths of a managed file as scripts and deployments write them, also with the variables of Windows. */
const DEPLOYED =
  /(?:\/etc\/claude(?:-code)?\/|\/Library\/Application\\? Support\/Claude(?:Code)?\/|(?:[A-Z]:|%(?:Program\w+|ALLUSERSPROFILE)%|\$\{?env:(?:Program\w+|ALLUSERSPROFILE)\}?)[\w\\ ]*\\+Claude(?:Code)?\\+)[\w.-]*settings\.json/gi;

/** Lines of scripts and deployments that put managed settings where the client does not look. */
export function deployedToDeadPlaces(auditInputs: AuditInputs): readonly Fault[] {
  const files = [
    ...operationFiles(auditInputs),
    ...filesIn(
      [auditInputs.repository],
      /(?:^|\/)(?:ansible|playbooks?|roles|salt|puppet|chef|mdm|intune|jamf|packer|deploy|provision\w*|infra\w*)\/.+\.(?:ya?ml|tf|pp|sls|rb|hcl|xml|json|toml)$|(?:^|\/)Dockerfile[^/]*$/,
    ),
  ];
  return [...new Set(files)]
    .filter(({ text = "" }) => /settings\.json/i.test(text))
    .flatMap((file) =>
      linesOf(file)
        .filter(
          ({ text }) =>
            !/^\s*(?:#|\/\/|rem\b|--\s)|\b(?:rm|remove-item|del|unlink|test|exists|absent)\b/i.test(
              text,
            ),
        )
        .flatMap(({ line, text }) =>
          [...text.matchAll(DEPLOYED)]
            .flatMap(([path]) => deadPlaces(plainPath(path)))
            .slice(0, 1)
            .map(({ message, fix }) => lineFault(file, line, message, `write ${fix}`)),
        ),
    );
}

/** A path with the folders of Windows in the place of its variables. */
const plainPath = (path: string) =>
  path
    .replace(
      /^(?:%(?:ProgramData|ALLUSERSPROFILE)%|\$\{?env:(?:ProgramData|ALLUSERSPROFILE)\}?)/i,
      "C:\\ProgramData",
    )
    .replace(/^(?:%Program\w+%|\$\{?env:Program\w+\}?)/i, "C:\\Program Files")
    .replaceAll("\\\\", "\\")
    .replace("Application\\ Support", "Application Support");

export function isOpen({ mode = 0, owner }: SeenFile): boolean {
  return (mode & OTHERS_WRITE) > 0 || owner === "other";
}

/** Whether a command runs a script from a place that a session or its user writes, or what a package there names. */
export function inReach(command: string): boolean {
  if (
    /^\s*(?:npx|bunx|pnpm\s+(?:exec|dlx)|yarn\s+(?:exec|dlx|run)|npm\s+(?:exec|run)|make|just|task)\s/.test(
      command,
    )
  )
    return true;
  if (/\bgit\s+rev-parse\s+--show-toplevel\b/.test(command)) return true;
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s;|&<>()"'])+/g) ?? [];
  // What stands in quotes may be a line of a shell by itself.
  const inner = words.flatMap((word) =>
    /^["'].*\s/.test(word) ? word.slice(1, -1).split(/\s+/) : [],
  );
  return [...words, ...inner].some((quoted) => {
    const word = withoutSteps(quoted.replaceAll(/["']/g, ""));
    return (
      /^\$\{?CLAUDE_PROJECT_DIR\}?/.test(word) ||
      /^(?:~|\$\{?(?:HOME|PWD|OLDPWD|TMPDIR|XDG_\w+)\}?|%(?:USERPROFILE|TEMP|TMP|APPDATA|LOCALAPPDATA)%|\$env:(?:USERPROFILE|TEMP|TMP|APPDATA|LOCALAPPDATA)|\/workspaces?|\/mnt\/[a-z]\/Users\/[^/]+|\/var\/folders|\/run\/user\/[^/]+|\/home\/[^/]+|\/Users\/[^/]+|\/root|\/tmp|\/var\/tmp|\/dev\/shm|\/private\/tmp|C:\\Users\\[^\\]+)[/\\]/.test(
        word,
      ) ||
      /^\.{0,2}\/?(?:[\w.-]+\/)+[\w.-]+\.(?:sh|bash|py|js|mjs|cjs|ts|rb|pl)$/.test(
        word.replace(/^\//, "\0"),
      ) ||
      /^\.{1,2}\/\S+$/.test(word) ||
      /^[\w-]+\.(?:sh|bash|py|js|mjs|cjs|ts|rb|pl|php|ps1)$/.test(word)
    );
  });
}

/** A path with its steps upwards taken. */
function withoutSteps(word: string): string {
  if (!word.startsWith("/") || !word.includes("/../")) return word;
  const left: string[] = [];
  for (const part of word.split("/")) {
    if (part === "..") left.pop();
    else left.push(part);
  }
  return left.join("/").replace(/^(?!\/)/, "/");
}

export function weakening(auditInputs: AuditInputs): readonly Fault[] {
  const at = (path: readonly string[], isWeak: (value: unknown) => boolean, message: string) =>
    spotsAt(auditInputs, path, LOWER)
      .filter(({ node }) => isWeak(scalarOf(node)))
      .map((spot) => spotFault(spot, message, { fix: "take it out" }));
  const isOff = (value: unknown) => ["0", "false", "", 0, false].includes(value as string);
  const hooks =
    managedKey("hooks")(auditInputs) ||
    isSet(auditInputs, ["allowManagedHooksOnly"], true, MANAGED);
  const sandbox = isSet(auditInputs, ["sandbox", "enabled"], true, MANAGED);
  const telemetry = managedKey("env", "CLAUDE_CODE_ENABLE_TELEMETRY")(auditInputs);
  const env = auditInputs.settings
    .filter(({ layer }) => layer === "managed")
    .flatMap(({ root }) => {
      const node = memberOf(root, "env");
      return node?.kind === "object" ? node.members.map(({ key }) => key) : [];
    });
  return [
    ...at(
      ["permissions", "defaultMode"],
      (value) => value === "bypassPermissions",
      "bypass mode is asked for beside managed settings",
    ),
    ...at(
      ["permissions", "disableBypassPermissionsMode"],
      (value) => value !== "disable",
      "the lock on bypass mode is lifted here",
    ),
    ...at(
      ["skipDangerousModePermissionPrompt"],
      (value) => value === true,
      "the warning before bypass mode is hidden",
    ),
    ...(hooks
      ? at(
          ["disableAllHooks"],
          (value) => value === true,
          "hooks are switched off beside managed ones",
        )
      : []),
    ...(sandbox
      ? at(
          ["sandbox", "enabled"],
          (value) => value === false,
          "the sandbox of managed settings is switched off here",
        )
      : []),
    ...(telemetry
      ? at(
          ["env", "CLAUDE_CODE_ENABLE_TELEMETRY"],
          isOff,
          "the organization's telemetry is switched off here",
        )
      : []),
    ...[...new Set(env)]
      .filter((name) =>
        /^(?:ANTHROPIC_BASE_URL|OTEL_EXPORTER_OTLP_ENDPOINT|NODE_TLS_REJECT_UNAUTHORIZED|OTEL_(?:METRICS|LOGS)_EXPORTER)$/.test(
          name,
        ),
      )
      .flatMap((name) => {
        const fixed = spotsAt(auditInputs, ["env", name], MANAGED).map(({ node }) =>
          scalarOf(node),
        );
        return at(
          ["env", name],
          (value) => !fixed.includes(value as string),
          `\`${name}\` is set otherwise than by managed settings`,
        );
      }),
  ];
}
