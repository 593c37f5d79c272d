// A view of the machine in which one run finds managed settings of its own above everybody's: a mount namespace that nobody else sees.
import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { Failure } from "#base/failure.ts";
import { isContainer } from "#platform/container.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { thisSystem } from "#platform/system.ts";
import { launchError } from "../canary/private-view.ts";
import { canRead } from "../canary/readable-copy.ts";

const DIRECTORY = MANAGED_DIRECTORY.linux;
/** Where ours go beside managed settings that are there already: of drop-ins the last one counts. */
const DROP_IN = "managed-settings.d/95-sallyport-run.json";

/** The beginning of a command line under which the managed directory holds what was given, until `close`. */
export type ManagedView = { readonly wrapper: readonly string[]; close(): void };

/**
 * Makes the view in `room`, a folder of this run's own. Managed settings of the machine stay, and ours stand beside them as the
 * last drop-in. Throws a Failure `ci-managed` where this machine gives no such view: without it the checkout's settings count.
 */
export async function openManagedView(room: string, settings: string): Promise<ManagedView> {
  const system = thisSystem();
  if (system !== "linux" && system !== "wsl")
    throw new Failure(
      "ci-managed",
      "a run gets managed settings of its own on Linux only: run it on a Linux runner or in a container",
    );
  const managed = join(room, "managed");
  const isThere = existsSync(DIRECTORY);
  if (isThere) await cp(DIRECTORY, managed, { recursive: true });
  const name = existsSync(join(managed, "managed-settings.json"))
    ? DROP_IN
    : "managed-settings.json";
  const file = join(managed, name);
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await writeFile(file, settings, { mode: 0o644 });
  await chmod(file, 0o644);
  const steps = isThere ? [] : [await copyOfSettings(room)];
  const mounts = [...steps.map((etc) => [etc, "/etc"] as const), [managed, DIRECTORY] as const];
  const script = `mount --make-rprivate / && ${mounts.map(() => 'mount --bind "$1" "$2" && shift 2 && ').join("")}exec "$@"`;
  const flags = userId() === ADMINISTRATOR ? ["-m"] : ["-r", "-m"];
  const wrapper = ["unshare", ...flags, "sh", "-c", script, "sh", ...mounts.flat()];
  const seen = await launchError([...wrapper, "cmp", "-s", file, join(DIRECTORY, name)]);
  if (seen === undefined) return { wrapper, close: () => undefined };
  if (!isThere && userId() === ADMINISTRATOR && isContainer()) return inContainer(settings);
  throw new Failure(
    "ci-managed",
    `this machine gives no view in which managed settings of the run's own hold (${seen}): run as root, in a container that may mount, or allow user namespaces (\`sysctl kernel.apparmor_restrict_unprivileged_userns=0\`)`,
  );
}

/** WHY in place: a container that may not mount is thrown away, and its administrator is this run alone. */
function inContainer(settings: string): ManagedView {
  mkdirSync(DIRECTORY, { mode: 0o755 });
  writeFileSync(join(DIRECTORY, "managed-settings.json"), settings, { mode: 0o644 });
  return { wrapper: [], close: () => rmSync(DIRECTORY, { recursive: true, force: true }) };
}

/** WHY a copy of `/etc`: the managed directory need not exist, and is not made on the machine. What cannot be read is left out. */
async function copyOfSettings(room: string): Promise<string> {
  const etc = join(room, "etc");
  await cp("/etc", etc, {
    recursive: true,
    verbatimSymlinks: true,
    errorOnExist: false,
    filter: canRead,
  });
  await mkdir(join(etc, "claude-code"), { recursive: true });
  return etc;
}
