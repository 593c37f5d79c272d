// What of a site's parameters would lock people out of this machine, found before anything is written, each with its line.
import { X509Certificate } from "node:crypto";
import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { isObject } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import type { PlacedSite, Site } from "#govern/compile/site.ts";
import type { DeployScope } from "#govern/deploy/deployment.ts";
import { parsed } from "#govern/deploy/drift.ts";
import { LOOPBACK_ADDRESS } from "#govern/settings/hook-environment.ts";
import { ADMINISTRATOR } from "#platform/user.ts";
import { realPath } from "../../foundation/files/path-status.ts";

type Place = PlacedSite["place"];
type Path = readonly (string | number)[];

const READABLE_BY_ALL = 0o004;
const LISTABLE_BY_ALL = 0o005;
const ENTRIES_MAX = 1_000;
/** The client reads no larger file. */
const SETTINGS_BYTES_MAX = 4 * 1024 * 1024;
const OWNER_READS = 0o400;
const OWNER_STARTS = 0o100;
const EVERYBODY_STARTS = 0o001;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
const CERTIFICATES_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Throws a Failure `deployment` at the line of the first parameter with which no session would start or no call would run:
 * a program that is not there or cannot be started, certificates that are none, variables that lead the client's requests
 * to its own machine through a proxy.
 */
export function refuseLockout({ site, place }: PlacedSite, scope: DeployScope): void {
  if (scope === "project") return;
  const person = personId(site);
  for (const { path, program, what } of programsOf(site))
    requireProgram({ program, what, person }, place(path));
  if (site.hooks?.transport === "machine") {
    const { node, program } = site.hooks;
    requireMachines(node, place(["hooks", "node"]));
    requireMachines(program, place(["hooks", "program"]));
  }
  if (scope !== "managed") return;
  requireCertificates(site, place);
  requireLoopback(site, place);
}

/**
 * Throws a Failure `deployment` for managed settings of others that not everybody may read: the client of whoever may not does
 * not start, or has no policy. `written`: files whose rights the deployment sets itself.
 */
export function refuseUnreadable(directory: string, written: ReadonlySet<string>): void {
  for (const folder of [directory, join(directory, "managed-settings.d")]) {
    const status = statSync(folder, { throwIfNoEntry: false });
    if (status === undefined) continue;
    const open = status.isDirectory() ? LISTABLE_BY_ALL : READABLE_BY_ALL;
    if ((status.mode & open) !== open) throw unreadable(folder, status.mode, "a+rx");
  }
  for (const path of settingsOfOthers(directory, written)) {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file?.isFile() === true && (file.mode & READABLE_BY_ALL) === 0)
      throw unreadable(path, file.mode, "a+r");
  }
}

/**
 * Throws a Failure `deployment` at the line of a managed file of others that switches hooks off: all of them, or those of
 * people and projects while the deployment brings none, so that nobody would judge.
 */
export function refuseSilencedHooks(
  directory: string,
  written: ReadonlySet<string>,
  hasHooks: boolean,
): void {
  for (const path of settingsOfOthers(directory, written)) {
    const text = readText(path);
    const json = text === undefined ? undefined : parsed(text);
    if (text === undefined || !isObject(json)) continue;
    if (json["disableAllHooks"] === true)
      throw fault(
        "it sets `disableAllHooks`, which switches off managed hooks too, so the guard would judge nothing: take it out",
        keyPlace(path, text, "disableAllHooks"),
      );
    if (json["allowManagedHooksOnly"] === true && !hasHooks)
      throw fault(
        "it sets `allowManagedHooksOnly`, and the parameters have no `hooks`: the guard's hooks of people and projects are silent and none stands in their place; add `hooks`, or take it out",
        keyPlace(path, text, "allowManagedHooksOnly"),
      );
  }
}

function keyPlace(file: string, text: string, key: string): SourcePlace {
  const at = text.indexOf(`"${key}"`);
  if (at === -1) return { file };
  const lines = text.slice(0, at).split("\n");
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function readText(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() !== true || status.size > SETTINGS_BYTES_MAX) return undefined;
  return readFileSync(path, "utf8");
}

/** Settings files of the managed directory that the deployment does not write. */
function settingsOfOthers(directory: string, written: ReadonlySet<string>): readonly string[] {
  return [directory, join(directory, "managed-settings.d")].flatMap((folder) =>
    statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
      ? readdirSync(folder)
          .slice(0, ENTRIES_MAX)
          .filter((name) => name.endsWith(".json"))
          .map((name) => join(folder, name))
          .filter((path) => !written.has(path))
      : [],
  );
}

function unreadable(file: string, mode: number, needed: string): Failure<"deployment"> {
  return fault(
    `not everybody may read it (rights ${(mode & 0o777).toString(8)}): the client does not start for people who cannot read its managed settings; run \`chmod ${needed}\` on it`,
    { file },
  );
}

type Named = { readonly path: Path; readonly program: string; readonly what: string };

/** Programs without which the client makes no call, or has no key. */
function programsOf({ hooks, ownHooks, provider }: Site): readonly Named[] {
  const { apiKeyHelper } = provider.helpers;
  return [
    ...(hooks === undefined
      ? []
      : hooks.transport === "machine"
        ? [{ path: ["hooks", "node"], program: hooks.node, what: "the node of the hook" }]
        : [{ path: ["hooks", "program"], program: hooks.program, what: "the hook's program" }]),
    ...ownHooks.flatMap(({ event, program }, index) =>
      event === "PreToolUse"
        ? [
            {
              path: ["ownHooks", index, "program"],
              program,
              what: "the program of a hook of yours",
            },
          ]
        : [],
    ),
    ...(apiKeyHelper === undefined
      ? []
      : [
          {
            path: ["provider", "helpers", "apiKeyHelper"],
            program: apiKeyHelper,
            what: "the program that gives the key",
          },
        ]),
  ];
}

/** The number of the user whose hooks they are: who owns the data directory. Undefined where there is none. */
function personId({ hooks }: Site): number | undefined {
  return hooks === undefined || hooks.transport === "machine"
    ? undefined
    : statSync(hooks.data, { throwIfNoEntry: false })?.uid;
}

function requireProgram(
  {
    program,
    what,
    person,
  }: { readonly program: string; readonly what: string; readonly person: number | undefined },
  at: SourcePlace,
): void {
  const status = statSync(program, { throwIfNoEntry: false });
  const shown = printable(program);
  if (status === undefined)
    throw fault(
      `${what} \`${shown}\` is not on this machine, so every call would be refused: install it first, or correct the path`,
      at,
    );
  if (!status.isFile())
    throw fault(`${what} \`${shown}\` is no file, so every call would be refused`, at);
  // WHY the rights and not only `access`: the administrator may start what nobody else may.
  const needed = status.uid === person ? OWNER_STARTS : EVERYBODY_STARTS;
  if ((status.mode & needed) === 0 || !canStart(program))
    throw fault(
      `${what} \`${shown}\` is not executable for who needs it (rights ${(status.mode & 0o777).toString(8)}), so every call would be refused: run \`chmod a+rx\` on it`,
      at,
    );
}

const FOLDERS_MAX = 64;

/** WHY every folder above: who can write one of them decides for every account what its hook answers. */
function requireMachines(file: string, at: SourcePlace): void {
  const shown = printable(file);
  const real = realPath(file);
  const status = statSync(real, { throwIfNoEntry: false });
  if (status?.isFile() !== true || (status.mode & READABLE_BY_ALL) === 0)
    throw fault(
      `\`${shown}\` is not on this machine, or not everybody may read it, so every call would be refused: install the package, or correct the path`,
      at,
    );
  for (let path = real, left = FOLDERS_MAX; left > 0; path = dirname(path), left -= 1) {
    const { uid, mode } = statSync(path);
    // In a folder such as /tmp nobody replaces what belongs to others.
    const isOpen = (mode & OTHERS_WRITE) !== 0 && (path === real || (mode & STICKY) === 0);
    if (uid !== ADMINISTRATOR || isOpen)
      throw fault(
        `\`${printable(path)}\` can be changed by others than root, and the hook of every account is there: let root own it, and nobody else write it`,
        at,
      );
    if (path === "/") return;
  }
}

function canStart(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** WHY also that it parses: the client takes a file that it cannot read for none, and then trusts no daemon of ours. */
function requireCertificates(site: Site, place: Place): void {
  const { certificates, hooks } = site;
  const named: readonly (readonly [string | undefined, Path])[] = [
    [certificates, ["certificates"]],
    [hooks?.transport === "https" ? hooks.authority : undefined, ["hooks", "authority"]],
  ];
  for (const [file, path] of named) {
    if (file === undefined) continue;
    const why = whyNoCertificates(file, personId(site));
    if (why !== undefined)
      throw fault(
        `the certificates \`${printable(file)}\` cannot be used: ${why}; the client says nothing of that and trusts nobody of them`,
        place(path),
      );
  }
}

function whyNoCertificates(file: string, person: number | undefined): string | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return "there is no such file";
  if (!status.isFile()) return "it is no file";
  if (status.size > CERTIFICATES_BYTES_MAX) return "it is larger than 4 MiB";
  if ((status.mode & (status.uid === person ? OWNER_READS : READABLE_BY_ALL)) === 0)
    return `not everybody may read it (rights ${(status.mode & 0o777).toString(8)}): run \`chmod a+r\` on it`;
  try {
    const first = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(
      readFileSync(file, "utf8"),
    );
    if (first === null) return "it holds no certificate in PEM form";
    new X509Certificate(first[0]);
    return undefined;
  } catch {
    return "its first certificate cannot be read";
  }
}

/** A variable of the site that takes the daemon's own address out of what goes without a proxy. */
function requireLoopback({ env }: Site, place: Place): void {
  for (const name of ["NO_PROXY", "no_proxy"]) {
    const value = env[name];
    if (value === undefined) continue;
    const hosts = value.split(",").map((host) => host.trim());
    if (hosts.includes(LOOPBACK_ADDRESS) || hosts.includes("*")) continue;
    throw fault(
      `\`env.${name}\` leaves out ${LOOPBACK_ADDRESS}, where the guard's daemon answers: the client would ask it through a proxy, and every call would be refused; add it, or use \`proxy.except\``,
      place(["env", name]),
    );
  }
}

function fault(message: string, at: SourcePlace): Failure<"deployment"> {
  return new Failure("deployment", message, { at });
}
