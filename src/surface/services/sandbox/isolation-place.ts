// Looks at a machine and a project for a plan of isolation: what programs need, what the policy hides and keeps, where git keeps its data.
import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isWithin } from "#base/path.ts";
import { Failure } from "#base/failure.ts";
import type { IsolationPlace } from "#govern/sandbox/isolation-plan.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { homeDirectory, userId } from "#platform/user.ts";
import { packageRoot } from "../../foundation/product/product.ts";
import { createPlaceFinder } from "../hold/places/found-places.ts";

/** Folders at the top of the system in which programs and their libraries lie. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix"];
/** Files of `/etc` without which programs do not start, do not trust anybody, or do not know the time. None has a secret. */
const CONFIGURATION = [
  ...["alternatives", "ca-certificates", "ca-certificates.conf", "ssl/certs", "ssl/openssl.cnf"],
  ...["pki", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "timezone", "mime.types"],
  ...["nsswitch.conf", "passwd", "group", "hosts", "host.conf", "protocols", "services"],
  ...["os-release", "debian_version", "terminfo", "java-17-openjdk", "python3", "python3.11"],
].map((name) => `/etc/${name}`);
const SEARCHED = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];
const GIT_FILE_CHARS_MAX = 4_096;

/** Looks. Throws a Failure where not all of the project can be looked at: what was not seen cannot be hidden. */
export function isolationPlace(
  project: string,
  {
    policy,
    program,
    nowMs,
  }: { readonly policy: Policy; readonly program: string; readonly nowMs: number },
): IsolationPlace {
  const home = homeDirectory();
  const found = createPlaceFinder().find({ policy, projectRoot: project, home, nowMs });
  if (found.missing !== undefined)
    throw new Failure(
      "sandbox-plan",
      `not all of the project can be looked at (${found.missing}), so no plan is made: what is not seen cannot be hidden`,
    );
  const inProject = (path: string) => isWithin(project, path) && existsSync(path);
  const gitDirectories = found.repositories.map(({ gitDirectory }) => realGit(gitDirectory));
  const tools = toolsOf(program, home);
  return {
    project,
    home,
    user: userId() ?? 0,
    hiddenFiles: found.hiddenFiles.map(({ path }) => path).filter(inProject),
    hiddenDirectories: found.hiddenDirectories.filter(inProject),
    kept: [
      ...new Set([
        ...found.kept,
        ...gitDirectories.flatMap((git) => [join(git, "hooks"), join(git, "config")]),
      ]),
    ].filter((path) => existsSync(path)),
    gitOutside: [...new Set(gitDirectories.filter((path) => !isWithin(project, path)))],
    system: SYSTEM.flatMap((path) => {
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status === undefined) return [];
      return status.isSymbolicLink() ? [{ path, link: readlinkSync(path) }] : [{ path }];
    }),
    configuration: CONFIGURATION.filter((path) => existsSync(path)),
    tools,
    searchPath: [dirname(program), ...SEARCHED].filter(
      (path, place, all) => all.indexOf(path) === place && existsSync(path),
    ),
  };
}

/** What runs this program, where the system's folders do not have it. */
function toolsOf(program: string, home: string): readonly string[] {
  const node = dirname(dirname(realpathSync(program)));
  const own = packageRoot().replace(/\/$/, "");
  // WHY with what lies beside it: an installed package finds its dependencies there.
  const installed = /^(.*\/node_modules)\/[^/]+$/.exec(own)?.[1] ?? own;
  return [node, installed].filter(
    (path) =>
      path !== "/" &&
      path !== home &&
      !SYSTEM.some((folder) => isWithin(folder, path)) &&
      statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

/** Where git keeps a repository's data: a file in its place names it, and a working tree shares that of its repository. */
function realGit(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return shared(path);
  const text = readFileSync(path, "utf8").slice(0, GIT_FILE_CHARS_MAX);
  const named = /^gitdir:\s*(.+?)\s*$/m.exec(text)?.[1];
  return named === undefined ? path : shared(resolve(dirname(path), named));
}

function shared(path: string): string {
  return path.replace(/\/worktrees\/[^/]+$/, "");
}
