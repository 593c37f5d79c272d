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

/** The release that the catalogue in `data/client` speaks of. */
export const cataloguedClient = {
  packageName: "@anthropic-ai/claude-code-linux-x64",
  version: "2.1.333",
  integrity:
    "sha512-DX5OhLe/2KSF8RhNE+qHfgksGAT4Cn8r9dpq1PNxNcQIg/6XPoOivqOTm3qjHOp0DDJPA01S9xeqSqvD5rV7ig==",
  tarball: "anthropic-ai-claude-code-linux-x64-2.1.333.tgz",
  program: "claude",
  folder: "claude-code-2.1.333",
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

const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,6}$/;

/** The path of a checked `claude` executable, or why there is none on this machine. */
export type ClientBinary =
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

/** The program to take in place of the pinned and of the newest client, where a release is being proven (`npm run client`). */
export function clientToProve(): ClientBinary | undefined {
  const path = process.env["SALLYPORT_TEST_CLIENT"];
  return path === undefined ? undefined : { kind: "ready", path };
}

/**
 * Makes the pinned client, or another release, available and returns its path. Never throws for a machine that cannot
 * have it: no network, another platform and a tarball with another digest all come back as `missing` with the reason.
 * Safe to call from several processes at once.
 */
export async function findClient(
  cache?: string,
  release: PinnedPackage = pinnedClient,
): Promise<ClientBinary> {
  const instead = clientToProve();
  if (release === pinnedClient && cache === undefined && instead !== undefined) return instead;
  if (process.platform !== "linux" || process.arch !== "x64") {
    return missing(
      `the pinned client is for linux x64, this is ${process.platform} ${process.arch}`,
    );
  }
  try {
    return { kind: "ready", path: await fetchProgram(release, cache ?? testCacheDirectory()) };
  } catch (error) {
    return missing(
      `the client could not be fetched: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

let newest: Promise<ClientBinary> | undefined;

/**
 * The newest release that the registry has, by the integrity that it names, or the one to prove; asked for once in a process. It is
 * `missing` with the reason where the registry cannot be asked.
 */
export function newestClient(): Promise<ClientBinary> {
  newest ??= findNewest();
  return newest;
}

async function findNewest(): Promise<ClientBinary> {
  const instead = clientToProve();
  if (instead !== undefined) return instead;
  try {
    return await findClient(testCacheDirectory(), await askRelease());
  } catch (error) {
    return missing(String(error instanceof Error ? error.message : error));
  }
}

/**
 * A release as the registry names it, the newest without `version`. Throws an Error for what is no version, a version that there is
 * not, and a registry that cannot be asked or answers something else.
 */
export async function askRelease(version?: string): Promise<PinnedPackage> {
  if (version !== undefined && !VERSION.test(version))
    throw new Error(
      `\`${version.slice(0, 40)}\` is no version of the client: write three numbers, as 2.1.332`,
    );
  const { packageName } = pinnedClient;
  const wanted = version === undefined ? packageName : `${packageName}@${version}`;
  const asked = ["view", wanted, "version", "dist.integrity", "--json"];
  const stdout = await promisify(execFile)("npm", asked, { timeout: 60_000 }).then(
    (answer) => answer.stdout,
    (error: unknown) => {
      const code = /E404|ETARGET|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.exec(
        String(Object(error).stderr ?? error),
      )?.[0];
      throw new Error(
        code === "E404" || code === "ETARGET"
          ? `the registry has no release ${wanted}`
          : `the registry could not be asked for ${wanted}${code === undefined ? "" : ` (${code})`}`,
      );
    },
  );
  return namedRelease(stdout, version);
}

/** What the registry's answer names. Throws an Error for any other answer than a release of this version with its integrity. */
export function namedRelease(answer: string, wanted: string | undefined): PinnedPackage {
  const told = Object(answer.trim() === "" ? {} : JSON.parse(answer));
  const [version, integrity] = [String(told.version), String(told["dist.integrity"])];
  if (!VERSION.test(version) || (wanted !== undefined && version !== wanted))
    throw new Error(`the registry has no release ${wanted ?? "of the client"}`);
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
    throw new Error(`the registry names no integrity of ${version}`);
  return {
    packageName: pinnedClient.packageName,
    version,
    integrity,
    program: pinnedClient.program,
    tarball: pinnedClient.tarball.replace(pinnedClient.version, version),
    folder: `claude-code-${version}`,
  };
}

function missing(reason: string): ClientBinary {
  return { kind: "missing", reason };
}
