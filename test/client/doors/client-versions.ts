// The releases of the client in which doors are tried, and how one of any version is had.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  type ClientBinary,
  clientToProve,
  findClient,
  newestClient,
  olderClient,
  pinnedClient,
} from "../client-binary.ts";
import { testCacheDirectory } from "../../../scripts/pinned-package.ts";

/** Those of the page, the newest of them first. */
export const pageVersions: readonly string[] = [
  "2.1.333",
  "2.1.332",
  pinnedClient.version,
  olderClient.version,
];

/** Those tried when none is named: the newest one that the registry has, or the one to prove, and the pinned one. */
export async function plainVersions(): Promise<readonly string[]> {
  const newest = versionOf(await newestClient());
  return [...new Set([newest ?? pinnedClient.version, pinnedClient.version])];
}

/** By the folder that it lies in. */
function versionOf(client: ClientBinary): string | undefined {
  return client.kind === "ready" ? /claude-code-(\d+\.\d+\.\d+)/.exec(client.path)?.[1] : undefined;
}

/** The client of a version, by the integrity that this repository or else the registry names. */
export async function findVersion(version: string): Promise<ClientBinary> {
  const proved = clientToProve();
  if (proved !== undefined && versionOf(proved) === version) return proved;
  const known = [pinnedClient, olderClient].find((release) => release.version === version);
  if (known !== undefined) return await findClient(testCacheDirectory(), known);
  if (!/^\d+\.\d+\.\d+$/.test(version))
    return { kind: "missing", reason: "a version is `2.1.332`" };
  const asked = ["view", `${pinnedClient.packageName}@${version}`, "dist.integrity", "--json"];
  const integrity = await promisify(execFile)("npm", asked, { timeout: 60_000 }).then(
    ({ stdout }) => String(JSON.parse(stdout)),
    () => "",
  );
  if (!integrity.startsWith("sha512-"))
    return { kind: "missing", reason: "the registry has no such release" };
  return await findClient(testCacheDirectory(), {
    packageName: pinnedClient.packageName,
    version,
    integrity,
    program: pinnedClient.program,
    tarball: pinnedClient.tarball.replace(pinnedClient.version, version),
    folder: `claude-code-${version}`,
  });
}
