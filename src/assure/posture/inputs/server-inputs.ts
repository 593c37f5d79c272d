// Servers of the Model Context Protocol as an audit sees them: every one that a file declares, with its identity.
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";
import { textOf } from "#govern/settings/lint/document.ts";
import {
  filesMatching,
  type SeenFile,
  type ServerInput,
  type AuditInputs,
} from "./audit-inputs.ts";

type Base = Pick<AuditInputs, "repository" | "home" | "managed" | "json">;

/** Servers that one audit lists. */
const SERVERS_MAX = 2_000;

/** All servers: of the repository, its plugins, the person, and of managed settings. */
export function serverInputs(base: Base): readonly ServerInput[] {
  const { repository, home, managed } = base;
  const found: ServerInput[] = [];
  const add = (from: ServerInput["from"], file: SeenFile | undefined) => {
    if (file === undefined) return;
    const root = base.json(file);
    for (const list of [memberOf(root, "mcpServers"), ...ofProjects(root)])
      found.push(...serversIn(from, file, list));
  };
  add("managed", managed.files.get("managed-mcp.json"));
  for (const file of filesMatching(repository, /(?:^|\/)\.mcp\.json$/))
    add(file.path === ".mcp.json" ? "project" : "plugin", file);
  for (const file of filesMatching(repository, /(?:^|\/)\.claude-plugin\/plugin\.json$/))
    add("plugin", file);
  add("user", home.files.get(".claude.json"));
  add("user", home.files.get(".claude/.mcp.json"));
  return found.slice(0, SERVERS_MAX);
}

/** The client keeps servers of one project by its path in a person's own file. */
function ofProjects(root: JsonNode | undefined): readonly JsonNode[] {
  const projects = memberOf(root, "projects");
  if (projects?.kind !== "object") return [];
  return projects.members.flatMap(({ value }) => memberOf(value, "mcpServers") ?? []);
}

function serversIn(
  from: ServerInput["from"],
  file: SeenFile,
  list: JsonNode | undefined,
): readonly ServerInput[] {
  if (list?.kind !== "object") return [];
  return list.members.map(({ key: name, start, value: node }): ServerInput => {
    const command = textOf(memberOf(node, "command"));
    const url = textOf(memberOf(node, "url"));
    return {
      from,
      file,
      ...placeIn(file.text ?? "", start),
      name,
      node,
      type: textOf(memberOf(node, "type")) ?? (url === undefined ? "stdio" : "http"),
      command,
      args: textsOf(memberOf(node, "args")),
      url: url === undefined ? undefined : bareAddress(url),
      env: namesOf(memberOf(node, "env")),
      headers: namesOf(memberOf(node, "headers")),
    };
  });
}

function textsOf(node: JsonNode | undefined): readonly string[] {
  return node?.kind === "array" ? node.elements.flatMap((one) => textOf(one) ?? []) : [];
}

function namesOf(node: JsonNode | undefined): readonly string[] {
  return node?.kind === "object" ? node.members.map(({ key }) => key) : [];
}

/** An address without user, password, query and fragment: those may be secrets. */
export function bareAddress(text: string): string {
  const cut = text.replace(/[?#].*$/s, "");
  return cut.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/@]*@/, "$1");
}
