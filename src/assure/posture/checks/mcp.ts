// How MCP servers are looked at: what starts them, what they are given, whom they talk to, and who approved them.
import { type Fault, type Look, type Looks, notApplicable, verdict } from "../check.ts";
import { downloadsCode, hostOf, isPlainRemote, isThrowAwayHost } from "../addresses.ts";
import { codeowners, ownersOf } from "../codeowners.ts";
import {
  expecting,
  fileFault,
  itemsAt,
  lineFault,
  namedIn,
  ofLint,
  ofSettings,
  scalarOf,
  shownText,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import { startedPackage } from "../package-spec.ts";
import { isBroadPlace, isCredentialPlace } from "../secret-places.ts";
import { isLiteralSecret, isPlaceholder, isSecretAddress, holdsSecret } from "../secret-texts.ts";
import type { ServerSight, Sights } from "../sights.ts";
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";
import { starsMatch } from "#guard/native/rule.ts";

const SHELL = /^(?:.*[/\\])?(?:(?:ba|z|da|k|fi)?sh|pwsh|powershell)(?:\.exe)?$/i;
/** Keys of an entry that are believed to hold a server and that the client does not have (X.10), or that are another client's. */
const INVENTED =
  /^(?:allowedPaths|deniedPaths|blockedPaths|allowNetworkAccess|networkAccess|network|allowedDomains|blockedDomains|deniedDomains|permissions|allowedTools|deniedTools|disallowedTools|sandbox|readOnly|allowRead|allowWrite|allowedCommands|autoApprove|alwaysAllow|trusted|trust|approved|scope|scopes|restrictions|policy|security|rateLimit|maxRequests|requireApproval|enabled|disabled)$/;

/** Servers that are not a plugin's. */
const own = ({ servers }: Sights) => servers.filter(({ from }) => from !== "plugin");

/** The fault of a server's entry. The evidence is its name: what stands beside it may be a secret. */
export function serverFault(
  { file, line, column, name }: ServerSight,
  message: string,
  fix?: string,
): Fault {
  const at = { file: file.shown, line, column, evidence: shownText(`"${name}"`), message };
  return fix === undefined ? at : { ...at, fix };
}

function ofServers(find: (server: ServerSight, sights: Sights) => readonly Fault[]): Look {
  return (sights) => {
    const servers = own(sights);
    if (servers.length === 0) return notApplicable("no MCP server is configured here");
    const lookedAt = [...new Set(servers.map(({ file }) => file.shown))];
    return verdict(
      lookedAt,
      servers.flatMap((server) => find(server, sights)),
    );
  };
}

/** What a server starts, as one line. */
const lineOfServer = ({ command, args }: ServerSight) => [command ?? "", ...args].join(" ");

/** Names and values of a server's variables or headers. */
function pairsOf(
  node: JsonNode | undefined,
): readonly { name: string; value: string; start: number }[] {
  if (node?.kind !== "object") return [];
  return node.members.flatMap(({ key, start, value }) => {
    const text = scalarOf(value);
    return text === undefined || text === null ? [] : [{ name: key, value: String(text), start }];
  });
}

/** Whether the shell line of a server starts a package without a version, or what it starts itself. */
export function isUnpinned(server: ServerSight, kind: "package" | "image"): string | undefined {
  const { command, args } = server;
  if (command === undefined) return undefined;
  const lines = SHELL.test(command) ? args.filter((word) => /\s/.test(word)) : [];
  const started = [
    startedPackage(command, args),
    ...lines.flatMap((line) =>
      line.split(/&&|;|\|\|?/).map((part) => startedPackage(part.trim(), [])),
    ),
  ];
  const found = started.find((one) => one?.kind === kind && !one.isPinned);
  return found?.spec;
}

/** Options by which programs stop checking certificates: to be insecure, to skip a check, or a check that is set to false. */
const UNCHECKED_OPTION =
  /(?:^|\s)(?:-k|--?allow-http|--?(?:allow-|use-)?insecure(?:-[\w-]+)?(?:=true|=1)?|--?(?:no|skip|disable|ignore|without)-(?:[\w-]*(?:ssl|tls|cert|https)[\w-]*|verify|verification|validation)(?:=true|=1)?|--?[\w-]*(?:ssl|tls|cert)[\w-]*(?:skip|ignore|insecure|no)-?(?:verify|verification|check)?(?:=true|=1)?|--?(?:[\w-]*(?:verify|check|validate|strict)[\w-]*|reject-unauthorized|[\w-]*(?:ssl|tls|cert)-?(?:mode|verification)?)[= ](?:false|0|no|off|none|disable))(?=\s|$)/i;

/** Functions of the family `mcp`. */
export const mcpLooks: Looks = {
  "unpinned-package": ofServers((server, { repository }) => {
    const spec = isUnpinned(server, "package");
    // What the project itself has installed is fixed by its lock file.
    const own = repository.files.get("package.json")?.text ?? "";
    if (spec === undefined || server.args.includes("--no-install") || own.includes(`"${spec}":`))
      return [];
    return [
      serverFault(
        server,
        `\`${shownText(spec)}\` has no exact version: what runs is whatever is published next`,
        "write the version, such as `package@1.2.3`, or the full commit hash",
      ),
    ];
  }),
  "unpinned-image": ofServers((server) => {
    const spec = isUnpinned(server, "image");
    if (spec === undefined) return [];
    return [
      serverFault(
        server,
        `the image \`${shownText(spec)}\` has no version`,
        "write a version or a digest: `image@sha256:...`",
      ),
    ];
  }),
  "literal-secret": ofServers((server) => {
    const { node, file } = server;
    const pairs = [...pairsOf(memberOf(node, "env")), ...pairsOf(memberOf(node, "headers"))];
    const faults = pairs
      .filter(({ name, value }) => isLiteralSecret(name, value))
      .map(({ name, start }) => ({
        ...{ file: file.shown, ...placeIn(file.text ?? "", start), evidence: shownText(name) },
        message: `the value of \`${shownText(name)}\` stands here for everybody who reads the file`,
        fix: `make it invalid, and write \`\${${name.replaceAll(/\W/g, "_").toUpperCase()}}\` instead`,
      }));
    const inArguments = server.args.some((word, index) =>
      isSecretArgument(word, server.args[index - 1]),
    );
    return inArguments
      ? [...faults, serverFault(server, "an argument holds a secret", "give it by a variable")]
      : faults;
  }),
  "secret-in-url": ofServers((server) => {
    const addresses = [...textsIn(memberOf(server.node, "url")), ...server.args];
    if (!addresses.some(isSecretAddress)) return [];
    return [
      serverFault(
        server,
        "the address carries a token or a password, and addresses are logged",
        'make it invalid, and send it in a header: `"Authorization": "Bearer ${TOKEN}"`',
      ),
    ];
  }),
  "plain-http": ofServers((server) => {
    const addresses = [...textsIn(memberOf(server.node, "url")), ...server.args];
    if (!addresses.some(isPlainRemote)) return [];
    return [serverFault(server, "the server is spoken to unencrypted", "write `https://`")];
  }),
  "tls-off": ofServers((server) => {
    const pairs = pairsOf(memberOf(server.node, "env"));
    const off = pairs.some(
      ({ name, value }) =>
        (/^(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)$/i.test(name) &&
          /^(?:0|false)$/i.test(value)) ||
        (/(?:SSL|TLS|CERT)\w*(?:VERIFY|VERIFICATION|VALIDATION|CHECK|STRICT)|VERIFY_?(?:SSL|TLS|CERT)|REJECT_UNAUTHORIZED|STRICT_SSL/i.test(
          name,
        ) &&
          !/NO_|SKIP|DISABLE/i.test(name) &&
          /^(?:0|false|no|off|none)$/i.test(value)) ||
        (/(?:NO_|SKIP_|DISABLE_|INSECURE)\w*(?:SSL|TLS|CERT|VERIFY)?/i.test(name) &&
          /SSL|TLS|CERT|INSECURE/i.test(name) &&
          /^(?:1|true|yes|on)$/i.test(value)),
    );
    const line = lineOfServer(server);
    const flags = UNCHECKED_OPTION.test(line) || /NODE_TLS_REJECT_UNAUTHORIZED=["']?0/.test(line);
    if (!off && !flags) return [];
    return [
      serverFault(
        server,
        "certificates are not checked, so anybody on the way can answer",
        "take the switch out, and name the organization's certificate by `NODE_EXTRA_CA_CERTS`",
      ),
    ];
  }),
  "untrusted-host": ofServers((server) => {
    const addresses = [...(server.url === undefined ? [] : [server.url]), ...server.args];
    const host = addresses.map(hostOf).find((one) => one !== undefined && isThrowAwayHost(one));
    if (host === undefined) return [];
    return [
      serverFault(
        server,
        `nobody vouches for \`${shownText(host)}\`: a tunnel, a throw-away host or a bare number`,
        "take the server out, or name the host of whoever runs it",
      ),
    ];
  }),
  "all-project-servers-enabled": ofSettings((sights) =>
    spotsAt(sights, ["enableAllProjectMcpServers"])
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) =>
        spotFault(spot, "every server that a repository lists is approved unseen", {
          fix: "take the key out and name servers in `enabledMcpjsonServers`",
        }),
      ),
  ),
  "repository-code": ofServers((server, { repository }) => {
    if (server.from !== "project" || server.command === undefined) return [];
    const words = [server.command, ...server.args].map((word) =>
      word.replace(
        /^\$\{(?:CLAUDE_PROJECT_DIR|PWD|workspaceFolder)(?::-[^}]*)?\}\/?|^\$(?:CLAUDE_PROJECT_DIR|PWD)\//,
        "./",
      ),
    );
    const script = words.find((word) =>
      /^\.{1,2}\/\S+$/.test(word) && !/^\.\/?node_modules\//.test(word)
        ? /\.\w+$|^\.\/(?:bin|scripts|tools)\//.test(word) || repository.files.has(word.slice(2))
        : /^(?:[\w.-]+\/)*[\w.-]+\.(?:js|mjs|cjs|ts|mts|py|rb|sh|php|pl)$/.test(word) &&
          !word.includes("node_modules/"),
    );
    if (script === undefined) return [];
    return [
      serverFault(
        server,
        `\`${shownText(script)}\` is code of the repository, so whoever changes the repository decides what runs`,
        "publish it with a version, or put it where the repository cannot change it",
      ),
    ];
  }),
  "shell-command": ofServers((server) => {
    const { command = "", args } = server;
    const [program = "", ...rest] = args.length === 0 ? command.split(/\s+/) : [command, ...args];
    const isShell =
      SHELL.test(program) &&
      rest.some((word) => /^-\w*c$|^-(?:Command|EncodedCommand|e|enc)$/i.test(word));
    if (!isShell) return [];
    return [
      serverFault(
        server,
        "a shell line starts the server, and no list of commands can hold it exactly",
        "name the program in `command` and its words in `args`",
      ),
    ];
  }),
  "downloads-code": ofServers((server) =>
    downloadsCode(lineOfServer(server))
      ? [
          serverFault(
            server,
            "the command downloads code and runs it",
            "install a fixed version beforehand, and start that",
          ),
        ]
      : [],
  ),
  "wide-url-rule": ofSettings((sights) =>
    itemsAt(sights, ["allowedMcpServers"]).flatMap(({ document, node }) => {
      const url = memberOf(node, "serverUrl");
      const isWide = textsIn(url).some((text) =>
        /^(?:\*+|(?:https?|http\*|\*|wss?):\/\/\*+(?:[:/].*)?|(?:https?|http\*|\*):\/\/\*\.?(?:com|org|net|io|dev|app|co|ai|cloud)?(?:\/.*)?)$/i.test(
          text,
        ),
      );
      if (url === undefined || !isWide) return [];
      return [
        spotFault({ document, node: url }, "the pattern takes any host", {
          fix: "write the host: `https://mcp.example.com/*`",
        }),
      ];
    }),
  ),
  "invented-key": ofServers((server) => {
    if (server.node.kind !== "object") return [];
    return server.node.members
      .filter(({ key }) => INVENTED.test(key))
      .map(({ key, start }) => ({
        ...{ file: server.file.shown, ...placeIn(server.file.text ?? "", start) },
        evidence: shownText(key),
        message: `the client does not know \`${key}\`, and nothing is held by it`,
        fix: "take it out; hold servers by `allowedMcpServers`, the sandbox, and rules about `mcp__server__tool`",
      }));
  }),
  "servers-in-settings": ofLint(["key/invented"], (finding) => namedIn(finding) === "mcpServers"),
  "broad-filesystem": ofServers((server) => {
    const isFiles = /file-?system|\bfiles?\b|\bfs\b/i.test(
      `${server.name} ${lineOfServer(server)}`,
    );
    if (!isFiles || server.command === undefined || /^(?:docker|podman)$/.test(server.command))
      return [];
    const place = server.args.find(
      (word, index) =>
        (index > 0 || !/^(?:npx|uvx)$/.test(word)) &&
        word !== "" &&
        !word.startsWith("-") &&
        (isBroadPlace(word) || isCredentialPlace(`${word}/`) || /^\/(?:etc|var|usr)$/.test(word)),
    );
    if (place === undefined) return [];
    return [
      serverFault(
        server,
        `the server may read and write \`${shownText(place)}\``,
        "name the one folder that is needed, such as `${CLAUDE_PROJECT_DIR}`",
      ),
    ];
  }),
  "container-escape": ofServers((server) => {
    const line = lineOfServer(server);
    if (!/(?:^|[\s/])(?:docker|podman|nerdctl)(?:\s|$)/.test(line)) return [];
    const mounts = server.args.flatMap((word, index) => mountSource(word, server.args[index - 1]));
    const isWide =
      /--privileged(?:=true)?(?=\s|$)|--cap-add[= ](?:ALL|SYS_ADMIN)|--(?:pid|ipc|userns|network|net)[= ]host/.test(
        line,
      ) ||
      mounts.some(
        (source) =>
          isBroadPlace(source) ||
          isCredentialPlace(`${source}/`) ||
          /docker\.sock|podman\.sock|containerd\.sock/.test(source),
      );
    if (!isWide) return [];
    return [
      serverFault(
        server,
        "the container is privileged, or has the engine's socket, a home or the root: it is no boundary",
        "mount the one folder that is needed, read-only, and drop `--privileged`",
      ),
    ];
  }),
  "not-owned": (sights) => {
    const file = sights.repository.files.get(".mcp.json");
    if (file === undefined) return notApplicable("there is no `.mcp.json`");
    return expecting(
      () => {
        const owners = codeowners(sights.repository);
        return owners !== undefined && ownersOf(owners, ".mcp.json").length > 0
          ? [owners.file.shown]
          : [];
      },
      {
        message: "`.mcp.json` has no owner, so anybody's change adds a server",
        fix: "add `/.mcp.json @your-org/security` to `.github/CODEOWNERS`",
      },
    )(sights);
  },
  "not-approved": (sights) => {
    const allowed = itemsAt(sights, ["allowedMcpServers"], ["managed"]).map(({ node }) => node);
    if (spotsAt(sights, ["allowedMcpServers"], ["managed"]).length === 0)
      return notApplicable("managed settings have no list of allowed servers");
    return ofServers((server) =>
      server.from === "project" && !allowed.some((entry) => fits(entry, server))
        ? [
            serverFault(
              server,
              "the server is not on the managed list, so it does not start",
              "take it out, or have it approved and listed",
            ),
          ]
        : [],
    )(sights);
  },
  "denied-server-configured": (sights) => {
    const denied = itemsAt(sights, ["deniedMcpServers"], ["managed"]).map(({ node }) => node);
    if (denied.length === 0) return notApplicable("managed settings deny no server");
    return ofServers((server) =>
      server.from !== "managed" && denied.some((entry) => fits(entry, server))
        ? [serverFault(server, "managed settings deny this server", "take it out")]
        : [],
    )(sights);
  },
  "invalid-config": (sights) => {
    const files = [
      sights.repository.files.get(".mcp.json"),
      sights.managed.files.get("managed-mcp.json"),
    ].filter((file) => file !== undefined);
    if (files.length === 0) return notApplicable("there is no file of MCP servers");
    return verdict(
      files.map(({ shown }) => shown),
      files.flatMap((file) => configFaults(file, sights)),
    );
  },
};

function configFaults(file: ServerSight["file"], { json, servers }: Sights): readonly Fault[] {
  const root = json(file);
  if (root === undefined)
    return [fileFault(file, "the file is no JSON, so none of its servers counts", "correct it")];
  const list = memberOf(root, "mcpServers");
  if (list?.kind !== "object")
    return root.kind === "object" && root.members.length === 0
      ? []
      : [
          lineFault(
            file,
            1,
            "there is no object `mcpServers`, so no server counts",
            'write `{ "mcpServers": { ... } }`',
          ),
        ];
  return servers
    .filter((server) => server.file === file)
    .filter(
      ({ command, node }) => command === undefined && textsIn(memberOf(node, "url")).length === 0,
    )
    .map((server) =>
      serverFault(
        server,
        "the entry has neither command nor address",
        "add `command` and `args`, or `type` and `url`",
      ),
    );
}

function isSecretArgument(word: string, before: string | undefined): boolean {
  // The address of a database says by its password alone whether it is a real one.
  if (/^(?!https?:|wss?:)[a-z][\w+.-]*:\/\//i.test(word)) return isSecretAddress(word);
  if (isPlaceholder(word)) return false;
  const [, name, value] = /^(?:-{1,2}|-e\s*)?([\w.-]+)=(.+)$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined)
    return isLiteralSecret(name.replaceAll("-", "_"), value);
  const header = /^([\w-]+):\s*(.+)$/.exec(word);
  if (header?.[1] !== undefined && header[2] !== undefined && !word.includes("://"))
    return isLiteralSecret(header[1], header[2]);
  const option = /^--?([\w-]+)$/.exec(before ?? "")?.[1];
  if (
    option !== undefined &&
    !word.startsWith("-") &&
    isLiteralSecret(option.replaceAll("-", "_"), word)
  )
    return true;
  return holdsSecret(word) && !isSecretAddress(word);
}

/** The source of a mount that is an argument of `docker run`. */
export function mountSource(word: string, before: string | undefined): readonly string[] {
  const attached = /^(?:-v=?|--volume=)(.+)$/.exec(word)?.[1];
  const spec = attached ?? (before === "-v" || before === "--volume" ? word : undefined);
  if (spec !== undefined) return [/^([A-Za-z]:\\[^:]*|[^:]+):/.exec(spec)?.[1] ?? spec];
  const mount = /^--mount=(.+)$/.exec(word)?.[1] ?? (before === "--mount" ? word : undefined);
  const source = /(?:^|,)(?:source|src)=([^,]+)/.exec(mount ?? "")?.[1];
  return source === undefined ? [] : [source];
}

/** Whether an entry of a managed list is about a server. */
function fits(entry: JsonNode, { name, url, command, args }: ServerSight): boolean {
  const wanted = textsIn(memberOf(entry, "serverName"));
  if (wanted.length > 0) return wanted.includes(name);
  const pattern = textsIn(memberOf(entry, "serverUrl"))[0];
  if (pattern !== undefined) return url !== undefined && starsMatch(pattern, url);
  const words = textsIn(memberOf(entry, "serverCommand"));
  if (words.length === 0 || command === undefined) return false;
  return words.join("\0") === [command, ...args].join("\0");
}
