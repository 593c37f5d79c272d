// The client's sandbox as its settings and the machine have it now: what it holds, or the first thing that speaks against it.
import { createHash } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { globBase, hasMagic } from "#base/glob.ts";
import { cleanPath, isWithin } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { Failure } from "#base/failure.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { readSandbox, type SettingsContent } from "#govern/settings/sandbox-reading.ts";
import type { ProvenSandbox } from "#guard/facts/facts.ts";
import { type SystemKind, thisSystem } from "#platform/system.ts";
import { isThere, realPath } from "../../foundation/files/path-status.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { readRunningGateway } from "../gateway/gateway-state.ts";
import { findSandboxProgram, isAdministrators, type SandboxProgram } from "./sandbox-programs.ts";

/** Where a session runs and what its client was given. Paths are absolute, `root` and `home` without symlinks. */
export type SandboxPlaces = {
  readonly root: string;
  readonly home: string;
  /** Of the client; `<home>/.claude` unless it was told another one. */
  readonly configDirectory: string;
  /** Our own data directory: what of it is secret must be hidden. */
  readonly data: string;
  /** The client's `PATH`. */
  readonly path: string | undefined;
  /** Default: this machine's. */
  readonly managed?: string;
  readonly system?: SystemKind;
};

/** What stands, or why nothing is contained. */
export type SandboxStatus =
  | { readonly problem: string }
  | {
      readonly problem: undefined;
      readonly sandbox: ProvenSandbox;
      readonly programs: readonly SandboxProgram[];
      /** Where managed settings expect a gateway to registries. */
      readonly gatewayPort: number | undefined;
    };

const DROP_INS_MAX = 256;
/** Seatbelt, which needs no second program. */
const MACOS_PROGRAM = "/usr/bin/sandbox-exec";

/** Looks at settings, programs and a gateway that they name; runs nothing. Never throws. */
export function sandboxStatus(places: SandboxPlaces): SandboxStatus {
  const standing = provableSandbox(places);
  if (standing.problem !== undefined) return standing;
  const trouble = gatewayTrouble(standing.gatewayPort, places.data);
  return trouble === undefined ? standing : { problem: trouble };
}

/**
 * The same but for whether the gateway runs. WHY apart: that is no part of the proof, for a gateway may be late at a session's
 * start, or be started anew; each call asks for all of it.
 */
export function provableSandbox(places: SandboxPlaces): SandboxStatus {
  try {
    return look(places);
  } catch (cause) {
    const what = cause instanceof Failure ? printable(cause.message) : "a file cannot be read";
    return { problem: `the client's settings cannot be told: ${what}` };
  }
}

function look(places: SandboxPlaces): SandboxStatus {
  const system = places.system ?? thisSystem();
  if (system === "windows" || system === "other")
    return { problem: "the client has no sandbox on this system that was measured" };
  const remote = join(places.configDirectory, "remote-settings.json");
  if (isThere(remote))
    return { problem: "settings of a server stand in place of this machine's managed ones" };
  const managed = managedSettings(places, system);
  if (typeof managed === "string") return { problem: managed };
  const layers = [...managed, ...lowerSettings(places)];
  const reading = readSandbox(layers);
  if (reading.problem !== undefined) return { problem: reading.problem };
  const { sandbox: settings, gatewayPort, programs: fixed } = reading;
  const programs = sandboxPrograms(system, fixed, places.path);
  if (typeof programs === "string") return { problem: programs };
  const exposed = exposedBy(settings, places);
  if (exposed !== undefined) return { problem: exposed };
  const sandbox = { ...settings, registries: gatewayPort === undefined ? [] : READING_REGISTRIES };
  // WHY of the other layers only what was read: an answer that the client keeps there changes nothing of the sandbox.
  const proof = { managed, sandbox, programs: programs.map(({ identity }) => identity), system };
  const digest = createHash("sha256").update(JSON.stringify(proof)).digest("hex");
  return { problem: undefined, sandbox: { digest, ...sandbox }, programs, gatewayPort };
}

/**
 * Why the gateway is none that only reads. WHY a problem where it does not run: all requests go to that port, and nobody knows
 * who else will listen on it.
 */
function gatewayTrouble(port: number | undefined, data: string): string | undefined {
  if (port === undefined) return undefined;
  const running = readRunningGateway(data);
  if (running === undefined)
    return `managed settings send requests to a registry gateway on port ${port}, and none runs: \`sallyport gateway start\``;
  return running.port === port
    ? undefined
    : `managed settings send requests to port ${port}, and the registry gateway listens on port ${running.port}`;
}

/** The port on which managed settings expect a gateway, as far as they can be read. Never throws. */
export function namedGatewayPort(
  places: Pick<SandboxPlaces, "managed" | "system">,
): number | undefined {
  try {
    const managed = managedSettings(places, places.system ?? thisSystem());
    if (typeof managed === "string") return undefined;
    const reading = readSandbox(managed);
    return reading.problem === undefined ? reading.gatewayPort : undefined;
  } catch {
    return undefined;
  }
}

function managedSettings(
  { managed }: Pick<SandboxPlaces, "managed">,
  system: SystemKind,
): readonly SettingsContent[] | string {
  const directory = managed ?? MANAGED_DIRECTORY[system === "macos" ? "macos" : "linux"];
  if (system === "macos" && isThere("/Library/Managed Preferences/com.anthropic.claudecode.plist"))
    return "a configuration profile stands in place of the managed settings file";
  const folder = join(directory, "managed-settings.d");
  const dropIns = isThere(folder) ? readdirSync(folder).sort() : [];
  if (dropIns.length > DROP_INS_MAX) return `\`${folder}\` has too many files`;
  const names = [
    "managed-settings.json",
    ...dropIns
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .map((name) => `managed-settings.d/${name}`),
  ];
  const files = names.map((name) => join(directory, name)).filter(isThere);
  if (files.length === 0) return "there are no managed settings, and others can be switched off";
  const foreign = [directory, ...files].find((file) => {
    const status = lstatSync(file, { bigint: true });
    return status.isSymbolicLink() || !isAdministrators(status);
  });
  if (foreign !== undefined)
    return `\`${foreign}\` can be changed by others than the administrator`;
  return files.flatMap((file) => contentOf(file, "managed"));
}

function lowerSettings(places: SandboxPlaces): readonly SettingsContent[] {
  const { root, home, configDirectory } = places;
  const user = [join(configDirectory, "settings.json"), join(home, ".claude", "settings.json")];
  return [
    ...[...new Set(user)].flatMap((file) => contentOf(file, "user")),
    ...contentOf(join(root, ".claude", "settings.json"), "project"),
    ...contentOf(join(root, ".claude", "settings.local.json"), "local"),
  ];
}

/** Throws a Failure for a file that cannot be read: what the client makes of it is not known. */
function contentOf(file: string, layer: SettingsContent["layer"]): readonly SettingsContent[] {
  const text = readPrivateFile(file, { secret: false });
  return text === undefined ? [] : [{ layer, file, content: toJson(parseJsonText(text, file)) }];
}

/** The programs that the sandbox of this system is made of, or what is wrong with one. */
export function sandboxPrograms(
  system: SystemKind,
  fixed: { readonly bwrap: string | undefined; readonly socat: string | undefined },
  path: string | undefined,
): readonly SandboxProgram[] | string {
  const found =
    system === "macos"
      ? [findSandboxProgram("sandbox-exec", MACOS_PROGRAM, undefined)]
      : [
          findSandboxProgram("bwrap", fixed.bwrap, path),
          findSandboxProgram("socat", fixed.socat, path),
        ];
  const missing = found.find((one) => typeof one === "string");
  return missing ?? found.filter((one) => typeof one !== "string");
}

/** What of the controls the sandbox would give away: keys that can be read, places of ours or the client's that can be written. */
function exposedBy(
  { denyRead, allowWrite }: Pick<ProvenSandbox, "denyRead" | "allowWrite">,
  { data, home, configDirectory, root }: SandboxPlaces,
): string | undefined {
  const absolute = (pattern: string): string => {
    const place = pattern === "~" || pattern.startsWith("~/") ? home + pattern.slice(1) : pattern;
    return place.startsWith("/") ? place : join(root, place);
  };
  const hidden = denyRead.map(absolute);
  const secret = ["keys", "tls"]
    .map((name) => join(data, name))
    .find((path) => isThere(path) && !hidden.some((place) => isWithin(place, path)));
  if (secret !== undefined)
    return `\`${secret}\` can be read in the sandbox: \`policy compile\` writes what hides it`;
  const controls = [data, configDirectory, join(home, ".claude")];
  const inProject = controls.find((control) => isWithin(root, realPath(control)));
  if (inProject !== undefined)
    return `\`${inProject}\` lies in the project, which is written in the sandbox`;
  const written = allowWrite.find((pattern) => {
    const whole = absolute(pattern);
    const place = cleanPath(hasMagic(whole) ? globBase(whole) : whole);
    return controls.some((control) => isWithin(place, control) || isWithin(control, place));
  });
  return written === undefined ? undefined : `\`${written}\` can be written in the sandbox`;
}
