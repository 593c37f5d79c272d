// How plugins, skills, commands and agents are looked at: where they come from, what they bring along, and what they tell the model.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { downloadsCode, hostOf, isThrowAwayHost } from "../inputs/addresses.ts";
import {
  disablesProtection,
  hiddenText,
  importsIn,
  type TextRemark,
  tellsToDownload,
  tellsToHarm,
} from "../inputs/instruction-text.ts";
import { remarkFaults } from "../text-remarks.ts";
import {
  alike,
  isSet,
  fileFault,
  filesIn,
  lineFault,
  linesOf,
  ofFiles,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import { isSecretPlace } from "../inputs/secret-places.ts";
import { secretLines } from "../inputs/secret-texts.ts";
import type { SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";
import { type FrontMatter, frontMatterOf } from "../texts/front-matter.ts";
import { shellLines } from "#govern/settings/inline-shell.ts";
import { READS_SECRETS } from "../texts/reads-secrets.ts";
import { serverFault } from "./mcp/looking.ts";
import { isUnpinned } from "./mcp/started.ts";
import { type JsonNode, memberOf } from "#govern/settings/json-text.ts";
import { hookFaults } from "#govern/settings/hook-faults.ts";

const TEXTS =
  /(?:^|\/)\.claude\/(?:skills|commands|agents|output-styles)\/.+\.md$|(?:^|\/)skills\/[^/]+\/.*\.md$|(?:^|\/)(?:commands|agents)\/[^/]+\.md$/;
const SCRIPTS = /(?:^|\/)skills\/[^/]+\/.+\.(?:sh|bash|py|js|mjs|ts|rb|ps1)$/;

/** Roots of plugins inside the repository, with a slash at the end. */
function pluginRoots({ repository }: AuditInputs): readonly string[] {
  return filesIn([repository], /(?:^|\/)\.claude-plugin\/(?:plugin|marketplace)\.json$/).map(
    ({ path }) => path.replace(/\.claude-plugin\/\w+\.json$/, ""),
  );
}

/** Skills, commands and agents: of the project, of plugins inside it, and of the person. */
function instructionFiles(auditInputs: AuditInputs): readonly SeenFile[] {
  const roots = pluginRoots(auditInputs);
  return filesIn([auditInputs.repository, auditInputs.home], TEXTS).filter(
    ({ path }) =>
      path.includes(".claude/") ||
      roots.some(
        (root) =>
          path.startsWith(root) && /^(?:skills|commands|agents)\//.test(path.slice(root.length)),
      ),
  );
}
/** What else a plugin of the repository consists of: its servers, hooks and their scripts. */
function pluginFiles(auditInputs: AuditInputs): readonly SeenFile[] {
  const roots = pluginRoots(auditInputs).filter((root) => root !== "");
  return [...auditInputs.repository.files.values()].filter(({ path }) =>
    roots.some(
      (root) =>
        path.startsWith(root) &&
        /^(?:\.mcp\.json|\.lsp\.json|settings\.json|(?:hooks|scripts|bin|servers?)\/.+)$/.test(
          path.slice(root.length),
        ),
    ),
  );
}
const scriptFiles = (auditInputs: AuditInputs) => {
  const roots = pluginRoots(auditInputs);
  return filesIn([auditInputs.repository, auditInputs.home], SCRIPTS).filter(
    ({ path }) => path.includes(".claude/") || roots.some((root) => path.startsWith(root)),
  );
};

function ofTexts(find: (file: SeenFile, head: FrontMatter) => readonly Fault[]): Look {
  return ofFiles(instructionFiles, "skill, command or agent", (file) =>
    file.text === undefined ? [] : find(file, frontMatterOf(file)),
  );
}

/** A look at what the client drops where managed settings hold a key. */
function unlessManaged(key: string, look: Look): Look {
  return (auditInputs) =>
    isSet(auditInputs, [key], true, ["managed"])
      ? notApplicable(`managed settings hold \`${key}\``)
      : look(auditInputs);
}

function remarked(remarks: (text: string) => readonly TextRemark[], fix: string): Look {
  return ofTexts((file) => remarkFaults(file, remarks, fix));
}

/** Sources of marketplaces that settings add. */
function marketplaces(auditInputs: AuditInputs) {
  return ["extraKnownMarketplaces", "additionalMarketplaces"].flatMap((key) =>
    spotsAt(auditInputs, [key]).flatMap(({ document, node }) =>
      node.kind === "object"
        ? node.members.map(({ value }) => ({
            document,
            node: value,
            source: memberOf(value, "source") ?? value,
          }))
        : [],
    ),
  );
}

const word = (node: JsonNode | undefined, key: string) => textsIn(memberOf(node, key))[0];

/** A commit, or a tag that is a version: what stands there does not change. */
const isFixed = (ref: string | undefined) =>
  ref !== undefined &&
  /^(?:[0-9a-f]{40}|(?:refs\/tags\/)?v?\d+\.\d+(?:\.\d+)?[\w.+-]*|[\w-]+[-@]v?\d+\.\d+\.\d+[\w.+-]*)$/i.test(
    ref,
  );

/** Functions of the family `plugins`. */
export const pluginsLooks: Looks = {
  "marketplace-unpinned": (auditInputs) => {
    const found = marketplaces(auditInputs);
    if (found.length === 0) return notApplicable("no marketplace is added here");
    return verdict(
      [...new Set(found.map(({ document }) => document.file))],
      found
        .filter(({ source }) => {
          const kind = word(source, "source");
          if (kind !== "github" && kind !== "git" && kind !== "gitlab") return false;
          return !isFixed(
            word(source, "ref") ??
              word(source, "sha") ??
              word(source, "commit") ??
              /[#@]([^#@/]+)$/.exec(word(source, "repo") ?? "")?.[1],
          );
        })
        .map((spot) =>
          spotFault(spot, "plugins are taken from whatever stands on a branch", {
            fix: 'add `"ref"` with a full commit hash to the source',
          }),
        ),
    );
  },
  "marketplace-foreign": (auditInputs) => {
    const found = marketplaces(auditInputs);
    if (found.length === 0) return notApplicable("no marketplace is added here");
    return verdict(
      [...new Set(found.map(({ document }) => document.file))],
      found
        .filter(({ source }) => {
          const address = word(source, "url") ?? word(source, "repo") ?? "";
          const host = hostOf(address);
          return (
            /^(?:http|git|ftp):\/\//i.test(address) ||
            (host !== undefined && isThrowAwayHost(host)) ||
            word(source, "source") === "url"
          );
        })
        .map((spot) =>
          spotFault(spot, "plugins come from an address that nobody vouches for", {
            fix: "take them from a repository of the organization, with a commit hash",
          }),
        ),
    );
  },
  "bundled-hooks": unlessManaged(
    "allowManagedHooksOnly",
    ofFiles(
      (auditInputs) =>
        filesIn(
          [auditInputs.repository],
          /(?:^|\/)hooks\/hooks\.json$|(?:^|\/)\.claude-plugin\/plugin\.json$/,
        ).filter(
          ({ path }) =>
            path.endsWith("plugin.json") ||
            pluginRoots(auditInputs).some((root) => path === `${root}hooks/hooks.json`),
        ),
      "plugin with hooks",
      (file, { json }) => {
        const hooks = memberOf(json(file), "hooks");
        if (hooks?.kind !== "object" || hooks.members.length === 0) return [];
        return [
          fileFault(
            file,
            "the plugin brings hooks, which run with the rights of whoever enables it",
            "read each of them, and put those that are needed into managed settings",
          ),
        ];
      },
    ),
  ),
  mods: ({ mods }) => {
    if (mods === undefined) return unseen("nobody looked for code inside of the client");
    if (mods.kind === "unseen") return unseen(mods.why);
    if (mods.value.length === 0) return notApplicable("no plugin or skill brings code here");
    return verdict(
      mods.value.map(({ file }) => file),
      mods.value.map(({ name, origin, file, digest, isLoaded, isAgreed, isTracked }) => {
        const who = {
          project: isTracked
            ? "by the repository, which git hands on"
            : "in the repository's folder",
          home: "by the person's own skills",
          plugin: "by a plugin",
          session: "by the client itself, in a session",
        }[origin];
        const standing = isAgreed ? "a person agreed to it" : "nobody agreed to it";
        return {
          file,
          evidence: `SHA-256 ${digest}`,
          message: `the mod \`${name}\`, brought ${who}, runs inside of the client${isLoaded ? "" : " where it is enabled"}; ${standing}`,
          fix: isAgreed
            ? "have managed settings allow the organization's mods alone, or take it out"
            : "read it, then take it out or agree with `sallyport mods agree`",
        };
      }),
    );
  },
  "broken-hooks": ofFiles(
    ({ repository, home }) => filesIn([repository, home], /(?:^|\/)hooks\/hooks\.json$/),
    "plugin with hooks",
    (file, { json }) => {
      const root = json(file);
      const say = (message: string) => [
        fileFault(file, message, "correct it; `sallyport policy lint FILE` shows where"),
      ];
      if (file.text === undefined) return [];
      if (root === undefined)
        return say("the file is no JSON: the plugin's hooks are missing, and nobody is told");
      const hooks = memberOf(root, "hooks");
      // A list of mods is one of its own.
      if (hooks === undefined && memberOf(root, "modules") !== undefined) return [];
      if (hooks?.kind !== "object")
        return say(
          "there is no object `hooks`: the plugin's hooks are missing, and nobody is told",
        );
      const [first] = hookFaults(hooks);
      return first === undefined
        ? []
        : say(`${first.message}: the client drops the hook, and nobody is told`);
    },
  ),
  "bundled-mcp-unpinned": (auditInputs) => {
    const servers = auditInputs.servers.filter(({ from }) => from === "plugin");
    if (servers.length === 0) return notApplicable("no plugin of the repository has a server");
    return verdict(
      [...new Set(servers.map(({ file }) => file.shown))],
      servers.flatMap((server) => {
        const spec = isUnpinned(server, "package") ?? isUnpinned(server, "image");
        return spec === undefined
          ? []
          : [
              serverFault(
                server,
                "the plugin starts a server without an exact version",
                "write the version",
              ),
            ];
      }),
    );
  },
  "inline-shell": unlessManaged(
    "disableSkillShellExecution",
    alike(
      ofTexts((file, { body, bodyLine }) =>
        shellLines(body).map(({ line, onlyTells }) => ({
          ...lineFault(
            file,
            line + bodyLine - 1,
            "a shell line runs when this is loaded, and no hook sees it",
            "let the model run the command as a call, or set `disableSkillShellExecution` in managed settings",
          ),
          ...(onlyTells ? ({ severity: "info" } as const) : {}),
        })),
      ),
    ),
  ),
  "broad-tools": alike(
    ofTexts((file, { keys, lineOf }) => {
      const key = ["allowed-tools", "allowed_tools", "allowedTools"].find(
        (one) => keys[one] !== undefined,
      );
      if (
        key === undefined ||
        !toolsIn(keys[key]).some((tool) =>
          /^(?:\*|all|Bash|Bash\((?:\*|:\*)?\)|mcp__\*)$/i.test(tool),
        )
      )
        return [];
      return [
        lineFault(
          file,
          lineOf(key),
          "it grants itself every shell command or every tool",
          "name the commands: `Bash(git status), Read`",
        ),
      ];
    }),
  ),
  "agent-bypass-mode": ofTexts((file, { keys, lineOf }) =>
    ["permissionMode", "permission-mode", "mode", "defaultMode"].flatMap((key) =>
      keys[key] === "bypassPermissions" ||
      (key === "permissionMode" && keys[key] === "dangerously-skip-permissions")
        ? [
            lineFault(
              file,
              lineOf(key),
              "the agent asks for bypass mode",
              "take the key out, or write `default`",
            ),
          ]
        : [],
    ),
  ),
  "agent-hooks": unlessManaged(
    "allowManagedHooksOnly",
    ofTexts((file, { keys, lineOf }) =>
      typeof keys["hooks"] === "object" && keys["hooks"] !== null
        ? [
            lineFault(
              file,
              lineOf("hooks"),
              "hooks come with it, and run in addition to those of settings",
              "put what is needed into settings; `allowManagedHooksOnly` drops these",
            ),
          ]
        : [],
    ),
  ),
  // A server that is only named is one of the settings, which are judged by themselves.
  "agent-servers": ofTexts((file, { keys, lineOf }) =>
    Object.values(keys["mcpServers"] ?? {}).some((one) => typeof one === "object" && one !== null)
      ? [
          lineFault(
            file,
            lineOf("mcpServers"),
            "a server comes with it, and is started without the question of `.mcp.json`",
            "put the server into `.mcp.json`, and only its name here",
          ),
        ]
      : [],
  ),
  "hidden-text": remarked(hiddenText, "take it out, and look at who put it there"),
  "downloads-code": (auditInputs) => {
    const texts = remarked(
      tellsToDownload,
      "install a fixed version beforehand, and say its name here",
    )(auditInputs);
    const scripts = scriptFiles(auditInputs).flatMap((file) =>
      linesOf(file)
        .filter(({ text }) => downloadsCode(text) && !/^\s*#/.test(text))
        .map(({ line }) => lineFault(file, line, "a script beside it downloads code and runs it")),
    );
    if (scripts.length === 0) return texts;
    return verdict(
      [...texts.lookedAt, ...scripts.map(({ file = "" }) => file)],
      [...texts.faults, ...scripts],
    );
  },
  "reads-secrets": ofTexts((file, { body, bodyLine }) => {
    const imports = importsIn(body)
      .filter(({ path }) => isSecretPlace(path))
      .map(({ line }) => line);
    const reads = linesOf({ text: body })
      .filter(
        ({ text }) =>
          READS_SECRETS.test(text) && !/\b(?:never|not|don't|avoid|without)\b/i.test(text),
      )
      .map(({ line }) => line);
    return [...new Set([...imports, ...reads])].map((line) =>
      lineFault(
        file,
        line + bodyLine - 1,
        "a file of secrets comes into the conversation",
        "take it out, and name variables instead of values",
      ),
    );
  }),
  "literal-secret": ofFiles(
    (auditInputs) => [
      ...instructionFiles(auditInputs),
      ...scriptFiles(auditInputs),
      ...filesIn([auditInputs.repository], /(?:^|\/)\.claude-plugin\/\w+\.json$/),
      ...pluginFiles(auditInputs),
    ],
    "skill, command, agent or plugin file",
    (file) =>
      secretLines(file).map((line) => ({
        ...lineFault(
          file,
          line,
          "a secret stands here, and the model reads it",
          "make it invalid, and name a variable",
        ),
        evidence: "",
      })),
  ),
  "harmful-instruction": remarked(tellsToHarm, "take it out, and look at who put it there"),
  "disables-protection": remarked(
    // The mode that a head asks for is told by a check of its own.
    (text) => disablesProtection(text.replace(MODE_OF_HEAD, "")),
    "take it out: what holds the client is decided elsewhere",
  ),
};
const MODE_OF_HEAD = /^[ \t]*(?:permission-?mode|mode|default-?mode)\s*:.*$/gim;

function toolsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(toolsIn);
  if (typeof value !== "string") return [];
  return value.split(/,(?![^(]*\))|\s+(?![^(]*\))/).map((one) => one.trim());
}
