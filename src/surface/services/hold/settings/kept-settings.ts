// What of the settings that a call's code made in a copy stays in the repository: what a person agreed to, and upstreams of new branches.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { printable } from "#base/printable.ts";
import type { GitSettings } from "#guard/vocabulary/git-settings.ts";
import { readRegularFileNow } from "../../../foundation/files/regular-file.ts";
import { parseConfig } from "../../facts/git/git-config.ts";
import { PROGRAM_PLACES } from "../start/person-settings.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import type { SettingsCopy } from "./settings-copies.ts";
import { gitDirectoryOf } from "../places/git-places.ts";
import { SETTINGS_FILE } from "./git-shim.ts";

/** Settings of a repository as they were when a call began, and folders of hooks that a person agreed to. */
export type SettingsBefore = {
  /** Git's directory of the repository. */
  readonly directory: string;
  readonly text: string;
  readonly hooks: readonly string[];
};

const BYTES_MAX = 262_144;
const TOLD_MAX = 3;
const WRITE_MS_MAX = 5_000;
const HOOKS = "hooks:";

/** How they are now, of the repository around a project; undefined where there is none that this can be done for. */
export function settingsBefore(
  repositories: readonly { readonly root: string; readonly gitDirectory: string }[],
  {
    projectRoot,
    agreed,
    seen,
  }: {
    readonly projectRoot: string;
    readonly agreed: readonly GitSettings[];
    /** What the call has in the place of files. */
    readonly seen: readonly SettingsCopy[];
  },
): SettingsBefore | undefined {
  const own = repositories.find(({ root }) => root === projectRoot);
  const directory = own && gitDirectoryOf(own.root, own.gitDirectory);
  if (directory === undefined) return undefined;
  const path = join(directory, "config");
  const copy = seen.find((one) => one.path === realPath(path));
  const read = readRegularFileNow(copy?.from ?? path, BYTES_MAX);
  if (read?.complete !== true) return undefined;
  const hooks = agreed.flatMap((one) => (one.startsWith(HOOKS) ? one.slice(HOOKS.length) : []));
  return { directory, text: Buffer.from(read.bytes).toString("utf8"), hooks };
}

/** Puts into the repository what may stay of what a call left in its ticket. Gives what did not, in words for the agent. */
export function keepSettings(before: SettingsBefore, ticket: string): string | undefined {
  const left = readRegularFileNow(join(ticket, SETTINGS_FILE), BYTES_MAX);
  if (left === undefined || left.bytes.length === 0) return undefined;
  const text = left.complete ? Buffer.from(left.bytes).toString("utf8") : "";
  const cut = text.indexOf("\n");
  if (text.slice(0, cut) !== before.directory) return undefined;
  const [was, made] = [valuesOf(before.text), valuesOf(text.slice(cut + 1))];
  if (was === undefined || made === undefined) return lost(["settings"]);
  const changed = [...new Set([...was.keys(), ...made.keys()])].filter(
    (key) => was.get(key)?.join("\0") !== made.get(key)?.join("\0"),
  );
  return lost(
    changed.filter((key) => {
      const [value, ...more] = made.get(key) ?? [];
      const isKept =
        value !== undefined && more.length === 0 && mayStay(key, value, { was, made, before });
      return !isKept || !writes(before, key, value);
    }),
  );
}

type Values = ReadonlyMap<string, readonly string[]>;

/**
 * WHY no upstream that a branch had before, and none of several remotes: where a person's next push goes is theirs to say. WHY by the values of
 * the repository: a remote may be written as an address, and an address as a program.
 */
function mayStay(
  key: string,
  value: string,
  {
    was,
    made,
    before,
  }: { readonly was: Values; readonly made: Values; readonly before: SettingsBefore },
): boolean {
  if (key === "core.hookspath") return before.hooks.includes(value);
  const [, branch] = /^(branch\.[\w./-]+)\.(?:remote|merge)$/.exec(key) ?? [];
  if (branch === undefined || was.has(`${branch}.remote`) || was.has(`${branch}.merge`))
    return false;
  const remotes = [...was.keys()].flatMap((one) => /^remote\.(.+)\.url$/.exec(one)?.[1] ?? []);
  const isOwn = (remote: string): boolean =>
    remote === "." || (remotes.length === 1 && remote === remotes[0]);
  return (
    isOwn(made.get(`${branch}.remote`)?.join("\0") ?? "") &&
    (key.endsWith(".remote") || /^refs\/heads\/[\w./-]+$/.test(value))
  );
}

function valuesOf(text: string): Values | undefined {
  const entries = parseConfig(text);
  if (entries === undefined) return undefined;
  const values = new Map<string, string[]>();
  for (const { key, value } of entries) values.set(key, [...(values.get(key) ?? []), value]);
  return values;
}

/** WHY by git: it waits for nobody who writes there meanwhile, and loses nothing of what they wrote. */
function writes({ directory }: SettingsBefore, key: string, value: string): boolean {
  const words = ["config", "--file", join(directory, "config"), "--replace-all", key, value];
  const env = {
    PATH: PROGRAM_PLACES.join(":"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  return spawnSync("git", words, { cwd: "/", env, timeout: WRITE_MS_MAX }).status === 0;
}

function lost(keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  const shown = keys.slice(0, TOLD_MAX).map((key) => `\`${printable(key.slice(0, 80))}\``);
  const more = keys.length > TOLD_MAX ? ` and ${keys.length - TOLD_MAX} more` : "";
  return `held by sallyport: code of the command set ${shown.join(", ")}${more} for git; it counted while the command ran and did not stay. If it is wanted, run \`git config\` for it as a command of its own, so that the person is asked`;
}
