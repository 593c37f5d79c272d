// How managed settings are looked at: whether they are there and read, who can change them, and what they leave open.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import {
  absence,
  fileFault,
  filesIn,
  isSet,
  itemsAt,
  layerOf,
  lineFault,
  linesLike,
  namedIn,
  ofFiles,
  ofLint,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import { rulesIn } from "./permissions/plain-rules.ts";
import type { AuditInputs } from "../inputs/audit-inputs.ts";
import { deadPlaces } from "#govern/settings/lint/file.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import {
  strayDropIns,
  deployedToDeadPlaces,
  isOpen,
  inReach,
  weakening,
  MANAGED,
  managedKey,
} from "./managed-places.ts";

const isManaged = (finding: LintFinding, auditInputs: AuditInputs) =>
  layerOf(finding, auditInputs) === "managed";
const hasManaged = ({ settings }: AuditInputs) => settings.some(({ layer }) => layer === "managed");

/** A check of what managed settings leave out. It is about nothing where there are none. */
function lacking(
  isThere: (auditInputs: AuditInputs) => boolean,
  missing: { readonly message: string; readonly fix: string },
  applies: (auditInputs: AuditInputs) => boolean = () => true,
): Look {
  return (auditInputs) => {
    const lookedAt = auditInputs.settings
      .filter(({ layer }) => layer === "managed")
      .map(({ file }) => file);
    if (lookedAt.length === 0) return notApplicable("there are no managed settings");
    if (!applies(auditInputs))
      return notApplicable("nothing in managed settings needs it", lookedAt);
    return verdict(
      lookedAt,
      isThere(auditInputs)
        ? []
        : [{ ...absence(missing.message, missing.fix), file: lookedAt[0] ?? "" }],
    );
  };
}

/** Servers that are no objects, and variables that are no texts: the client takes neither. */
function entriesOfWrongKind(auditInputs: AuditInputs): readonly Fault[] {
  const servers = ["allowedMcpServers", "deniedMcpServers"].flatMap((key) =>
    itemsAt(auditInputs, [key], MANAGED).filter(({ node }) => node.kind !== "object"),
  );
  const variables = spotsAt(auditInputs, ["env"], MANAGED).flatMap(({ document, node }) =>
    node.kind === "object"
      ? node.members
          .filter(({ value }) => value.kind !== "scalar")
          .map(({ value }) => ({ document, node: value }))
      : [],
  );
  return [...servers, ...variables].map((spot) =>
    spotFault(spot, "the client takes no entry of this kind, and nothing of it holds", {
      fix: 'write servers as objects such as `{ "serverName": ... }`, and variables as texts',
    }),
  );
}

/** Two looks at the same fault: what either finds. */
function joined(first: Look, second: Look): Look {
  return (auditInputs) => {
    const [one, other] = [first(auditInputs), second(auditInputs)];
    if (one.outcome === "fail" && other.outcome === "fail")
      return verdict([...one.lookedAt, ...other.lookedAt], [...one.faults, ...other.faults]);
    return other.outcome === "fail" || one.outcome === "not-applicable" ? other : one;
  };
}

/** Whether somebody manages this machine, as far as that shows. */
export function isEnterprise({ machine, guard, lint }: AuditInputs): boolean | undefined {
  if (lint.some(({ id }) => id === "stack/no-managed-settings")) return true;
  if (guard.kind === "seen" && guard.value.hasManagedPolicy) return true;
  if (machine.login.kind === "unseen") return undefined;
  return /enterprise/.test(machine.login.value.plan ?? "");
}

/** Functions of the family `managed`. */
export const managedLooks: Looks = {
  missing: (auditInputs) => {
    const files = auditInputs.settingsFiles.filter(({ place }) => place === "managed");
    if (files.length > 0 || hasManaged(auditInputs)) return verdict(["managed settings"], []);
    const managed = isEnterprise(auditInputs);
    if (managed === undefined)
      return unseen("nothing shows whether an organization manages this machine");
    if (!managed) return notApplicable("nothing shows that an organization manages this machine");
    return verdict(
      ["the client's managed folder"],
      [
        absence(
          "the machine has no managed settings, so anybody's own settings can take every protection out",
          "`sudo sallyport policy deploy team --scope managed --site site.yaml --reason ...`",
        ),
      ],
    );
  },
  "empty-file": ofLint(["file/empty"], isManaged),
  "invalid-json": joined(
    ofLint(
      [
        ...(["json/syntax", "json/comment", "json/trailing-comma", "json/not-an-object"] as const),
        ...(["file/unreadable", "file/too-large"] as const),
      ],
      isManaged,
    ),
    (auditInputs) => {
      const file = auditInputs.managed.files.get("managed-mcp.json");
      if (file?.text === undefined) return notApplicable("there is no managed list of servers");
      return verdict(
        [file.shown],
        auditInputs.json(file) === undefined
          ? [fileFault(file, "the list of servers is no JSON, so none of it holds", "correct it")]
          : [],
      );
    },
  ),
  "dropped-entry": joined(
    ofLint(
      [
        ...(["hook/dropped", "hook/voids-file", "hook/unknown-event", "rule/malformed"] as const),
        ...(["rule/not-text", "value/wrong-type", "value/dropped"] as const),
      ],
      isManaged,
    ),
    ofSettings(entriesOfWrongKind, MANAGED),
  ),
  "wrong-path": (auditInputs) => {
    const files = [...auditInputs.system.files.values(), ...auditInputs.managed.files.values()];
    const faults: readonly Fault[] = [
      ...files.flatMap((file) =>
        [...new Set([file.path, file.shown])]
          .flatMap((path) =>
            deadPlaces(path.startsWith("/") || /^[A-Z]:/.test(path) ? path : `/${path}`)
              .slice(0, 1)
              .map(({ message, fix }) => fileFault(file, message, `move it to ${fix}`)),
          )
          .slice(0, 1),
      ),
      ...strayDropIns(auditInputs),
      ...deployedToDeadPlaces(auditInputs),
      ...auditInputs.lint
        .filter(({ id, file }) => id === "file/dead-place" && !/\/\.claude\/roles\//.test(file))
        .map(({ file, message, fix }) => ({ file, evidence: "", message, fix })),
    ];
    const unique = faults.filter(
      ({ file }, index) => faults.findIndex((one) => one.file === file) === index,
    );
    return verdict([...files.map(({ shown }) => shown), "the client's managed folder"], unique);
  },
  "wrapper-key": ofLint(["key/invented"], (finding) => namedIn(finding) === "managedSettings"),
  "registry-value": ofFiles(
    ({ repository, system }) =>
      filesIn(
        [repository, system],
        /\.(?:ps1|psm1|reg|bat|cmd|admx|adml|xml|ya?ml|json|sh|md|py)$/i,
      ),
    "script for a registry",
    (file) =>
      /Policies\\+ClaudeCode|ClaudeCode.{0,80}HKLM|HKLM.{0,80}ClaudeCode/is.test(file.text ?? "")
        ? linesLike(file, /\bPermissionMode\b/).map((line) =>
            lineFault(
              file,
              line,
              "no client reads the value `PermissionMode`",
              "write one value `Settings` (REG_SZ) that holds the settings as JSON: `sallyport policy compile team --target managed --platform windows`",
            ),
          )
        : [],
  ),
  "writable-by-others": (auditInputs) => {
    const files = [...auditInputs.managed.files.values()];
    if (files.length === 0) return notApplicable("there are no managed settings");
    const told = files.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told the rights of managed files");
    return verdict(
      files.map(({ shown }) => shown),
      told
        .filter(isOpen)
        .map((file) =>
          fileFault(
            file,
            "others than root can rewrite the organization's policy",
            `chown root ${file.shown} && chmod go-w ${file.shown}`,
          ),
        ),
    );
  },
  "project-denies-dropped": ofLint(["stack/dropped-denies"], (finding, auditInputs) => {
    const repeated = new Set(
      rulesIn(auditInputs, "deny")
        .filter(({ placed }) => placed.document.layer === "managed")
        .map(({ placed }) => placed.text),
    );
    return rulesIn(auditInputs, "deny").some(
      ({ placed }) => placed.document.file === finding.file && !repeated.has(placed.text),
    );
  }),
  "bypass-allowed": lacking(
    (auditInputs) =>
      isSet(auditInputs, ["permissions", "disableBypassPermissionsMode"], "disable", MANAGED),
    {
      message: "managed settings do not disable bypass mode",
      fix: 'add `"permissions": { "disableBypassPermissionsMode": "disable" }`',
    },
  ),
  "bypass-default": ofLint(["mode/bypass"], isManaged),
  "no-mcp-policy": lacking(
    (auditInputs) =>
      [
        ...["allowedMcpServers", "deniedMcpServers", "allowManagedMcpServersOnly"],
        "managedMcpServers",
      ].some((key) => managedKey(key)(auditInputs)) ||
      auditInputs.managed.files.has("managed-mcp.json"),
    {
      message: "managed settings say nothing about MCP servers, so anybody adds any",
      fix: 'add `"allowManagedMcpServersOnly": true` and `allowedMcpServers` with addresses and commands',
    },
  ),
  "hooks-open": lacking(
    (auditInputs) => isSet(auditInputs, ["allowManagedHooksOnly"], true, MANAGED),
    {
      message: "others' hooks run beside the managed guard, and one of them may answer allow",
      fix: 'add `"allowManagedHooksOnly": true`',
    },
    managedKey("hooks"),
  ),
  "marketplaces-open": lacking(
    (auditInputs) =>
      ["strictKnownMarketplaces", "allowedMarketplaces", "blockedMarketplaces"].some((key) =>
        managedKey(key)(auditInputs),
      ),
    {
      message: "plugins may come from any marketplace",
      fix: 'add `"strictKnownMarketplaces": [...]` with the marketplaces that are vetted',
    },
  ),
  "hooks-disabled": ofSettings(
    (auditInputs) =>
      spotsAt(auditInputs, ["disableAllHooks"], MANAGED)
        .filter(({ node }) => scalarOf(node) === true)
        .map((spot) =>
          spotFault(spot, "every hook is switched off, managed ones too", {
            fix: "take the key out",
          }),
        ),
    MANAGED,
  ),
  "shell-start-open": lacking(managedKey("env", "BASH_ENV"), {
    message: "a project can name a file that every shell of a session runs first",
    fix: 'add `"env": { "BASH_ENV": "" }`',
  }),
  "base-url-open": lacking(managedKey("env", "ANTHROPIC_BASE_URL"), {
    message: "a project can send requests and the key to a host of its choice",
    fix: 'add `"env": { "ANTHROPIC_BASE_URL": "https://api.anthropic.com" }`, or the address of the gateway',
  }),
  "hook-in-reach": (auditInputs) => {
    const own = auditInputs.hooks.filter(
      ({ layer, type }) => layer === "managed" && type === "command",
    );
    if (own.length === 0) return notApplicable("managed settings have no command hook");
    return verdict(
      [...new Set(own.map(({ file }) => file.shown))],
      own
        .filter(({ command, args = [] }) => inReach([command, ...args].join(" ")))
        .map(({ file, line, column, command }) => ({
          ...lineFault(
            file,
            line,
            "the script lies where the agent or its user can write, so the guard can be changed",
            "put it into a folder of root, such as `/opt/claude-hooks/`, and name it by its whole path",
          ),
          column,
          evidence: command.slice(0, 120),
        })),
    );
  },
  "http-hook-urls-open": lacking(
    (auditInputs) =>
      spotsAt(auditInputs, ["allowedHttpHookUrls"], MANAGED).length > 0 &&
      !itemsAt(auditInputs, ["allowedHttpHookUrls"], MANAGED).some(({ node }) =>
        textsIn(node).some((url) => /^(?:\*+|https?:\/\/\*+(?:\/\*+)?|http\*:\/\/\*+)$/.test(url)),
      ),
    {
      message: "HTTP hooks may send what they see anywhere",
      fix: 'add `"allowedHttpHookUrls": ["https://127.0.0.1:*"]` with the addresses that are meant',
    },
  ),
  "skill-shell-open": lacking(
    (auditInputs) =>
      isSet(auditInputs, ["disableSkillShellExecution"], true, MANAGED) ||
      (isSet(auditInputs, ["allowManagedHooksOnly"], true, MANAGED) &&
        // Clients before 2.1.332 tell of what is typed, and of the call of a skill.
        [["PreSkillShellCommand"], ["UserPromptExpansion", "PreToolUse"]].some((events) =>
          events.every((event) => spotsAt(auditInputs, ["hooks", event], MANAGED).length > 0),
        )),
    {
      message: "a skill or command may run shell lines when it is loaded, and no hook sees them",
      fix: 'add `"disableSkillShellExecution": true`, or managed hooks for `PreSkillShellCommand`',
    },
  ),
  "user-layer-weakens": (auditInputs) => {
    if (!hasManaged(auditInputs)) return notApplicable("there are no managed settings");
    return verdict(
      auditInputs.settings.map(({ file }) => file),
      weakening(auditInputs),
    );
  },
};
