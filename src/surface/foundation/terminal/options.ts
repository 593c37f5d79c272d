// Options that many commands share. WHY without any import: programs that sessions wait for load them too.

/** The data directory that a command works on. */
export const dataOption = {
  data: {
    type: "string",
    valueHint: "DIR",
    description: "data directory (default: the one in force)",
  },
} as const;

/** One JSON value on standard output, or one a line where a command says so, in place of words. */
export const jsonOption = {
  json: { type: "boolean", description: "JSON instead of words" },
} as const;

/** Options of a command that shows a change and asks before it makes it. With `json` nobody can be asked. */
export const consentOptions = {
  yes: { type: "boolean", alias: "y", description: "do not ask" },
  "dry-run": { type: "boolean", description: "show the change and stop" },
  json: { type: "boolean", description: "print the outcome as JSON; needs --yes or --dry-run" },
} as const;

/** A policy in place of the one in force. WHY two names: to whoever chooses one it is a profile, to whoever judges a policy. */
export const policyOption = {
  policy: {
    type: "string",
    alias: "profile",
    valueHint: "NAME|FILE",
    description: "judge by this policy, a pack or a file (default: the one in force)",
  },
} as const;

/** Every value of an option that may be repeated. WHY by hand: the library keeps the last of several values of an option. */
export function repeatedOption(words: readonly string[], option: string): readonly string[] {
  return words.flatMap((word, at) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    const value = words[at + 1];
    return word === option && value !== undefined ? [value] : [];
  });
}
