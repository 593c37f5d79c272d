// Paths that are what they look like: plain letters, nothing that a program would take for more than a name.

/** Whether a text is such a path or pattern of paths, as a program writes it. */
export function isPlainPath(text: string | undefined): boolean {
  return text !== undefined && /^[\w.~/*][\w.~/*@+, -]*$/.test(text) && !text.includes("//");
}
