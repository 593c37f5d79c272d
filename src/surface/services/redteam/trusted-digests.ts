// Digests of what people trust beside the policy: MCP servers as they were approved, and code in the client as it lies there.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import type { Context } from "#assure/redteam/standing.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openStatements } from "../exceptions/statements.ts";
import { openCatalog } from "../mcp/catalog.ts";
import { findMods } from "../mods/find-mods.ts";

/** `pins`: the approvals of MCP servers that count in a project; `mods`: the code that the client loads there. */
export function trustedDigests(
  directories: Directories,
  { root, home, nowMs }: { readonly root: string; readonly home: string; readonly nowMs: number },
): Pick<Context, "pins" | "mods"> {
  const mods = findMods({ directories: [root], config: join(home, ".claude") });
  return {
    pins: pinsOf(directories, root, nowMs),
    mods: digestOf(mods.map(({ digest }) => digest)),
  };
}

function pinsOf(directories: Directories, root: string, nowMs: number): string {
  try {
    const entries = openCatalog(directories, openStatements(directories)).entries(root, nowMs);
    const inForce = entries.filter(({ isInForce }) => isInForce);
    return digestOf(inForce.flatMap(({ status }) => status.receipt.statement.digest ?? []));
  } catch (cause) {
    // What cannot be read is another state than any that can.
    if (cause instanceof Failure) return "unreadable";
    throw cause;
  }
}

function digestOf(digests: readonly string[]): string {
  if (digests.length === 0) return "none";
  return createHash("sha256")
    .update([...digests].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}
