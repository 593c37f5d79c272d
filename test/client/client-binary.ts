// The pinned Claude Code client: where it comes from, and whether this machine can have it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  fetchProgram,
  type PinnedPackage,
  testCacheDirectory,
} from "../../scripts/pinned-package.ts";

/** The client that all figures and all client tests of this repository stand on. */
export const pinnedClient = {
  packageName: "@anthropic-ai/claude-code-linux-x64",
  version: "2.1.328",
  integrity:
    "sha512-KuzL+dBHgDCFTHJxwW+xuBJdVKfBsesGx2BBcTOG9sYDGoAD7b1hUV8rsTS4xjoJsB2SmeGraGjBiFuhrYuC9w==",
  tarball: "anthropic-ai-claude-code-linux-x64-2.1.328.tgz",
  program: "claude",
  folder: "claude-code-2.1.328",
} as const satisfies PinnedPackage;

/** A client that does not know `onFailure`, the newest that Node 20 may install; only `measure-failures.ts` fetches it. */
export const olderClient = {
  packageName: "@anthropic-ai/claude-code-linux-x64",
  version: "2.1.197",
  integrity:
    "sha512-rIlKmrY0QMyHgPRX/MYWNj039vbypICvI9jVe3rs9Xy2RnNklySjyPxqh62QadznzoftEO23uYQ1tFePcQ//bg==",
  tarball: "anthropic-ai-claude-code-linux-x64-2.1.197.tgz",
  program: "claude",
  folder: "claude-code-2.1.197",
} as const satisfies PinnedPackage;

/** The path of a checked `claude` executable, or why there is none on this machine. */
export type ClientBinary =
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

/**
 * Makes the pinned client, or another release, available and returns its path. Never throws for a machine that cannot
 * have it: no network, another platform and a tarball with another digest all come back as `missing` with the reason.
 * Safe to call from several processes at once.
 */
export async function findClient(
  cache: string = testCacheDirectory(),
  release: PinnedPackage = pinnedClient,
): Promise<ClientBinary> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return missing(
      `the pinned client is for linux x64, this is ${process.platform} ${process.arch}`,
    );
  }
  try {
    return { kind: "ready", path: await fetchProgram(release, cache) };
  } catch (error) {
    return missing(
      `the client could not be fetched: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

let newest: Promise<ClientBinary> | undefined;

/**
 * The newest release that the registry has, by the integrity that it names; asked for once in a process. It is `missing` with the
 * reason where the registry cannot be asked.
 */
export function newestClient(): Promise<ClientBinary> {
  newest ??= findNewest();
  return newest;
}

async function findNewest(): Promise<ClientBinary> {
  const { packageName } = pinnedClient;
  try {
    const asked = ["view", packageName, "version", "dist.integrity", "--json"];
    const { stdout } = await promisify(execFile)("npm", asked, { timeout: 60_000 });
    const told = Object(JSON.parse(stdout));
    const [version, integrity] = [told.version, told["dist.integrity"]];
    if (!/^\d+\.\d+\.\d+$/.test(String(version)) || !String(integrity).startsWith("sha512-"))
      return missing("the registry named no newest client");
    return await findClient(testCacheDirectory(), {
      ...{ packageName, version, integrity, program: pinnedClient.program },
      tarball: pinnedClient.tarball.replace(pinnedClient.version, version),
      folder: `claude-code-${version}`,
    });
  } catch (error) {
    return missing(`the registry could not be asked for the newest client: ${String(error)}`);
  }
}

function missing(reason: string): ClientBinary {
  return { kind: "missing", reason };
}
