// Text as words of a POSIX shell.

/** Text that a POSIX shell takes as it is: always between quotes. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same, without quotes where none are needed: for commands that people read. */
export function quotedForShell(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : singleQuoted(text);
}
