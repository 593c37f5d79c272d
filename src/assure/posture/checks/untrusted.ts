// What a freshly opened repository would run or redirect before anyone trusts it: settings, servers, editors, packages, git.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { downloadsCode, isLoopback, hostOf } from "../addresses.ts";
import {
  fileFault,
  filesIn,
  itemsAt,
  lineFault,
  linesOf,
  ofFiles,
  scalarOf,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import { packageScripts } from "../scripts-seen.ts";
import { isSecretPlace } from "../secret-places.ts";
import type { SeenFile, Sights } from "../sights.ts";
import { readIni } from "../texts/ini.ts";
import { readJsonc } from "../texts/jsonc.ts";
import { type SetVariable, variablesOf } from "../variables.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";

/** Layers that come with a clone. A local file comes along where somebody committed it. */
const CLONED = ["project"] as const;

const TAKE_OUT = "take it out, or put it into managed settings";

function ofProject(find: (sights: Sights) => readonly Fault[]): Look {
  return (sights) => {
    const documents = sights.settings.filter(({ layer }) => layer === "project");
    const files = sights.settingsFiles.filter(
      ({ path, place }) => place === "repository" && path === ".claude/settings.json",
    );
    if (files.length === 0 && documents.length === 0)
      return notApplicable("the repository brings no settings");
    const faults = find(sights);
    if (faults.length === 0 && documents.length === 0)
      return unseen(`${files.map(({ shown }) => shown).join(", ")} could not be read`);
    return verdict(
      files.map(({ shown }) => shown),
      faults,
    );
  };
}

const projectVariables = (sights: Sights) =>
  variablesOf(sights, CLONED).filter(({ isEmpty }) => !isEmpty);

function ofVariables(wanted: (variable: SetVariable) => boolean, message: string): Look {
  return ofProject((sights) =>
    projectVariables(sights)
      .filter(wanted)
      .map(({ name, fault }) => fault(`the repository sets \`${name}\`: ${message}`, TAKE_OUT)),
  );
}

function ofKeys(keys: readonly string[], message: string): Look {
  return ofProject((sights) =>
    keys.flatMap((key) =>
      spotsAt(sights, [key], CLONED).map((spot) =>
        spotFault(spot, `by \`${key}\` ${message}`, { fix: TAKE_OUT }),
      ),
    ),
  );
}

const SHELL_START =
  /^(?:BASH_ENV|ENV|ZDOTDIR|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|PS4|SHELL|CLAUDE_CODE_SHELL|CLAUDE_CODE_SHELL_PREFIX|BASH_FUNC_.*)$/i;
const GIT =
  /^GIT_(?:CONFIG.*|SSH|SSH_COMMAND|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|DIR|WORK_TREE|ALLOW_PROTOCOL)$|^SSH_ASKPASS$/i;
const PAGER = /(?:PAGER|EDITOR|VISUAL|^BROWSER)$/i;
const CERTIFICATE =
  /^(?:NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_\w+|AWS_CA_BUNDLE|CLAUDE_CODE_CERT_STORE|CLAUDE_CODE_CLIENT_(?:CERT|KEY))$/i;
const PROXY = /^(?:https?|all|no|ftp|socks5?)_proxy$/i;
const BASE_URL =
  /^(?:ANTHROPIC_\w*BASE_URL|CLAUDE_CODE_API_BASE_URL|CLAUDE_CODE_\w*_URL|AWS_ENDPOINT_URL\w*|ANTHROPIC_UNIX_SOCKET)$/i;
const TELEMETRY = /^OTEL_EXPORTER_OTLP_(?:\w+_)?(?:ENDPOINT|HEADERS|CERTIFICATE)$/i;
const OTHERS = [SHELL_START, GIT, PAGER, CERTIFICATE, PROXY, BASE_URL, TELEMETRY];

const VENDOR = /(?:^|\.)(?:anthropic\.com)$/;

/** Functions of the family `untrusted`. */
export const untrustedLooks: Looks = {
  hooks: ofProject((sights) =>
    spotsAt(sights, ["hooks"], CLONED).flatMap((spot) => {
      const handlers = sights.hooks.filter(
        ({ layer, from }) => layer === "project" && from === "settings",
      );
      return handlers.length === 0
        ? []
        : [
            spotFault(
              spot,
              `${handlers.length} ${handlers.length === 1 ? "hook runs" : "hooks run"} in headless sessions in a clone that nobody trusted yet`,
              {
                fix: "put them into managed settings with `allowManagedHooksOnly`, or read them before the first start",
              },
            ),
          ];
    }),
  ),
  "base-url": ofVariables(
    ({ name, value = "" }) => BASE_URL.test(name) && !VENDOR.test(hostOf(value) ?? ""),
    "requests and the key go to a host of its choice",
  ),
  "api-key-helper": ofKeys(
    ["apiKeyHelper"],
    "the repository runs a command of its choice, unasked",
  ),
  "credential-command": ofKeys(
    [
      "awsAuthRefresh",
      "awsCredentialExport",
      "gcpAuthRefresh",
      "otelHeadersHelper",
      "proxyAuthHelper",
      "policyHelper",
      "processWrapper",
    ],
    "the repository runs a command of its choice, unasked",
  ),
  "mcp-servers": (sights) => {
    const servers = sights.servers.filter(({ from }) => from === "project");
    if (servers.length === 0) return notApplicable("the repository lists no server");
    return verdict(
      [...new Set(servers.map(({ file }) => file.shown))],
      servers
        .filter(({ command }) => command !== undefined)
        .map(({ file, line, column, name }) => ({
          ...{ file: file.shown, line, column, evidence: `"${name.slice(0, 60)}"` },
          message: "the program starts in headless sessions without approval",
          fix: "managed `allowManagedMcpServersOnly` with `allowedMcpServers` stops what is not listed",
        })),
    );
  },
  proxy: ofVariables(
    ({ name }) => PROXY.test(name) && !/^no_proxy$/i.test(name),
    "API and hook traffic goes through a proxy of its choice",
  ),
  "shell-start-variable": ofVariables(
    ({ name, value = "" }) => SHELL_START.test(name) && redirectionOf(name, value) !== undefined,
    "every shell of a session runs a file of its choice",
  ),
  "path-variable": ofVariables(
    ({ name, value = "" }) =>
      name.toUpperCase() === "PATH" && redirectionOf(name, value) !== undefined,
    "harmless commands become programs of its choice",
  ),
  "git-variable": ofVariables(
    ({ name, value = "" }) => GIT.test(name) && redirectionOf(name, value) !== undefined,
    "git runs a program of its choice",
  ),
  "loader-variable": ofVariables(
    ({ name, value = "" }) =>
      !OTHERS.some((one) => one.test(name)) &&
      name.toUpperCase() !== "PATH" &&
      redirectionOf(name, value) === "runs-code",
    "code of its choice is loaded into programs",
  ),
  "pager-or-editor-variable": ofVariables(
    ({ name, value = "" }) =>
      PAGER.test(name) &&
      (redirectionOf(name, value) === "runs-code" || (/^BROWSER$/i.test(name) && value !== "")),
    "other programs start one of its choice",
  ),
  "certificate-variable": ofVariables(
    ({ name, value = "" }) =>
      CERTIFICATE.test(name) && !(/REJECT_UNAUTHORIZED/i.test(name) && value.trim() === "1"),
    "it decides whom connections trust",
  ),
  "telemetry-endpoint": ofVariables(
    ({ name }) => TELEMETRY.test(name),
    "telemetry goes to a place of its choice",
  ),
  "display-command": ofProject((sights) =>
    ["statusLine", "subagentStatusLine", "fileSuggestion"].flatMap((key) =>
      spotsAt(sights, [key], CLONED)
        .filter(({ node }) => textsIn(memberOf(node, "command")).length > 0)
        .map((spot) =>
          spotFault(spot, `by \`${key}\` the repository runs a command of its choice`, {
            fix: "take it out; each person sets it in `~/.claude/settings.json`",
          }),
        ),
    ),
  ),
  "permissive-mode": ofProject((sights) =>
    spotsAt(sights, ["permissions", "defaultMode"], CLONED)
      .filter(
        ({ node }) =>
          /^(?:acceptEdits|bypassPermissions|auto|dontAsk)$/.test(String(scalarOf(node))) &&
          scalarOf(node) !== "dontAsk",
      )
      .map((spot) =>
        spotFault(
          spot,
          "the mode holds in a clone that nobody trusted yet, and edits are not asked about",
          { fix: 'write `"defaultMode": "default"`' },
        ),
      ),
  ),
  "sandbox-off": ofProject((sights) =>
    [
      ...(
        [
          ["enabled", false],
          ["failIfUnavailable", false],
          ["allowUnsandboxedCommands", true],
          ["enableWeakerNestedSandbox", true],
        ] as const
      ).flatMap(([key, bad]) =>
        spotsAt(sights, ["sandbox", key], CLONED)
          .filter(({ node }) => scalarOf(node) === bad)
          .map((spot) =>
            spotFault(spot, "the repository switches the sandbox off or opens it", {
              fix: TAKE_OUT,
            }),
          ),
      ),
      ...itemsAt(sights, ["sandbox", "excludedCommands"], CLONED).map((spot) =>
        spotFault(spot, "the repository takes commands out of the sandbox", { fix: TAKE_OUT }),
      ),
      ...itemsAt(sights, ["sandbox", "filesystem", "allowWrite"], CLONED)
        .filter(({ node }) =>
          textsIn(node).some((path) => /^(?:\/|~|\$HOME)/.test(path) && !path.startsWith("/tmp/")),
        )
        .map((spot) =>
          spotFault(spot, "the repository opens places outside of it for writing", {
            fix: TAKE_OUT,
          }),
        ),
      ...itemsAt(sights, ["sandbox", "network", "allowedDomains"], CLONED)
        .filter(({ node }) => textsIn(node).some((host) => /^\*+(?:\.\w+)?$/.test(host)))
        .map((spot) =>
          spotFault(spot, "the repository opens the network of the sandbox", { fix: TAKE_OUT }),
        ),
      ...spotsAt(sights, ["sandbox", "network", "allowAllUnixSockets"], CLONED)
        .filter(({ node }) => scalarOf(node) === true)
        .map((spot) =>
          spotFault(spot, "the repository opens all sockets to the sandbox", { fix: TAKE_OUT }),
        ),
    ].slice(0, 10),
  ),
  marketplace: ofProject((sights) => {
    const enabled = spotsAt(sights, ["enabledPlugins"], CLONED).flatMap(({ node }) =>
      node.kind === "object"
        ? node.members
            .filter(({ value }) => scalarOf(value) === true || value.kind === "array")
            .map(({ key }) => key)
        : textsIn(node),
    );
    return ["extraKnownMarketplaces", "additionalMarketplaces"].flatMap((key) =>
      spotsAt(sights, [key], CLONED).flatMap(({ document, node }) => {
        const names = node.kind === "object" ? node.members : [];
        return names
          .filter(({ key: name }) => enabled.some((plugin) => plugin.endsWith(`@${name}`)))
          .map(({ key: name, value, start }) =>
            spotFault(
              { document, node: { ...value, start } },
              `the repository adds the marketplace \`${name.slice(0, 60)}\` and enables plugins of it, hooks and servers among them`,
              { fix: "managed `strictKnownMarketplaces` lists those that are vetted" },
            ),
          );
      }),
    );
  }),
  "editor-task": ofFiles(
    ({ repository }) =>
      filesIn(
        [repository],
        /(?:^|\/)\.vscode\/(?:tasks|settings)\.json$|\.code-workspace$|(?:^|\/)\.zed\/tasks\.json$|(?:^|\/)\.idea\/.*\.xml$/,
      ),
    "editor configuration",
    (file) => {
      const root = readJsonc(file.text ?? "", file.shown);
      const tasks = memberOf(root, "tasks");
      const list = tasks?.kind === "object" ? memberOf(tasks, "tasks") : tasks;
      const opened = (list?.kind === "array" ? list.elements : []).filter(
        (task) => scalarOf(memberOf(memberOf(task, "runOptions"), "runOn")) === "folderOpen",
      );
      return [
        ...opened.map((task) =>
          nodeFault(
            file,
            task,
            "the task runs as soon as the folder is opened",
            'take `"runOn": "folderOpen"` out',
          ),
        ),
        ...(root?.kind === "object"
          ? root.members
              .filter(
                ({ key, value }) => key === "task.allowAutomaticTasks" && scalarOf(value) === "on",
              )
              .map(({ value }) =>
                nodeFault(
                  file,
                  value,
                  "tasks run when the folder is opened, without a question",
                  "take the key out",
                ),
              )
          : []),
      ];
    },
  ),
  "host-command": ofFiles(
    ({ repository }) => filesIn([repository], /(?:^|\/)\.?devcontainer\.json$/),
    "dev container",
    (file) => {
      const command = memberOf(readJsonc(file.text ?? "", file.shown), "initializeCommand");
      return command === undefined
        ? []
        : [
            nodeFault(
              file,
              command,
              "this runs on the host, before the container is there",
              "move it to `postCreateCommand`, which runs in the container",
            ),
          ];
    },
  ),
  "install-script": (sights) => {
    const scripts = packageScripts(sights).filter(({ name }) =>
      /^(?:pre|post)?(?:install|prepare|prepack|publish)$|^prepublishOnly$/.test(name),
    );
    if (scripts.length === 0)
      return notApplicable("no package here has a script that runs on install");
    return verdict(
      [...new Set(scripts.map(({ file }) => file.shown))],
      scripts
        .filter(
          ({ command, file }) =>
            isRisky(command) ||
            namedScripts(sights, file, command).some(
              ({ text = "" }) => isRisky(text) || fetchesAndRuns(text),
            ),
        )
        .map(({ file, line }) =>
          lineFault(
            file,
            line,
            "an install downloads code and runs it, or sends data",
            "ship what is needed in the package, or fetch it with a digest; install with `--ignore-scripts`",
          ),
        ),
    );
  },
  "directory-environment": ofFiles(
    ({ repository }) =>
      filesIn([repository], /(?:^|\/)(?:\.envrc|\.?mise(?:\.local)?\.toml|\.config\/mise\.toml)$/),
    "`.envrc` or mise file",
    (file) =>
      linesOf(file)
        .filter(({ text }) => {
          if (/^\s*#/.test(text)) return false;
          const [, name, value = ""] =
            /^\s*(?:export\s+|_\.)?["']?([A-Za-z_][\w]*)["']?\s*=\s*["']?([^"']*)/.exec(text) ?? [];
          if (
            name !== undefined &&
            redirectionOf(name, value) !== undefined &&
            !isOrdinaryPath(name, value)
          )
            return true;
          return (
            /\b(?:curl|wget|eval|source_url|nc|bash\s+-c|python3?\s+-c|node\s+-e)\b/.test(text) ||
            /^\s*(?:\.\/|bash |sh |python3? |node )\S+/.test(text) ||
            /^\s*(?:source|\.)\s+(?!_|\$|\.env\b|\.\/?\.env)\S+\.sh/.test(text) ||
            /^\s*(?:\[hooks|enter\s*=|cd\s*=)/.test(text)
          );
        })
        .slice(0, 5)
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "entering the folder sets what programs run or trust, or runs a program",
            "take the line out; set what is needed in the command that needs it",
          ),
        ),
  ),
  "git-config": (sights) => {
    const files = filesIn([sights.repository], /(?:^|\/)(?:\.git\/config|\.gitconfig)$/);
    if (files.length === 0)
      return notApplicable("git's configuration of this repository was not among the files");
    return verdict(
      files.map(({ shown }) => shown),
      files.flatMap((file) =>
        readIni(file.text ?? "")
          .filter(({ section, key, value }) => runsProgram(section, key, value))
          .map(({ line }) =>
            lineFault(
              file,
              line,
              "git runs this program on the first harmless command",
              "git config --unset the key, and look at who set it",
            ),
          ),
      ),
    );
  },
  "link-outside": (sights) => {
    const links = [...sights.repository.files.values()].filter(({ isLink }) => isLink);
    if (links.length === 0) return notApplicable("there are no links among the files");
    return verdict(
      links.map(({ shown }) => shown),
      links
        .filter(leadsOutside)
        .map((file) =>
          fileFault(
            file,
            "the link leads to a secret or a settings file outside of the repository",
            "replace the link by a file, or take it out",
          ),
        ),
    );
  },
};

function nodeFault(file: SeenFile, node: JsonNode, message: string, fix: string): Fault {
  const at = placeIn(file.text ?? "", node.start);
  return { ...lineFault(file, at.line, message, fix), column: at.column };
}

/** A command that fetches code and runs it, or sends what it finds. */
function isRisky(text: string): boolean {
  return (
    downloadsCode(text) ||
    /\b(?:curl|wget)\b[^\n;&|]*(?:\s-d\b|\s--data|\s-F\b|\s-T\b|--upload-file|--post-(?:data|file))/.test(
      text,
    ) ||
    /\|\s*(?:curl|wget|nc|ncat)\b/.test(text) ||
    /\bnode\s+-e\s+.*(?:https?\.(?:get|request)|fetch\(|child_process|eval\()/.test(text) ||
    /\b(?:env|printenv)\b\s*\|/.test(text)
  );
}

/** Code of an install script that fetches text and executes it, or sends the environment. */
function fetchesAndRuns(text: string): boolean {
  const fetches = /https?\.(?:get|request)\(|\bfetch\(|axios|urlopen|requests\.(?:get|post)/.test(
    text,
  );
  const hosts = [...text.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(
    ([address]) => hostOf(address) ?? "",
  );
  if (!fetches || (hosts.length > 0 && hosts.every(isLoopback))) return false;
  return (
    /\beval\(|new Function\(|\bexec(?:Sync|File|FileSync)?\(|\bspawn(?:Sync)?\(|vm\.run|os\.system|subprocess/.test(
      text,
    ) || /JSON\.stringify\(process\.env\)|process\.env\s*[,)]|os\.environ\b/.test(text)
  );
}

/** Scripts of the repository that a command of a package names. */
function namedScripts(
  { repository }: Sights,
  file: SeenFile,
  command: string,
): readonly SeenFile[] {
  const folder = file.path.replace(/[^/]*$/, "");
  return (command.match(/[\w./-]+\.(?:js|mjs|cjs|ts|sh|py)/g) ?? []).flatMap(
    (word) => repository.files.get(`${folder}${word.replace(/^\.\//, "")}`) ?? [],
  );
}

function isOrdinaryPath(name: string, value: string): boolean {
  // `PATH_add bin` and tools of the project's own are what these files are for.
  return /^(?:PATH|NODE_PATH|PYTHONPATH|GOPATH|CARGO_\w+|NPM_CONFIG_\w+|XDG_\w+)$/i.test(name) &&
    !/^\.|PWD|^\/tmp|\.\//.test(value)
    ? true
    : /^(?:EDITOR|VISUAL)$/.test(name) && /^[\w ./-]+$/.test(value) && !/^\.|\//.test(value);
}

function runsProgram(section: string, key: string, value: string): boolean {
  const isTrue = /^(?:true|yes|on|1|false|no|off|0|)$/i.test(value);
  if (section === "core" && key === "fsmonitor") return !isTrue;
  if (section === "core" && key === "hookspath") return false;
  if (
    section === "core" &&
    /^(?:sshcommand|pager|editor|askpass|gitproxy|alternaterefscommand)$/.test(key)
  )
    return !/^(?:less|more|cat|vim?|nano|code --wait|ssh(?: -i \S+)?)(?: -\S+)*$/.test(value);
  if (section === "alias") return value.startsWith("!");
  if (section === "filter")
    return /^(?:clean|smudge|process)$/.test(key) && !value.startsWith("git-lfs ");
  if (section === "diff") return /^(?:external|textconv|command)$/.test(key);
  if (section === "merge") return key === "driver";
  if (section === "credential")
    return (
      key === "helper" &&
      /^!|^\/|^\./.test(value) &&
      !/gh auth git-credential|git-credential/.test(value)
    );
  if (section === "gpg") return key === "program" && !/^(?:gpg2?|\/usr\/bin\/gpg2?)$/.test(value);
  if (section === "uploadpack" || section === "receive") return /packobjectshook|command/.test(key);
  if (section === "sequence") return key === "editor" && !/^(?:vim?|nano|code --wait)$/.test(value);
  return section === "include" || section === "includeif"
    ? /^(?:\.{0,2}\/|\w)/.test(value) && !value.startsWith("~") && !value.startsWith("/")
    : false;
}

function leadsOutside({ text, why }: SeenFile): boolean {
  const target = /-> (.+)$/.exec(why ?? "")?.[1] ?? text?.trim() ?? "";
  return (
    /^(?:\/|~|(?:\.\.\/)+)/.test(target) &&
    (isSecretPlace(target) ||
      /\.claude(?:\.json|\/)|\/etc\/(?:passwd|shadow|claude)|\.(?:bash|zsh)\w*$/.test(target))
  );
}
