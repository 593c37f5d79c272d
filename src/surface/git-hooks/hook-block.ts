// The lines that stand in a git hook for us: put in, found again, taken out without touching what is around them.
import { singleQuoted } from "#base/shell-quoting.ts";

/** Hooks of git that can be guarded. */
export const GIT_HOOKS = ["pre-commit", "commit-msg", "pre-push"] as const;
export type GitHookName = (typeof GIT_HOOKS)[number];

const OPENER =
  "# >>> sallyport: what git is about to take is scanned (`sallyport git-hooks remove` takes these lines out)";
const CLOSER = "# <<< sallyport";
/** The beginning of a hook that is all ours. */
const SHEBANG = "#!/bin/sh\n";

/** A whole hook of ours. `launch` are the words that start the program, all absolute; `options` go to it. */
export function ownHook(
  name: GitHookName,
  launch: readonly string[],
  options: readonly string[],
): string {
  const program = singleQuoted(launch[0] ?? "");
  const words = [...launch, "git-hooks", "run", name, ...options].map(singleQuoted).join(" ");
  return `${SHEBANG}${[
    OPENER,
    `if [ ! -x ${program} ]; then`,
    `  echo "sallyport is not at its place: install it again, or remove $0" >&2`,
    "  exit 1",
    "fi",
    `exec ${words} --hook "$0" -- "$@"`,
    CLOSER,
    "",
  ].join("\n")}`;
}

/**
 * Our lines for a hook that a repository shares with people who may not have sallyport: they are told and not stopped.
 * WHY the detour of standard input: what comes behind our lines gets what git says too.
 */
function sharedLines(name: GitHookName, options: readonly string[]): readonly string[] {
  const words = ["git-hooks", "run", name, ...options].map((word) =>
    /^[\w-]+$/.test(word) ? word : singleQuoted(word),
  );
  const run = `sallyport ${words.join(" ")} -- "$@"`;
  const isFed = name === "pre-push";
  return [
    OPENER,
    "if command -v sallyport >/dev/null 2>&1; then",
    ...(isFed ? ["  sallyport_input=$(cat)"] : []),
    isFed ? `  printf '%s\\n' "$sallyport_input" | ${run} || exit $?` : `  ${run} || exit $?`,
    ...(isFed ? ["  exec <<SALLYPORT_INPUT", "$sallyport_input", "SALLYPORT_INPUT"] : []),
    "else",
    '  echo "sallyport is not installed here: nothing was scanned" >&2',
    "fi",
    CLOSER,
  ];
}

/** The text of a shared hook with our lines right behind its first line, whatever stood there of us before. */
export function withSharedLines(
  text: string | undefined,
  name: GitHookName,
  options: readonly string[],
): string {
  const rest = withoutLines(text ?? "") ?? text ?? "";
  const lines = `${sharedLines(name, options).join("\n")}\n`;
  const firstEnd = rest.startsWith("#!") ? rest.indexOf("\n") + 1 : 0;
  if (rest.startsWith("#!") && firstEnd === 0) return `${rest}\n${lines}`;
  const first = rest.slice(0, firstEnd) || (text === undefined ? SHEBANG : "");
  return `${first}${lines}${rest.slice(firstEnd)}`;
}

/** Whether our lines are in a text. */
export function hasLines(text: string): boolean {
  return text.includes(`${OPENER}\n`);
}

/** Whether a hook is ours as a whole, so that nothing is left when our lines are gone. */
export function isOwnHook(text: string): boolean {
  return hasLines(text) && withoutLines(text) === SHEBANG;
}

/** The text without our lines; undefined where they are not, or have no end. */
export function withoutLines(text: string): string | undefined {
  const start = text.indexOf(`${OPENER}\n`);
  if (start === -1) return undefined;
  const end = text.indexOf(`${CLOSER}\n`, start);
  if (end === -1) return undefined;
  return text.slice(0, start) + text.slice(end + CLOSER.length + 1);
}
