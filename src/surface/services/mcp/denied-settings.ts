// Servers that were cut off, as a drop-in of the client's managed settings: so it does not even start them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { identityDigest, identitySchema, type ServerIdentity } from "#govern/mcp/identity.ts";
import { writeAll } from "#govern/deploy/write-all.ts";
import { readBelow } from "#govern/settings/deploy.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import type { MachinePlaces } from "../deploy/deployment-plan.ts";

/** WHY a file of its own: lists of all drop-ins are united, so nobody else's file is touched. */
const NAME = "90-sallyport-revoked-servers.json";
const SERVERS_MAX = 500;

const fileSchema = v.strictObject({
  deniedMcpServers: v.pipe(v.array(v.unknown()), v.maxLength(SERVERS_MAX)),
});
const itemSchema = v.union([
  v.strictObject({ serverUrl: v.string() }),
  v.strictObject({ serverCommand: v.pipe(v.array(v.string()), v.minLength(1)) }),
]);
type Item = v.InferOutput<typeof itemSchema>;

/** What became of it. `no-rights`: only the administrator can. `foreign`: what lies there is not ours, and nobody touched it. */
export type DeniedSettings = {
  readonly path: string;
  readonly state: "written" | "there" | "no-rights" | "foreign";
};

/** An identity as the client's lists have it. */
export function listItem(identity: ServerIdentity): Item {
  return identity.kind === "url"
    ? { serverUrl: identity.url }
    : { serverCommand: [identity.command, ...identity.args] };
}

/** Adds a server to the drop-in. Throws a Failure `settings-file`. */
export async function denyInSettings(
  identity: ServerIdentity,
  machine: MachinePlaces,
  user: number | undefined = userId(),
): Promise<DeniedSettings> {
  const path = join(machine.directory, "managed-settings.d", NAME);
  if (user !== ADMINISTRATOR) return { path, state: "no-rights" };
  const before = existsSync(path) ? await readBelow(machine.root, path) : undefined;
  const denied = before === undefined ? [] : itemsOf(before.text);
  if (denied === undefined) return { path, state: "foreign" };
  const wanted = identityDigest(identity);
  if (denied.some((one) => identityDigest(identityOf(one)) === wanted))
    return { path, state: "there" };
  const text = `${JSON.stringify({ deniedMcpServers: [...denied, listItem(identity)] }, null, 2)}\n`;
  await writeAll([{ path, before, after: { text, mode: 0o644 } }], {
    root: machine.root,
    isShared: true,
  });
  return { path, state: "written" };
}

function itemsOf(text: string): readonly Item[] | undefined {
  try {
    const { deniedMcpServers } = v.parse(fileSchema, JSON.parse(text));
    return v.parse(v.array(itemSchema), deniedMcpServers);
  } catch {
    return undefined;
  }
}

function identityOf(item: Item): ServerIdentity {
  if ("serverUrl" in item) return { kind: "url", url: item.serverUrl };
  const [command = "", ...args] = item.serverCommand;
  return v.parse(identitySchema, { kind: "command", command, args });
}
