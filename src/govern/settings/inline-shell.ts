// Shell lines that the client runs when a skill or command is loaded: !`git status`, and blocks that open with ```!.

const INLINE_SHELL = /(?<=^|[\s(>*-])!`([^`]+)`|^\s*```!/g;
const ONLY_TELLS =
  /^\s*(?:git (?:branch|status|log|diff|rev-parse|show|describe|ls-files)|date|pwd|ls|whoami|uname)\b[^;&|$<>]*$/;
/** Lines of one text that are told. */
const LINES_MAX = 5;

/** The first of them. `onlyTells`: what it runs says how the project stands, and changes nothing. */
export function shellLines(
  text: string,
): readonly { readonly line: number; readonly onlyTells: boolean }[] {
  return text
    .split("\n")
    .flatMap((one, index) => {
      const found = [...one.matchAll(INLINE_SHELL)];
      const onlyTells = found.every(([, command = ""]) => ONLY_TELLS.test(command));
      return found.length === 0 ? [] : [{ line: index + 1, onlyTells }];
    })
    .slice(0, LINES_MAX);
}
