// Whether the text of a skill that a server brings has shell lines, whatever its arguments are.
import { shellOf } from "#guard/effects/tools/skill-text.ts";

/** The line of the first one, from 1; undefined where there is none. WHY two fillings: arguments stand inside of a line, or make one. */
export function shellLineIn(text: string): number | undefined {
  const inside = shellOf(text.replaceAll("$", "_"), { args: "", directory: "" });
  const made = shellOf(text, { args: "`x`", directory: "" });
  const lines = [...inside, ...made].map(({ line }) => line);
  return lines.length === 0 ? undefined : Math.min(...lines);
}
