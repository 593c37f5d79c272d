// The service manager of the person: where the service's file lies, whether it runs there, and how to start and stop it.
import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type SystemKind, thisSystem } from "#platform/system.ts";
import { homeDirectory, userId } from "#platform/user.ts";
import { type Directories, dataDirectory } from "../../foundation/files/directories.ts";
import { launchdAgent, type ServiceProgram, serviceName, systemdUnit } from "./unit-text.ts";

const ANSWER_MS_MAX = 15_000;

/** A service as it is or would be on this machine. */
export type Service = {
  readonly name: string;
  /** The real folder below which `file` lies. */
  readonly folder: string;
  readonly file: string;
  readonly text: string;
  /** Program and arguments of each step, by absolute path; the first that ends well is enough. */
  readonly manager: {
    readonly enable: readonly (readonly string[])[];
    readonly disable: readonly (readonly string[])[];
    readonly start: readonly string[];
    readonly stop: readonly string[];
    /** Prints the process id of the running service. */
    readonly pid: readonly string[];
    readonly pidPattern: RegExp;
  };
  /** The link that enabling makes, where there is one. */
  readonly link: string | undefined;
};

/** The service for an installation; undefined on systems whose service manager we do not know. */
export function serviceFor(
  program: ServiceProgram,
  environment: NodeJS.ProcessEnv = process.env,
  system: SystemKind = thisSystem(),
): Service | undefined {
  const name = serviceName(program);
  const home = environment["HOME"] ?? homeDirectory();
  if (system === "linux" || system === "wsl")
    return systemdService(program, name, configFolder(environment, home));
  if (system === "macos") return launchdService(program, name, home);
  return undefined;
}

/** What the service of an installation starts: `command` runs the daemon in the foreground. */
export function serviceProgram(
  { root, outputFile }: Directories,
  command: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): ServiceProgram {
  const home = environment["HOME"] ?? homeDirectory();
  const isDefaultRoot = dataDirectory({ ...environment, SALLYPORT_HOME: undefined }) === root;
  return { command, root, isDefaultRoot, home, outputFile };
}

/** Runs steps of a manager in order; whether all went well. Prints nothing. */
export async function runSteps(steps: readonly (readonly string[])[]): Promise<boolean> {
  for (const step of steps) {
    if ((await output(step)) === undefined) return false;
  }
  return true;
}

/** The process that the manager runs as this service; undefined when it runs none or cannot be asked. */
export async function servicePid({ manager }: Service): Promise<number | undefined> {
  const pid = Number(manager.pidPattern.exec((await output(manager.pid)) ?? "")?.[1] ?? "0");
  return pid > 1 ? pid : undefined;
}

/** Whether the service's file is there, whoever wrote it. */
export function isInstalled({ file }: Service): boolean {
  return existsSync(file);
}

function systemdService(program: ServiceProgram, name: string, folder: string): Service {
  const unit = `${name}.service`;
  const systemctl = (...words: readonly string[]) => [programAt("systemctl"), "--user", ...words];
  const units = join(folder, "systemd", "user");
  return {
    name,
    folder,
    file: join(units, unit),
    text: systemdUnit(program),
    manager: {
      enable: [systemctl("daemon-reload"), systemctl("enable", "--now", unit)],
      disable: [systemctl("disable", "--now", unit), systemctl("daemon-reload")],
      start: systemctl("start", unit),
      stop: systemctl("stop", unit),
      pid: systemctl("show", "--property=MainPID", unit),
      pidPattern: /^MainPID=(\d+)$/m,
    },
    link: join(units, "default.target.wants", unit),
  };
}

function launchdService(program: ServiceProgram, name: string, home: string): Service {
  const folder = realOrGiven(home);
  const file = join(folder, "Library", "LaunchAgents", `${name}.plist`);
  const domain = `gui/${userId() ?? 0}`;
  const launchctl = (...words: readonly string[]) => ["/bin/launchctl", ...words];
  return {
    name,
    folder,
    file,
    text: launchdAgent(program),
    manager: {
      enable: [launchctl("bootstrap", domain, file)],
      disable: [launchctl("bootout", `${domain}/${name}`)],
      start: launchctl("kickstart", `${domain}/${name}`),
      stop: launchctl("kill", "SIGTERM", `${domain}/${name}`),
      pid: launchctl("print", `${domain}/${name}`),
      pidPattern: /^[^\S\n\r]*pid = (\d+)$/m,
    },
    link: undefined,
  };
}

function configFolder(environment: NodeJS.ProcessEnv, home: string): string {
  const own = environment["XDG_CONFIG_HOME"];
  const folder = own?.startsWith("/") === true ? own : join(home, ".config");
  // A folder that is kept elsewhere and linked is the person's own matter; what is below it is looked at.
  return realOrGiven(folder);
}

function realOrGiven(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** WHY no search along PATH: what stands there first may be anything. */
function programAt(name: string): string {
  return existsSync(`/bin/${name}`) && !existsSync(`/usr/bin/${name}`)
    ? `/bin/${name}`
    : `/usr/bin/${name}`;
}

function output([program = "", ...words]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: ANSWER_MS_MAX, cwd: "/", maxBuffer: 256 * 1024 } as const;
    execFile(program, words, options, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}
