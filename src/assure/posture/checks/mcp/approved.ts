// Checks of who approved MCP servers, and whether their entries hold what they seem to.
import { type Fault, type Looks, notApplicable, verdict } from "../../check.ts";
import { codeowners, ownersOf } from "../../codeowners.ts";
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
} from "../../looking.ts";
import type { ServerInput, AuditInputs } from "../../inputs/audit-inputs.ts";
import { ofServers, serverFault } from "./looking.ts";
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";
import { starsMatch } from "#guard/native/rule.ts";

/** Keys of an entry that are believed to hold a server and that the client does not have (X.10), or that are another client's. */
const INVENTED =
  /^(?:allowedPaths|deniedPaths|blockedPaths|allowNetworkAccess|networkAccess|network|allowedDomains|blockedDomains|deniedDomains|permissions|allowedTools|deniedTools|disallowedTools|sandbox|readOnly|allowRead|allowWrite|allowedCommands|autoApprove|alwaysAllow|trusted|trust|approved|scope|scopes|restrictions|policy|security|rateLimit|maxRequests|requireApproval|enabled|disabled)$/;

/** Functions about lists and entries of servers. */
export const approvedLooks: Looks = {
  "all-project-servers-enabled": ofSettings((auditInputs) =>
    spotsAt(auditInputs, ["enableAllProjectMcpServers"])
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) =>
        spotFault(spot, "every server that a repository lists is approved unseen", {
          fix: "take the key out and name servers in `enabledMcpjsonServers`",
        }),
      ),
  ),
  "wide-url-rule": ofSettings((auditInputs) =>
    itemsAt(auditInputs, ["allowedMcpServers"]).flatMap(({ document, node }) => {
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
        file: server.file.shown,
        ...placeIn(server.file.text ?? "", start),
        evidence: shownText(key),
        message: `the client does not know \`${key}\`, and nothing is held by it`,
        fix: "take it out; hold servers by `allowedMcpServers`, the sandbox, and rules about `mcp__server__tool`",
      }));
  }),
  "servers-in-settings": ofLint(["key/invented"], (finding) => namedIn(finding) === "mcpServers"),
  "not-owned": (auditInputs) => {
    const file = auditInputs.repository.files.get(".mcp.json");
    if (file === undefined) return notApplicable("there is no `.mcp.json`");
    return expecting(
      () => {
        const owners = codeowners(auditInputs.repository);
        return owners !== undefined && ownersOf(owners, ".mcp.json").length > 0
          ? [owners.file.shown]
          : [];
      },
      {
        message: "`.mcp.json` has no owner, so anybody's change adds a server",
        fix: "add `/.mcp.json @your-org/security` to the CODEOWNERS file",
      },
    )(auditInputs);
  },
  "not-approved": (auditInputs) => {
    const allowed = itemsAt(auditInputs, ["allowedMcpServers"], ["managed"]).map(
      ({ node }) => node,
    );
    if (spotsAt(auditInputs, ["allowedMcpServers"], ["managed"]).length === 0)
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
    )(auditInputs);
  },
  "denied-server-configured": (auditInputs) => {
    const denied = itemsAt(auditInputs, ["deniedMcpServers"], ["managed"]).map(({ node }) => node);
    if (denied.length === 0) return notApplicable("managed settings deny no server");
    return ofServers((server) =>
      server.from !== "managed" && denied.some((entry) => fits(entry, server))
        ? [serverFault(server, "managed settings deny this server", "take it out")]
        : [],
    )(auditInputs);
  },
  "invalid-config": (auditInputs) => {
    const files = [
      auditInputs.repository.files.get(".mcp.json"),
      auditInputs.managed.files.get("managed-mcp.json"),
    ].filter((file) => file !== undefined);
    if (files.length === 0) return notApplicable("there is no file of MCP servers");
    return verdict(
      files.map(({ shown }) => shown),
      files.flatMap((file) => configFaults(file, auditInputs)),
    );
  },
};

function configFaults(file: ServerInput["file"], { json, servers }: AuditInputs): readonly Fault[] {
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

/** Whether an entry of a managed list is about a server. */
function fits(entry: JsonNode, { name, url, command, args }: ServerInput): boolean {
  const wanted = textsIn(memberOf(entry, "serverName"));
  if (wanted.length > 0) return wanted.includes(name);
  const pattern = textsIn(memberOf(entry, "serverUrl"))[0];
  if (pattern !== undefined) return url !== undefined && starsMatch(pattern, url);
  const words = textsIn(memberOf(entry, "serverCommand"));
  if (words.length === 0 || command === undefined) return false;
  return words.join("\0") === [command, ...args].join("\0");
}
