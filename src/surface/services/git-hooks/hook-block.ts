// The lines that stand in a git hook for us: put in, found again, taken out without touching what is around them.
import { singleQuoted } from "#base/shell-quoting.ts";
import { HOOK_CLOSER, HOOK_OPENER, HOOK_SHEBANG } from "#guard/effects/git/own-hook.ts";

/** Hooks of git that can be guarded. */
export const GIT_HOOKS = ["pre-commit", "commit-msg", "pre-push"] as const;
export type GitHookName = (typeof GIT_HOOKS)[number];

/**
 * Our lines for a hook that a repository shares with people who may not have sallyport: they are told and not stopped.
 * WHY the detour of standard input: what comes behind our lines gets what git says too.
 */
function sharedLines(name: GitHookName, options: readonly string[]): readonly string[] {
  const words = ["git-hooks", "run", name, ...options].map((word) =>
    /^[\w-]+$/.test(word) ? word : singleQuoted(word),
  );
  const run = `"$sallyport_program" ${words.join(" ")} -- "$@"`;
  const isFed = name === "pre-push";
  return [
    HOOK_OPENER,
    // WHY the place first: programs with windows start git with a short `PATH`.
    `for sallyport_program in "\${SALLYPORT_HOME:-\${XDG_DATA_HOME:-$HOME/.local/share}/sallyport}/bin/sallyport" "$(command -v sallyport)"; do`,
    '  [ -x "$sallyport_program" ] && break',
    "  sallyport_program=",
    "done",
    'if [ -n "$sallyport_program" ]; then',
    ...(isFed ? ["  sallyport_input=$(cat)"] : []),
    isFed ? `  printf '%s\\n' "$sallyport_input" | ${run} || exit $?` : `  ${run} || exit $?`,
    ...(isFed ? ["  exec <<SALLYPORT_INPUT", "$sallyport_input", "SALLYPORT_INPUT"] : []),
    "else",
    '  echo "sallyport is not installed here: nothing was scanned" >&2',
    "fi",
    HOOK_CLOSER,
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
  const first = rest.slice(0, firstEnd) || (text === undefined ? HOOK_SHEBANG : "");
  return `${first}${lines}${rest.slice(firstEnd)}`;
}

/** The lines of ours in a text and where they begin; undefined where they are not, or have no end. */
export function linesOf(
  text: string,
): { readonly text: string; readonly start: number } | undefined {
  const start = text.indexOf(`${HOOK_OPENER}\n`);
  const end = start === -1 ? -1 : text.indexOf(`${HOOK_CLOSER}\n`, start);
  return end === -1 ? undefined : { text: text.slice(start, end + HOOK_CLOSER.length + 1), start };
}

/** The options in lines of a shared hook that are those which an installation writes, to the byte. */
export function parseSharedLines(lines: string, name: GitHookName): readonly string[] | undefined {
  const said = new RegExp(
    ` git-hooks run ${name}((?: (?:[\\w-]+|'[^'\\n]{0,4096}'))*) -- "\\$@"`,
  ).exec(lines);
  if (said === null) return undefined;
  const options = [...(said[1] ?? "").matchAll(/ (?:([\w-]+)|'([^'\n]*)')/g)].map(
    ([, plain, quoted]) => plain ?? quoted ?? "",
  );
  return `${sharedLines(name, options).join("\n")}\n` === lines ? options : undefined;
}

/** Whether our lines are in a text. */
export function hasLines(text: string): boolean {
  return text.includes(`${HOOK_OPENER}\n`);
}

/** Whether a hook is ours as a whole, so that nothing is left when our lines are gone. */
export function isOwnHook(text: string): boolean {
  return hasLines(text) && withoutLines(text) === HOOK_SHEBANG;
}

/** The text without our lines; undefined where they are not, or have no end. */
export function withoutLines(text: string): string | undefined {
  const start = text.indexOf(`${HOOK_OPENER}\n`);
  if (start === -1) return undefined;
  const end = text.indexOf(`${HOOK_CLOSER}\n`, start);
  if (end === -1) return undefined;
  return text.slice(0, start) + text.slice(end + HOOK_CLOSER.length + 1);
}
