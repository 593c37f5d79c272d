// Files that a script of the repository writes: told by their first line, and left out of what measures written code.

const MADE = /^\/\/ .+\. Made of .+ by `npm run [a-z]+`: change .+, never this one\.$/;

/** Whether a script made a file of this text. A test of each script says when what it made is stale. */
export function isMade(text: string): boolean {
  return MADE.test(text.slice(0, Math.max(0, text.indexOf("\n"))));
}
