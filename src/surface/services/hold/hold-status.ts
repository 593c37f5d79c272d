// Whether this machine can hold a call: the programs that it takes, and a command that was really run in a profile like a call's.
import { execFile } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { quotedForShell } from "#base/shell-quoting.ts";
import { WAITS } from "#base/waits.ts";
import { LEAST_OPTIONS } from "#guard/hold/profile.ts";
import { type SystemKind, thisSystem } from "#platform/system.ts";
import { bootId } from "#platform/boot.ts";
import { isContainer } from "#platform/container.ts";
import { namespaceBan, userNamespacesMax } from "#platform/namespaces.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import { findSandboxProgram } from "../containment/sandbox-programs.ts";

/** The programs that hold calls. `join` are those by which calls of a session share a network; undefined where they are not there. */
export type HoldPrograms = {
  readonly bwrap: string;
  readonly join: { readonly nsenter: string; readonly unshare: string } | undefined;
};

/** What of holding works here. `repair` is one command, or words where no command repairs it. */
export type HoldStatus =
  | { readonly works: true; readonly programs: HoldPrograms }
  | { readonly works: false; readonly why: string; readonly repair: string };

const PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";
/** WHY so long: what is not proven in it counts as what does not work here. */
const PROBE_MS_MAX = WAITS.payloadMs;

/**
 * Looks for the programs and runs a command in a profile, unless that was done before with the same programs since the
 * machine started: `memory` is a file that remembers it. Never rejects.
 */
export async function holdStatus(memory?: string): Promise<HoldStatus> {
  const system = thisSystem();
  const elsewhere = standingElsewhere(system);
  if (elsewhere !== undefined) return elsewhere;
  const bwrap = findSandboxProgram("bwrap", undefined, PATH);
  if (typeof bwrap === "string")
    return bwrap.endsWith("`PATH`")
      ? not("bubblewrap is not installed", "sudo apt-get install -y bubblewrap")
      : not(bwrap, "sudo apt-get install --reinstall -y bubblewrap");
  // WHY not tried: what is left of that one waits for ever (measured with 0.8). For the administrator it gains nothing.
  if (userId() !== ADMINISTRATOR && isSetuid(bwrap.path)) return setuid(bwrap.path);
  // WHY the ban as well: an administrator may forbid it while the machine runs.
  const proof = [bwrap.identity, bootId(), namespaceBan() ?? "none", String(userId())].join(" ");
  if (memory === undefined || readTextSync(memory) !== proof) {
    const trouble = await probe(bwrap.path);
    if (trouble !== undefined) return trouble;
    if (memory !== undefined) remember(memory, proof);
  }
  const [nsenter, unshare] = ["nsenter", "unshare"].map((name) =>
    findSandboxProgram(name, undefined, PATH),
  );
  const canJoin = typeof nsenter === "object" && typeof unshare === "object";
  const join = canJoin ? { nsenter: nsenter.path, unshare: unshare.path } : undefined;
  return { works: true, programs: { bwrap: bwrap.path, join } };
}

function isSetuid(path: string): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o4000) !== 0;
}

/** Where no call is held, whatever is installed; undefined on Linux. */
export function standingElsewhere(system: SystemKind): HoldStatus | undefined {
  const own = "use the client's own sandbox here: `/sandbox`";
  switch (system) {
    case "linux":
    case "wsl":
      return undefined;
    case "macos":
      return not(
        "holding is not measured on macOS, so it is off there",
        `${own}; \`sallyport explain --seatbelt 'COMMAND'\` prints a profile to try by hand`,
      );
    default:
      return not("calls are held on Linux only", own);
  }
}

function remember(file: string, proof: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeOwnFile(file, proof, 0o600);
  } catch {
    // The next process tries it again.
  }
}

/** Runs a command as a call would be; undefined where it ran. */
async function probe(program: string): Promise<HoldStatus | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      program,
      [...LEAST_OPTIONS, "--", "/bin/sh", "-c", "echo held"],
      { cwd: "/", env: { PATH }, timeout: PROBE_MS_MAX, killSignal: "SIGKILL" },
    );
    return stdout.trim() === "held"
      ? undefined
      : not("a command that was held said nothing", "run `bwrap --ro-bind / / true` to see why");
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : "";
    return whyNotHeld({
      said,
      ban: namespaceBan(),
      isContainer: isContainer(),
      namespacesMax: userNamespacesMax(),
      program,
    });
  }
}

/** What of the machine tells why bubblewrap did not run. */
export type Hindrance = {
  /** What bubblewrap said. */
  readonly said: string;
  readonly ban: ReturnType<typeof namespaceBan>;
  readonly isContainer: boolean;
  /** User namespaces that the kernel allows; undefined where it does not tell. */
  readonly namespacesMax: number | undefined;
  /** Its file. */
  readonly program: string;
};

/** A reason, and what repairs it. The messages of bubblewrap 0.8 and 0.12 are those of docs/design/hold.md. */
export function whyNotHeld({
  said,
  ban,
  isContainer,
  namespacesMax,
  program,
}: Hindrance): HoldStatus {
  if (/setuid/.test(said)) return setuid(program);
  if (/unknown option/i.test(said))
    return not("this bubblewrap is too old: 0.8 or newer is needed", "install a newer bubblewrap");
  if (isContainer)
    return /mount proc/.test(said)
      ? not(
          "this container hides parts of `/proc`, so no other can be mounted",
          "start the container with `--security-opt systempaths=unconfined` (Podman: `--security-opt unmask=ALL`)",
        )
      : not("no namespace can be made in this container", CONTAINER);
  if (ban === "apparmor")
    return not(
      "this system lets no program of yours make a user namespace (AppArmor)",
      "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    );
  if (ban === "sysctl")
    return not(
      "this system lets no program of yours make a user namespace",
      "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    );
  if (namespacesMax === 0)
    return not(
      "this system allows no user namespaces",
      "sudo sysctl -w user.max_user_namespaces=15000",
    );
  if (/ENOSPC|nesting depth/.test(said))
    return not(
      "no more user namespaces can be made here: this looks like another sandbox, or all are taken",
      "run it outside of that sandbox, or `sudo sysctl -w user.max_user_namespaces=15000`",
    );
  if (/uid map|Operation not permitted|Permission denied|No permissions to creat/.test(said))
    return not("no namespace can be made here: this looks like a container", CONTAINER);
  return not("bubblewrap does not run here", "run `bwrap --ro-bind / / true` to see why");
}

/** Such a program refuses what a profile needs. */
function setuid(program: string): HoldStatus {
  return not(
    "bubblewrap is installed with the rights of the administrator, and cannot hold calls so",
    `sudo chmod u-s ${quotedForShell(program)}`,
  );
}

const CONTAINER =
  "start the container with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`";

function not(why: string, repair: string): HoldStatus {
  return { works: false, why, repair };
}
