// How deep a YAML text of others may be nested, told before it is parsed.
import { PIPELINE_DEPTH_MAX, PIPELINE_OPENERS_MAX } from "#base/limits.ts";

/**
 * Whether the text may be nested deeper than the parser can bear: its time grows with the square of open brackets. WHY without
 * reading quotes: scripts in a file close what they open, and a thousand that are open at once are no file of a person's.
 */
export function isTooDeepYaml(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x5b || char === 0x7b) depth += 1;
    else if ((char === 0x5d || char === 0x7d) && depth > 0) depth -= 1;
    if (depth > PIPELINE_OPENERS_MAX) return true;
  }
  return new RegExp(`^ *(?:[-?] +){${PIPELINE_DEPTH_MAX}}`, "m").test(text);
}
