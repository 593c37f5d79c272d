// How a check of MCP servers looks: at each that is no plugin's, by its entry, its line and its variables.
import { type Fault, type Look, notApplicable, verdict } from "../../check.ts";
import { scalarOf, shownText } from "../../looking.ts";
import type { ServerInput, AuditInputs } from "../../inputs/audit-inputs.ts";
import type { JsonNode } from "#govern/settings/json-text.ts";

/** Servers that are not a plugin's. */
const own = ({ servers }: AuditInputs) => servers.filter(({ from }) => from !== "plugin");

/** The fault of a server's entry. The evidence is its name: what stands beside it may be a secret. */
export function serverFault(
  { file, line, column, name }: ServerInput,
  message: string,
  fix?: string,
): Fault {
  const at = { file: file.shown, line, column, evidence: shownText(`"${name}"`), message };
  return fix === undefined ? at : { ...at, fix };
}

/** A check of servers that are not a plugin's; not applicable without any. */
export function ofServers(
  find: (server: ServerInput, auditInputs: AuditInputs) => readonly Fault[],
): Look {
  return (auditInputs) => {
    const servers = own(auditInputs);
    if (servers.length === 0) return notApplicable("no MCP server is configured here");
    const lookedAt = [...new Set(servers.map(({ file }) => file.shown))];
    return verdict(
      lookedAt,
      servers.flatMap((server) => find(server, auditInputs)),
    );
  };
}

/** What a server starts, as one line. */
export const lineOfServer = ({ command, args }: ServerInput) => [command ?? "", ...args].join(" ");

/** Names and values of a server's variables or headers. */
export function pairsOf(
  node: JsonNode | undefined,
): readonly { name: string; value: string; start: number }[] {
  if (node?.kind !== "object") return [];
  return node.members.flatMap(({ key, start, value }) => {
    const text = scalarOf(value);
    return text === undefined || text === null ? [] : [{ name: key, value: String(text), start }];
  });
}
