// What programs read and keep of their own accord: their configuration, caches and logs. Effects do not list these.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import { baseName } from "#base/path.ts";
import type { World } from "./world.ts";

/** Which files searching leaves out is written there. */
const IGNORE_FILES = ["/**/.gitignore", "/**/.ignore", "/**/.rgignore", "/**/.git/info/exclude"];

/**
 * Globs by program; `~` is the home. WHY they are no effects: the person's own choice of settings is in force whoever
 * types the command, and a cache or a log says nothing that the command did not do. Credentials among them belong to
 * the effect `egress` with a known destination.
 */
const BOOKS: Readonly<Record<string, readonly string[]>> = {
  git: ["~/.gitconfig", "~/.config/git/**"],
  grep: IGNORE_FILES,
  kubectl: ["~/.kube/**"],
  man: ["/var/cache/man/**"],
  npm: ["~/.npmrc", "~/.npm/**", "~/.cache/**"],
  node: ["~/.npmrc"],
  rg: ["~/.gitconfig", ...IGNORE_FILES],
};

/** Whether the event is a program's own bookkeeping. */
export function isOwnBook(path: string, programs: readonly string[], world: World): boolean {
  return programs
    .flatMap((program) => BOOKS[baseName(program)] ?? [])
    .some((glob) => compileGlob(glob.replace(/^~/, escapeGlob(world.home)))(path));
}
