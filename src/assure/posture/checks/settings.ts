// How settings files are looked at: whether the client reads them, keys that do nothing, modes, and whom they hold for.
import { type Look, type Looks, notApplicable, verdict } from "../check.ts";
import { allowClass } from "../allow-class.ts";
import {
  expecting,
  fileFault,
  filesIn,
  isSet,
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
import { isBroadPlace } from "../inputs/secret-places.ts";
import type { SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";
import { rulesIn } from "./permissions/plain-rules.ts";
import { placeIn } from "#govern/settings/json-text.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import { CLIENT_MODES } from "#govern/library/client-wish.ts";

/** Layers below the managed one. */
const LOWER = ["local", "project", "user", "command-line"] as const;
const MERGE_MARKS = /^(?:<{7}|>{7})(?: |$)/;
const LOCAL = ".claude/settings.local.json";

const isLower = (finding: LintFinding, auditInputs: AuditInputs) =>
  layerOf(finding, auditInputs) !== "managed";
const fileOf = ({ file }: LintFinding, { settingsFiles }: AuditInputs) =>
  settingsFiles.find(({ shown }) => shown === file);
const isMerging = (file: SeenFile | undefined) =>
  file !== undefined && linesLike(file, MERGE_MARKS, { comments: true }).length > 0;

/** Invented keys that other checks tell of. */
const OTHERS_TELL = /^(?:permissionMode|managedSettings|mcpServers|hooks\..*)$/;

/** Words of keys from which people expect that something is held, watched or kept. */
const OF_CONTROL =
  /secur|audit|complian|polic(?:y|ies)|restrict|firewall|network|egress|encrypt|retention|monitor|logging|\bdlp\b|data(?:Loss|Protection)|privacy|redact|mask|secrets?\b|protect|guard|deny|denied|forbid|block(?:ed|list)|limits?\b|quota|isolat|incident|rbac|readOnly|auth(?:entication|orization)?\b|enforce|fileSystem|require[sd]?[A-Z]|\bmfa\b|2fa|(?<!auto[- ]?)approv|\bscan(?:s|ning|ner)?\b|verif(?:y|ied|ication)|\bstrict|\bsafe(?:ty|Mode)?\b|sensitive|\bpii\b|\bphi\b|classif|threat|integrity|whitelist|allow-?list|access-?control|\btrust ?(?:level|zone|boundary)|residen|\btimeouts?\b|\ballowed(?=$|[A-Z ])|\bhuman\b|\bpermission|\bsiem\b/i;

/** JSON has no comments, so people write them as keys. */
const isRemark = (key: string) => /^(?:\/\/|#|_|\$)/.test(key.replace(/^.*\.(?=\S)/, ""));

/** A key that does not exist and that no slip explains, under a name that promises a control. */
function isBelievedToHold({ id, fix, message }: LintFinding): boolean {
  if (id === "key/invented") return true;
  const whole = /`([^`]+)`/.exec(message)?.[1] ?? "";
  const key = whole.replace(/^.*\./, "");
  if (fix !== "take it out" || isRemark(key)) return false;
  // Words within a name, and whatever stands among what is there to hold something.
  const words = key.replaceAll(/(?<=[a-z])(?=[A-Z])|[-_]/g, " ");
  return OF_CONTROL.test(key) || OF_CONTROL.test(words) || /^(?:sandbox|permissions)\./.test(whole);
}

const modeSpots = (auditInputs: AuditInputs) =>
  spotsAt(auditInputs, ["permissions", "defaultMode"], LOWER);

/** Keys and variables that name a model. */
const MODEL_KEYS: readonly (readonly string[])[] = [
  ...["model", "fallbackModel", "advisorModel"].map((key) => [key]),
  ...[
    ...["ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "CLAUDE_CODE_SUBAGENT_MODEL"],
    ...["OPUS", "SONNET", "HAIKU"].map((name) => `ANTHROPIC_DEFAULT_${name}_MODEL`),
  ].map((name) => ["env", name]),
];

/** Functions of the family `settings`. */
const PROJECT_SETTINGS = /^\.claude\/settings\.json$/;

const settingsIgnored = ofFiles(
  ({ repository }) => filesIn([repository], PROJECT_SETTINGS),
  "project settings file",
  (file, { git, isIgnored }) => {
    const isTracked = git.kind === "seen" && git.value.tracked(file.path) === true;
    if (isTracked || !isIgnored(file.path)) return [];
    return [
      fileFault(
        file,
        "git ignores the repository's settings, so they hold for one person",
        "take `.claude/` out of `.gitignore` (keep `.claude/settings.local.json`), and commit the file",
      ),
    ];
  },
);

export const settingsLooks: Looks = {
  "invalid-json": ofLint(
    [
      "json/syntax",
      "json/comment",
      "json/trailing-comma",
      "file/unreadable",
      "file/too-large",
      "file/empty",
    ],
    (finding, auditInputs) =>
      isLower(finding, auditInputs) && !isMerging(fileOf(finding, auditInputs)),
  ),
  "merge-conflict": ofFiles(
    ({ settingsFiles }) => settingsFiles,
    "settings file",
    (file) =>
      linesLike(file, MERGE_MARKS, { comments: true })
        .slice(0, 1)
        .map((line) =>
          lineFault(
            file,
            line,
            "a merge was not finished here, and the client ignores the whole file",
            "resolve the conflict and take the marks out",
          ),
        ),
  ),
  "not-an-object": ofLint(["json/not-an-object"], isLower),
  "duplicate-key": ofLint(["json/repeated-key"]),
  "invented-key": ofLint(
    ["key/invented", "key/unknown"],
    (finding) => !OTHERS_TELL.test(namedIn(finding)) && isBelievedToHold(finding),
  ),
  "unknown-key": ofLint(
    ["key/unknown"],
    (finding) => !isBelievedToHold(finding) && !isRemark(namedIn(finding)),
  ),
  "misplaced-key": ofLint(
    ["key/misplaced", "key/invented"],
    (finding) =>
      (finding.id === "key/misplaced" && namedIn(finding) !== "disableBypassPermissionsMode") ||
      namedIn(finding) === "permissionMode",
  ),
  "bypass-lock-misplaced": ofLint(
    ["key/misplaced"],
    (finding) => namedIn(finding) === "disableBypassPermissionsMode",
  ),
  "wrong-type": withVariablesThatAreNone(
    ofLint(
      ["value/wrong-type", "value/dropped", "hook/dropped"],
      (finding, auditInputs) =>
        isLower(finding, auditInputs) &&
        namedIn(finding) !== "permissions.defaultMode" &&
        (finding.id !== "hook/dropped" || namedIn(finding) === "hooks"),
    ),
  ),
  "dead-file": ofFiles(
    ({ repository, home }) =>
      filesIn(
        [repository, home],
        /(?:^|\/)\.claude\/(?:roles\/.*\.json|(?:config|permissions|policy|mcp|hooks|security|claude|rules|guardrails|managed-settings|setting)\.(?:json|ya?ml|toml)|settings\/[\w.-]+\.json|settings\.(?:ya?ml|toml|jsonc|json5)|settings\.(?!local\b)[\w-]+\.json)$|(?:^|\/)(?:\.?claude[.-](?:settings|config|permissions)\.(?:json|ya?ml)|\.claude-settings\.json|\.clauderc(?:\.json)?|\.claude\.(?:settings|config)\.json|claude\.json|\.config\/claude(?:-code)?\/settings(?:\.local)?\.json)$/,
      )
        .concat(filesIn([repository], /(?:^|\/)\.claude\.json$/))
        .concat(
          filesIn([repository, home], BESIDE_SETTINGS).filter(
            ({ path, text = "" }) => !READ_BY_CLIENT.test(path) && LIKE_SETTINGS.test(text),
          ),
        )
        .filter((file, index, all) => all.indexOf(file) === index),
    "file that looks like settings",
    (file) => [
      fileFault(
        file,
        "the client does not read this file: nothing in it holds",
        "move what is meant into `.claude/settings.json`, or let `sallyport policy compile team --target project` write it",
      ),
    ],
  ),
  "unknown-mode": ofSettings(unknownModes),
  "bypass-default": (auditInputs) => {
    const found = ofLint(["mode/bypass"])(auditInputs);
    const editor = bypassOfEditor(auditInputs);
    return editor.length === 0
      ? found
      : verdict([...found.lookedAt, ".vscode/settings.json"], [...found.faults, ...editor]);
  },
  "bypass-not-disabled": expecting(
    (auditInputs) =>
      isSet(auditInputs, ["permissions", "disableBypassPermissionsMode"], "disable")
        ? ["permissions.disableBypassPermissionsMode"]
        : [],
    {
      message: "nothing disables bypass mode here",
      fix: 'add `"disableBypassPermissionsMode": "disable"` under `permissions`, best in managed settings: `sallyport policy compile team --target managed`',
    },
  ),
  "auto-default": ofSettings((auditInputs) =>
    modeSpots(auditInputs)
      .filter(({ node }) => scalarOf(node) === "auto")
      .map((spot) =>
        spotFault(
          spot,
          "the client's own classifier decides what nobody is asked about, and nothing shows that it holds here",
          { fix: 'write `"defaultMode": "default"`' },
        ),
      ),
  ),
  "no-mode": expecting(
    (auditInputs) =>
      spotsAt(auditInputs, ["permissions", "defaultMode"]).map(({ document }) => document.file),
    {
      message: "no default mode is set, so the client's own default, auto, holds",
      fix: 'add `"defaultMode": "default"` under `permissions`',
    },
  ),
  "dont-ask-with-broad-allow": ofSettings((auditInputs) => {
    const broad = rulesIn(auditInputs, "allow").find(
      ({ tool, subject }) =>
        /^\*+$/.test(tool) ||
        /^mcp__(?:\*.*)?$/.test(tool) ||
        (/^(?:Bash|PowerShell)$/.test(tool) &&
          /^(?:bare-bash|interpreter-allowed|package-manager-wildcard|executing-tool-allowed|leading-wildcard|destructive-allowed)$/.test(
            allowClass(subject) ?? "",
          )),
    );
    if (broad === undefined) return [];
    return spotsAt(auditInputs, ["permissions", "defaultMode"])
      .filter(({ node }) => scalarOf(node) === "dontAsk")
      .map((spot) =>
        spotFault(
          spot,
          `nobody is asked, and \`${broad.placed.text.slice(0, 60)}\` is allowed beside it`,
          {
            fix: "allow single commands only, or write `default`",
          },
        ),
      );
  }),
  "skips-danger-prompt": ofSettings((auditInputs) =>
    spotsAt(auditInputs, ["skipDangerousModePermissionPrompt"])
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) =>
        spotFault(spot, "the warning before bypass mode is hidden", { fix: "take the key out" }),
      ),
  ),
  "pinned-model": ofSettings((auditInputs) =>
    MODEL_KEYS.flatMap((path) =>
      spotsAt(auditInputs, path)
        .filter(({ node }) => textsIn(node).some((name) => /-\d/.test(name)))
        .map((spot) =>
          spotFault(spot, "this is one version, which goes out of use one day", {
            fix: `write a family such as \`"${path.at(-1)}": "opus"\`, or note who renews it`,
          }),
        ),
    ),
  ),
  "local-file-committed": ofFiles(
    ({ repository }) => filesIn([repository], /(?:^|\/)\.claude\/settings\.local\.json$/),
    "local settings file",
    (file, { git }) =>
      git.kind === "seen" && git.value.tracked(file.path) === true
        ? [
            {
              ...fileFault(
                file,
                "one person's settings are committed and hold for everybody",
                `git rm --cached ${file.path}, and add it to \`.gitignore\``,
              ),
              // What the rules in it open is told by itself, each as bad as it is.
              severity: "medium",
            },
          ]
        : [],
  ),
  "local-file-not-ignored": expecting(
    ({ isIgnored, git }) => {
      if (isIgnored(LOCAL)) return [".gitignore"];
      const isKeptOut = git.kind === "seen" && git.value.ignoresLocalSettings === true;
      return isKeptOut ? ["git's own ignore files"] : [];
    },
    {
      message:
        "git does not ignore `.claude/settings.local.json`, so one person's rules may be committed",
      fix: "add the line `.claude/settings.local.json` to `.gitignore`, or run `sallyport ignores write`",
    },
    {
      applies: ({ git }) =>
        git.kind === "seen" && !git.value.isRepository
          ? "there is no git repository here"
          : undefined,
    },
  ),
  "not-committed": (auditInputs) => {
    const result = settingsIgnored(auditInputs);
    const { repository, git } = auditInputs;
    const waiting = filesIn([repository], PROJECT_SETTINGS).find(
      ({ path }) => git.kind === "seen" && git.value.tracked(path) === false,
    );
    // WHY no fault: somebody, or a repair of ours, has just made it.
    return result.outcome === "pass" && waiting !== undefined
      ? notApplicable(`\`${waiting.shown}\` is not committed yet`)
      : result;
  },
  "hooks-disabled": ofSettings((auditInputs) =>
    spotsAt(auditInputs, ["disableAllHooks"], LOWER)
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) => spotFault(spot, "every hook is switched off", { fix: "take the key out" })),
  ),
  "broad-directory-trusted": ofFiles(
    ({ home }) => filesIn([home], /^\.claude\.json$/),
    "file of the client's state",
    (file, { json }) => {
      const root = json(file);
      const projects =
        root?.kind === "object"
          ? root.members.find(({ key }) => key === "projects")?.value
          : undefined;
      if (projects?.kind !== "object") return [];
      return projects.members.flatMap(({ key, start, value }) => {
        const isTrusted =
          value.kind === "object" &&
          value.members.some(
            (member) => member.key === "hasTrustDialogAccepted" && scalarOf(member.value) === true,
          );
        if (!isTrusted || !isBroadPlace(key)) return [];
        const { line } = placeIn(file.text ?? "", start);
        return [
          lineFault(
            file,
            line,
            "a whole home or disk is trusted as a project, with all settings and hooks below it",
            "take the entry out of `projects`, and start sessions in single repositories",
          ),
        ];
      });
    },
  ),
};

/** Files beside the settings that hold what settings hold, under a name that nothing reads. */
const BESIDE_SETTINGS = /(?:^|\/)\.claude\/[^/]+\.(?:json5?|jsonc|ya?ml|toml|txt)$/i;
const READ_BY_CLIENT =
  /(?:^|\/)\.claude\/(?:settings(?:\.local)?|launch|keybindings|scheduled_tasks|package(?:-lock)?|tsconfig)\.json$/;
const LIKE_SETTINGS =
  /(?:^[ \t]*|[{,]\s*)["']?(?:permissions|hooks|sandbox|allow|deny|defaultMode|disableAllHooks|additionalDirectories)["']?\s*:/m;

/** What a look finds, and variables that are given a list or an object, which no environment holds. */
function withVariablesThatAreNone(look: Look): Look {
  return (auditInputs) => {
    const found = look(auditInputs);
    const wrong = spotsAt(auditInputs, ["env"], LOWER).flatMap(({ document, node }) =>
      node.kind === "object"
        ? node.members
            .filter(({ value }) => value.kind !== "scalar")
            .map(({ value }) =>
              spotFault({ document, node: value }, "a variable holds one text", {
                fix: "write it as a text",
              }),
            )
        : [],
    );
    return wrong.length === 0 ? found : verdict(found.lookedAt, [...found.faults, ...wrong]);
  };
}

/** What the client's extension of an editor starts sessions in. */
function bypassOfEditor({ repository, home }: AuditInputs) {
  return filesIn(
    [repository, home],
    /(?:^|\/)(?:\.vscode|\.cursor|Code\/User)\/settings\.json$|\.code-workspace$/,
  ).flatMap((file) =>
    linesLike(
      file,
      /"claude-?[cC]ode\.initialPermissionMode"\s*:\s*"bypassPermissions"|"claude-?[cC]ode\.allowDangerouslySkipPermissions"\s*:\s*true/,
    ).map((line) =>
      lineFault(file, line, "sessions of the editor start without any question", "take it out"),
    ),
  );
}

function unknownModes(auditInputs: AuditInputs) {
  const known: readonly string[] = [...CLIENT_MODES, "manual", "auto", "bypassPermissions"];
  const spots = [
    ...spotsAt(auditInputs, ["permissions", "defaultMode"]),
    ...spotsAt(auditInputs, ["permissionMode"]),
  ];
  return spots
    .filter(
      ({ node }) => typeof scalarOf(node) === "string" && !known.includes(String(scalarOf(node))),
    )
    .map((spot) =>
      spotFault(spot, "no mode of the client is called so, and its own default holds", {
        fix: `write one of ${CLIENT_MODES.join(", ")}`,
      }),
    );
}
