// Shell lines that the client runs when a skill or command is loaded, and whether they only tell how a project stands.
import { shellOf } from "#guard/effects/tools/skill-text.ts";

const ONLY_TELLS =
  /^\s*(?:git (?:branch|status|log|diff|rev-parse|show|describe|ls-files)|date|pwd|ls|whoami|uname)\b[^;&|$<>\n]*$/;
/** Lines of one text that are told. */
const LINES_MAX = 5;

/** The first of them. `onlyTells`: what it runs says how the project stands, and changes nothing. */
export function shellLines(
  text: string,
): readonly { readonly line: number; readonly onlyTells: boolean }[] {
  return shellOf(text, { args: "", directory: "/" })
    .slice(0, LINES_MAX)
    .map(({ readings, line }) => ({
      line,
      onlyTells: readings.every((command) => ONLY_TELLS.test(command)),
    }));
}
