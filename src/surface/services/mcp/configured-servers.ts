// The MCP servers that the client's files name for a project: where each stands, and who it is.
import { join, relative } from "node:path";
import * as v from "valibot";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { headersIn, identityBehind } from "#govern/mcp/wrapped.ts";
import { installedPlugins } from "../mods/find-mods.ts";
import { managedDirectory } from "../projects/settings-variables.ts";
import { keptFiles } from "./kept-texts.ts";

/** Bytes of one file of the client; its own grows with every project. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** Servers of one file. */
const SERVERS_MAX = 500;

/** A server as a file names it. */
export type ConfiguredServer = {
  /** As the client names it: a plugin's is `plugin:<plugin>:<name>`. */
  readonly name: string;
  readonly from: "managed" | "local" | "project" | "user" | "plugin";
  readonly file: string;
  readonly identity: ServerIdentity;
  readonly transport: string;
  /** Names of the variables and headers that it gets. */
  readonly given: readonly string[];
  /** Variables with their values, for starting it; never shown. */
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether its entry leads through our gateway; all else here is of the server behind it. */
  readonly isBehindGateway: boolean;
};

/** A file that names servers and cannot be read. */
export type UnreadFile = { readonly file: string };

export type Inventory = {
  readonly servers: readonly ConfiguredServer[];
  readonly unread: readonly UnreadFile[];
};

/** Where the client reads. */
export type ServerPlaces = {
  readonly root: string;
  readonly home: string;
  /** The client's configuration directory. */
  readonly config: string;
  /** Where managed files lie; the system's place unless given. */
  readonly managed?: string;
};

const texts = v.record(v.string(), v.string());
const serverSchema = v.looseObject({
  type: v.optional(v.string()),
  command: v.optional(v.string()),
  args: v.optional(v.array(v.string())),
  url: v.optional(v.string()),
  env: v.optional(texts),
  headers: v.optional(texts),
});
const serversSchema = v.record(v.string(), v.unknown());
const fileSchema = v.looseObject({
  mcpServers: v.optional(serversSchema),
  projects: v.optional(
    v.record(v.string(), v.looseObject({ mcpServers: v.optional(serversSchema) })),
  ),
});
type McpFile = v.InferOutput<typeof fileSchema>;

/** Builds the look. Files are read again when they changed. Never throws. */
export function createServerLook(): (places: ServerPlaces) => Inventory {
  const read = keptFiles(FILE_BYTES_MAX, (bytes): McpFile | undefined => {
    try {
      const parsed = v.safeParse(
        fileSchema,
        JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, "")),
      );
      return parsed.success ? parsed.output : undefined;
    } catch {
      return undefined;
    }
  });
  const made = new WeakMap<object, Map<string, readonly ConfiguredServer[]>>();
  return (places) => {
    const servers: ConfiguredServer[] = [];
    const unread: UnreadFile[] = [];
    const add = (
      from: ConfiguredServer["from"],
      file: string,
      pick: (value: McpFile) => McpFile["mcpServers"],
      plugin?: { readonly name: string; readonly folder: string },
    ): void => {
      const value = read(file);
      if (value === "unreadable") unread.push({ file });
      if (value === undefined || value === "unreadable") return;
      const list = pick(value);
      if (list === undefined) return;
      // WHY kept with the list: it is the same one as long as its file is, and this is asked with every call of a server.
      const known = made.get(list) ?? new Map<string, readonly ConfiguredServer[]>();
      made.set(list, known);
      const key = [from, file, plugin?.name, plugin?.folder].join("\0");
      const own = known.get(key) ?? serversIn(list, { from, file, ...(plugin ? { plugin } : {}) });
      known.set(key, own);
      servers.push(...own);
    };
    const { root, home, config, managed = managedDirectory() } = places;
    add("managed", join(managed, "managed-mcp.json"), ({ mcpServers }) => mcpServers);
    add("project", join(root, ".mcp.json"), ({ mcpServers }) => mcpServers);
    for (const file of new Set([join(home, ".claude.json"), join(config, ".claude.json")])) {
      add("user", file, ({ mcpServers }) => mcpServers);
      add("local", file, ({ projects }) => projects?.[root]?.mcpServers);
    }
    for (const plugin of installedPlugins(config, [root])) {
      add("plugin", join(plugin.folder, ".mcp.json"), asServers, plugin);
      const manifest = join(plugin.folder, ".claude-plugin", "plugin.json");
      add("plugin", manifest, ({ mcpServers }) => mcpServers, plugin);
    }
    const unique = new Map(unread.map((one) => [one.file, one]));
    return { servers, unread: [...unique.values()] };
  };
}

/** A plugin's list may stand without the key around it. */
function asServers(value: McpFile): McpFile["mcpServers"] {
  return value.mcpServers ?? value;
}

function serversIn(
  list: NonNullable<McpFile["mcpServers"]>,
  {
    from,
    file,
    plugin,
  }: {
    readonly from: ConfiguredServer["from"];
    readonly file: string;
    readonly plugin?: { readonly name: string; readonly folder: string };
  },
): readonly ConfiguredServer[] {
  return Object.entries(list)
    .slice(0, SERVERS_MAX)
    .flatMap(([name, value]) => {
      const parsed = v.safeParse(serverSchema, value);
      if (!parsed.success) return [];
      const { type, command, args = [], url, env = {}, headers = {} } = parsed.output;
      const place = (text: string) =>
        plugin === undefined ? text : text.replaceAll("${CLAUDE_PLUGIN_ROOT}", plugin.folder);
      const started =
        command === undefined
          ? undefined
          : { kind: "command" as const, command: place(command), args: args.map(place) };
      const behind = started && identityBehind(started, Object.keys(env));
      const identity: ServerIdentity | undefined =
        behind ?? started ?? (url === undefined ? undefined : { kind: "url", url });
      if (identity === undefined) return [];
      const isRemote = behind?.kind === "url";
      const told = isRemote ? headersIn(env) : headers;
      const variables = isRemote ? {} : env;
      return [
        {
          name: plugin === undefined ? name : `plugin:${plugin.name}:${name}`,
          from,
          file,
          identity,
          isBehindGateway: behind !== undefined,
          transport: isRemote ? "http" : (type ?? (identity.kind === "url" ? "http" : "stdio")),
          given: [...Object.keys(variables), ...Object.keys(told)],
          env: variables,
          headers: told,
        },
      ];
    });
}

/** A file as it is shown: below the project or the home where it lies there. */
export function shownFile(
  file: string,
  { root, home }: Pick<ServerPlaces, "root" | "home">,
): string {
  const inRoot = relative(root, file);
  if (!inRoot.startsWith("..")) return inRoot;
  return file.startsWith(`${home}/`) ? `~/${file.slice(home.length + 1)}` : file;
}
