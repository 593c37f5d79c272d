// What the client offers a person beside "yes" at a permission prompt: the kinds of change, never the rules themselves.
import * as v from "valibot";

/** Suggestions read of one request. */
const SUGGESTIONS_MAX = 16;

/** Kinds of change that a suggestion is. */
export const SUGGESTION_TYPES = [
  "none",
  "addRules",
  "replaceRules",
  "removeRules",
  "setMode",
  "addDirectories",
  "removeDirectories",
] as const;
/** What the change allows, or the mode that it sets. */
export const SUGGESTION_DETAILS = [
  ...["none", "allow", "ask", "deny"],
  ...["default", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions"],
] as const;
/** Where the change would be kept. */
export const SUGGESTION_DESTINATIONS = [
  "none",
  "userSettings",
  "projectSettings",
  "localSettings",
  "session",
  "cliArg",
] as const;

/** One offered change. All words are from closed lists; `rules` is how many rules or directories it would add. */
export type Suggestion = {
  readonly type: string;
  readonly detail: string;
  readonly destination: string;
  readonly rules: number;
};

const suggestionFields = v.object({
  type: v.optional(v.unknown()),
  behavior: v.optional(v.unknown()),
  mode: v.optional(v.unknown()),
  destination: v.optional(v.unknown()),
  rules: v.optional(v.unknown()),
  directories: v.optional(v.unknown()),
});

/** Reads what the client suggests. Total: what does not fit becomes `other`, what is missing `none`. */
export function readSuggestions(value: unknown): readonly Suggestion[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, SUGGESTIONS_MAX).map((item: unknown) => {
    const parsed = v.safeParse(suggestionFields, item);
    const { type, behavior, mode, destination, rules, directories } = parsed.success
      ? parsed.output
      : {};
    return {
      type: wordOf(type, SUGGESTION_TYPES),
      detail: wordOf(behavior ?? mode, SUGGESTION_DETAILS),
      destination: wordOf(destination, SUGGESTION_DESTINATIONS),
      rules: lengthOf(rules) + lengthOf(directories),
    };
  });
}

function wordOf(value: unknown, known: readonly string[]): string {
  if (value === undefined || value === null) return "none";
  return known.find((word) => word === value) ?? "other";
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
