// Trials with rights: what the kernel says of this process, namespaces and rights that programs could get, other processes, devices, mounts.
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { isWithin } from "#base/path.ts";
import type { Trial } from "#govern/sandbox/probe-report.ts";
import {
  followScope,
  GRAVE_DEVICES,
  KERNEL_SETTINGS,
  otherProcesses,
  ownRights,
  userOfStarted,
  writableMounts,
} from "#platform/own-rights.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { failed, type FileTrials } from "./file-trials.ts";

const RUN_MS_MAX = 2_000;
const LOOK_MS = 5;
const PROCESSES_MAX = 128;
const DISKS_MAX = 32;
const MOUNTS_MAX = 128;
const SCRATCH = ["/tmp", "/var/tmp", "/dev"];

/** Whether any program may write in a place, and nobody obeys what lies there. */
export function isScratch(path: string): boolean {
  return SCRATCH.some((place) => isWithin(place, path));
}

/** What the kernel says of this process. */
export function ownRightsTrials(): readonly Trial[] {
  const { capabilities, noNewPrivileges, seccomp } = ownRights();
  const id = userId();
  const look = (
    area: Trial["area"],
    target: string,
    isOpen: boolean | undefined,
    note: string,
  ): Trial => ({
    area,
    act: "look",
    target,
    ...(isOpen === undefined
      ? { outcome: "unknown", note: "the system does not tell" }
      : { outcome: isOpen ? "reachable" : "refused", note }),
  });
  return [
    look("root", "user id", id === undefined ? undefined : id === ADMINISTRATOR, `user id ${id}`),
    look(
      "capabilities",
      "capabilities",
      capabilities === undefined ? undefined : capabilities.length > 0,
      capabilities?.join(", ") || "none",
    ),
    look(
      "privileges",
      "no_new_privs",
      noNewPrivileges === undefined ? undefined : !noNewPrivileges,
      noNewPrivileges === true ? "set" : "not set",
    ),
    look(
      "seccomp",
      "filter of system calls",
      seccomp === undefined ? undefined : seccomp === 0,
      seccomp === 0 ? "none" : "there is one",
    ),
  ];
}

/** Makes a user namespace, and runs a program that has its owner's rights. */
export async function gainTrials(): Promise<readonly Trial[]> {
  const unshare = firstOf(["/usr/bin/unshare", "/bin/unshare"]);
  const namespaces = { area: "namespaces", act: "run", target: "unshare --user" } as const;
  const setuid = { area: "setuid", act: "run", target: "passwd" } as const;
  const passwd = firstOf(["/usr/bin/passwd", "/bin/passwd"]);
  return Promise.all([
    unshare === undefined
      ? { ...namespaces, outcome: "unknown", note: "there is no `unshare` to try it with" }
      : run(unshare, ["--user", "true"]).then((ended) => ({ ...namespaces, ...ended })),
    setuidTrial(setuid, passwd),
  ]);
}

/** WHY this program: it is there everywhere, waits for a password, and does nothing until it gets one. It is ended before. */
function setuidTrial(
  base: Pick<Trial, "area" | "act" | "target">,
  program: string | undefined,
): Promise<Trial> {
  const mode = program === undefined ? undefined : statSync(program).mode;
  if (program === undefined || mode === undefined || (mode & 0o4000) === 0)
    return Promise.resolve({
      ...base,
      outcome: "absent",
      note: "there is no program with rights of its owner",
    });
  return new Promise((settle) => {
    const child = spawn(program, [], { stdio: ["pipe", "ignore", "ignore"], env: {} });
    const endsAt = monotonicMs() + RUN_MS_MAX;
    const end = (ending: Pick<Trial, "outcome" | "errno" | "note">) => {
      clearInterval(timer);
      child.kill("SIGKILL");
      settle({ ...base, ...ending });
    };
    const timer = setInterval(() => {
      const user = userOfStarted("passwd");
      if (user !== undefined)
        end(
          user.effective === user.real
            ? { outcome: "refused", note: `it runs as user ${user.real}` }
            : { outcome: "reachable", note: `it runs with rights of user ${user.effective}` },
        );
      else if (monotonicMs() > endsAt) end({ outcome: "unknown" });
    }, LOOK_MS);
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => end(failed(error)));
    child.on("exit", () => end({ outcome: "unknown", note: "it ended by itself" }));
  });
}

function firstOf(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

/** Words of the C library for errors, as programs print them. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/Operation not permitted/, "EPERM"],
  [/Permission denied/, "EACCES"],
  [/No space left/, "ENOSPC"],
  [/Invalid argument/, "EINVAL"],
  [/not implemented/, "ENOSYS"],
];

function run(
  program: string,
  words: readonly string[],
): Promise<Pick<Trial, "outcome" | "errno" | "note">> {
  return new Promise((settle) => {
    const options = { timeout: RUN_MS_MAX, env: { LC_ALL: "C" }, maxBuffer: 64 * 1024 } as const;
    execFile(program, [...words], { ...options, killSignal: "SIGKILL" }, (error, _, said) => {
      if (error === null) return settle({ outcome: "reachable" });
      if (error.killed === true) return settle({ outcome: "unknown", note: "it did not end" });
      const errno = SAID.find(([pattern]) => pattern.test(said))?.[1];
      return settle({ outcome: "refused", ...(errno === undefined ? {} : { errno }) });
    });
  });
}

/** Opens what the system shows of other processes: this alone asks the kernel whether they may be looked into. */
export function processTrials(files: FileTrials): readonly Trial[] {
  const others = otherProcesses(PROCESSES_MAX);
  const scope = followScope();
  return (["processes", "memory"] as const).map((area): Trial => {
    const act = "read";
    if (others === undefined) return { area, act, target: "other processes", outcome: "unknown" };
    const target = `${others.length} other processes`;
    if (others.length === 0) return { area, act, target, outcome: "absent" };
    const outcomes = others.map((one) =>
      files.open(area, area === "processes" ? one.environment : one.memory, "read"),
    );
    const open = outcomes.filter(({ outcome }) => outcome === "reachable").length;
    const [first] = outcomes;
    const told = scope === undefined || area === "processes" ? "" : `, ptrace_scope ${scope}`;
    return open > 0
      ? { area, act, target, outcome: "reachable", note: `${open} of them${told}` }
      : { ...(first ?? { area, act, outcome: "absent" }), target };
  });
}

/** Devices, settings of the kernel, and mounts beside those that are meant to be written. */
export function machineTrials(files: FileTrials, meant: readonly string[]): readonly Trial[] {
  const mounts = writableMounts();
  return [
    ...[...GRAVE_DEVICES, ...disks()].map((path) => files.open("devices", path, "read")),
    ...KERNEL_SETTINGS.map((path) => files.open("kernel", path, "append")),
    ...(mounts === undefined
      ? [{ area: "mounts", act: "look", target: "mounts", outcome: "unknown" } as const]
      : mounts
          .filter(
            ({ point }) => !isScratch(point) && !meant.some((place) => isWithin(place, point)),
          )
          .slice(0, MOUNTS_MAX)
          .map(({ point, type }) =>
            statSync(point, { throwIfNoEntry: false })?.isDirectory() === false
              ? files.append("mounts", point)
              : files.make("mounts", point, type),
          )),
  ];
}

function disks(): readonly string[] {
  try {
    return readdirSync("/dev", { withFileTypes: true })
      .filter((entry) => entry.isBlockDevice())
      .slice(0, DISKS_MAX)
      .map(({ name }) => `/dev/${name}`);
  } catch {
    return [];
  }
}
