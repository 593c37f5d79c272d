// The hooks that a managed deployment puts into the own settings of the person whose hooks it compiles.
// WHY: managed files of no bytes are no policy for the client, and it says nothing. Hooks of a person are silent while the
// managed ones stand (`allowManagedHooksOnly`), and judge when they are gone.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { printable } from "#base/printable.ts";
import type { Site } from "#govern/compile/site.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";

/** Whose settings: their home and the data directory that the hooks call with. */
export type HookPerson = { readonly home: string; readonly data: string };

/** What guarding this person, or no longer guarding them, did or would do. */
export type PersonOutcome =
  | { readonly kind: "changed" | "unchanged"; readonly diff: string }
  | { readonly kind: "refused"; readonly why: string };

/** What starts the command line, without its words. */
type Program = readonly [string, ...string[]];

/** How long a change of one settings file may take. */
const CHANGE_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 4_000_000;

const Told = v.object({ outcome: v.string(), diff: v.string() });

/** The person of a site's hooks. Undefined where no hooks are compiled, and where the site does not say who. */
export function personOf({ hooks }: Site): HookPerson | undefined {
  // The machine's guard is nobody's own.
  if (hooks === undefined || hooks.transport === "machine" || hooks.home === undefined)
    return undefined;
  return { home: hooks.home, data: hooks.data };
}

/**
 * Runs `init --scope user` or its counterpart as the person, in a process of its own. WHY not here: the administrator's
 * rights must not follow links in a folder that belongs to somebody else.
 */
export function changePerson(
  { home, data }: HookPerson,
  what: "init" | "uninstall",
  { isDry, program = ownCommand() }: { readonly isDry: boolean; readonly program?: Program },
): PersonOutcome {
  const owner = ownerOf(home);
  if (owner === undefined) return { kind: "refused", why: `there is no home \`${home}\`` };
  const isOther = owner.uid !== userId();
  if (isOther && userId() !== ADMINISTRATOR)
    return { kind: "refused", why: `\`${home}\` belongs to somebody else` };
  // WHY no daemon: it is the person's, and their next session starts it.
  const daemon = what === "init" ? ["--no-daemon"] : [];
  const consent = isDry ? "--dry-run" : "--yes";
  const words = [what, "--scope", "user", "--data", data, "--json", consent, ...daemon];
  const [node, ...before] = program;
  const child = spawnSync(node, [...before, ...words], {
    cwd: home,
    env: { HOME: home, PATH: process.env["PATH"] },
    ...(isOther ? owner : {}),
    timeout: CHANGE_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
    encoding: "utf8",
  });
  const told = child.status === 0 ? readTold(child.stdout) : undefined;
  if (told === undefined) return { kind: "refused", why: whyNot(child) };
  const isChanged = told.diff !== "" || told.outcome === "removed";
  return { kind: isChanged ? "changed" : "unchanged", diff: told.diff };
}

/** The settings that are changed, for people. */
export function personSettings({ home }: HookPerson): string {
  return join(home, ".claude", "settings.json");
}

function ownerOf(home: string): { readonly uid: number; readonly gid: number } | undefined {
  const status = statSync(home, { throwIfNoEntry: false });
  return status?.isDirectory() === true ? { uid: status.uid, gid: status.gid } : undefined;
}

function readTold(text: string): v.InferOutput<typeof Told> | undefined {
  try {
    return v.parse(Told, JSON.parse(text));
  } catch {
    return undefined;
  }
}

function whyNot(child: ReturnType<typeof spawnSync>): string {
  if (child.error !== undefined) return `it could not be run (${child.error.message})`;
  const line = String(child.stderr).trim().split("\n", 1)[0] ?? "";
  return line === "" ? "it gave no answer" : printable(line).slice(0, 300);
}
