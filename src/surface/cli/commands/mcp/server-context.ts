// What every command about MCP servers begins with: the project, the catalog, the servers that files name, and the one that is meant.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { identityDigest, identityWords } from "#govern/mcp/identity.ts";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { openStatements, type StatementStore } from "../../../services/exceptions/statements.ts";
import { type Catalog, type CatalogEntry, openCatalog } from "../../../services/mcp/catalog.ts";
import {
  type ConfiguredServer,
  createServerLook,
  type Inventory,
} from "../../../services/mcp/configured-servers.ts";
import { guardingOf } from "../../../services/projects/guarded-project.ts";
import { inspectServer, type Inspection } from "../../../services/mcp/inspect-server.ts";

export const placeOption = {
  project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
} as const;

/** How a server may be looked at. */
export const lookOptions = {
  network: {
    type: "boolean",
    description: "let a server that is started reach the network, as npx and uvx need",
  },
  unisolated: {
    type: "boolean",
    description: "start it with your rights, without the sandbox",
  },
} as const;

export type ServerContext = {
  readonly root: string;
  readonly home: string;
  readonly directories: Directories;
  readonly statements: StatementStore;
  readonly catalog: Catalog;
  readonly inventory: Inventory;
  readonly entries: readonly CatalogEntry[];
  readonly nowMs: number;
};

type Given = { readonly project?: string | undefined; readonly data?: string | undefined };

/** Reads all of it. Throws a Failure `usage` where there is no such folder, and those of the catalog. */
export function serverContext(args: Given): ServerContext {
  const directories = directoriesIn(args.data ?? dataDirectory());
  const root = projectDirectory(args);
  const home = homeDirectory();
  const statements = openStatements(directories);
  const catalog = openCatalog(directories, statements);
  const config = process.env["CLAUDE_CONFIG_DIR"] ?? join(home, ".claude");
  const inventory = createServerLook()({ root, home, config });
  const nowMs = Date.now();
  const entries = catalog.entries(root, nowMs);
  return { root, home, directories, statements, catalog, inventory, entries, nowMs };
}

/** The project that is meant: the guarded one that holds the directory, else the directory. Throws a Failure `usage`. */
export function projectDirectory(args: Given): string {
  const directory = namedDirectory(args.project ?? process.cwd());
  const directories = directoriesIn(args.data ?? dataDirectory());
  return guardingOf(directories, directory)?.project.root ?? directory;
}

/** A server that was named: by a file of the client, by an entry, or both. */
export type NamedServer = {
  readonly name: string;
  readonly identity: ServerIdentity;
  readonly configured: ConfiguredServer | undefined;
  readonly entry: CatalogEntry | undefined;
};

/** The server that a name means. Throws a Failure `usage` where there is none, or where files name different ones. */
export function namedServer(context: ServerContext, name: string): NamedServer {
  const configured = context.inventory.servers.filter((one) => one.name === name);
  const identities = new Set(configured.map(({ identity }) => identityDigest(identity)));
  if (identities.size > 1)
    throw new Failure(
      "usage",
      `different files name different servers \`${printable(name)}\`: ${configured.map(({ file, identity }) => `${printable(file)} (${printable(identityWords(identity))})`).join(", ")}; take out all but one`,
    );
  const [first] = configured;
  const entry =
    first === undefined
      ? context.entries.find((one) => one.entry.name === name)
      : context.entries.find((one) => one.identity === identityDigest(first.identity));
  const identity = first?.identity ?? entry?.entry.identity;
  if (identity === undefined)
    throw new Failure(
      "usage",
      `there is no MCP server \`${printable(name)}\` here; \`sallyport mcp list\` shows them`,
    );
  return { name, identity, configured: first, entry };
}

/** Looks at a server as the options say. */
export function lookAt(
  { identity, configured }: Pick<NamedServer, "identity" | "configured">,
  { home, directories, root }: Pick<ServerContext, "home" | "directories" | "root">,
  args: { readonly network?: boolean | undefined; readonly unisolated?: boolean | undefined },
): Promise<Inspection> {
  return inspectServer(identity, {
    room: {
      home,
      data: directories.root,
      directory: root,
      network: args.network === true,
      environment: process.env,
      given: filled(configured?.env ?? {}),
    },
    unisolated: args.unisolated === true,
    headers: filled(configured?.headers ?? {}),
  });
}

/** Headers or variables with the variables of this process in place of `${NAME}`, as the client fills them. */
function filled(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replaceAll(
        /\$\{(\w+)(?::-([^}]*))?\}/g,
        (_, variable: string, otherwise: string | undefined) =>
          process.env[variable] ?? otherwise ?? "",
      ),
    ]),
  );
}
