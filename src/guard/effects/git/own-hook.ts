// The hook of git that is all sallyport's: its text, and whether a text is exactly that with a program of ours in it.
import { singleQuoted } from "#base/shell-quoting.ts";

/** The first line of sallyport's lines in a hook, and the last. */
export const HOOK_OPENER =
  "# >>> sallyport: what git is about to take is scanned (`sallyport git-hooks remove` takes these lines out)";
export const HOOK_CLOSER = "# <<< sallyport";
/** The beginning of a hook that is all ours. */
export const HOOK_SHEBANG = "#!/bin/sh\n";

/** A whole hook of ours. `launch` are the words that start the program, all absolute; `options` go to it. */
export function ownHook(
  name: string,
  launch: readonly string[],
  options: readonly string[],
): string {
  const program = singleQuoted(launch[0] ?? "");
  const words = [...launch, "git-hooks", "run", name, ...options].map(singleQuoted).join(" ");
  return `${HOOK_SHEBANG}${[
    HOOK_OPENER,
    `if [ ! -x ${program} ]; then`,
    `  echo "sallyport is not at its place: install it again, or remove $0" >&2`,
    "  exit 1",
    "fi",
    `exec ${words} --hook "$0" -- "$@"`,
    HOOK_CLOSER,
    "",
  ].join("\n")}`;
}

const WORDS = /^exec ((?:'[^'\n]{0,4096}' ){4,16})--hook "\$0" -- "\$@"$/m;

/** Which words start the program in a hook that is all ours, and its options; undefined where a text is no such hook to the byte. */
export function parseOwnHook(
  text: string,
  name: string,
): { readonly launch: readonly string[]; readonly options: readonly string[] } | undefined {
  const words = WORDS.exec(text)?.[1]?.slice(1, -2).split("' '") ?? [];
  const at = words.indexOf("git-hooks");
  const launch = words.slice(0, Math.max(0, at));
  const options = words.slice(at + 3);
  return at > 0 && ownHook(name, launch, options) === text ? { launch, options } : undefined;
}

/** Options that an installed hook gives, each with a value. */
const OPTIONS: readonly string[] = ["--protect", "--commit-format"];
const LINE = /^exec ((?:'[^'\n]{1,4096}' ){4,8})--hook "\$0" -- "\$@"$/m;

/**
 * Whether a text is, byte for byte, the hook of this name that an installation writes, started by the program of one of the directories
 * that are sallyport's own. What such a hook does is known: it looks at what git is about to take, and at the hook that was there before.
 */
export function isOwnHookText(text: string, name: string, ownPaths: readonly string[]): boolean {
  const line = LINE.exec(text)?.[1];
  if (line === undefined) return false;
  const words = line.slice(1, -2).split("' '");
  const [program = "", , , , ...options] = words;
  const isKnown =
    options.length === 0 || (options.length === 2 && OPTIONS.includes(options[0] ?? ""));
  const isOurs = ownPaths.some((path) => program === `${path}/bin/sallyport`);
  return isKnown && isOurs && ownHook(name, [program], options) === text;
}
