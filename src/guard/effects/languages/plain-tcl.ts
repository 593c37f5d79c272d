// Tcl with plain values of variables in place, and without the commands that only spell or list a path.

const NAME =
  /\b(?:set\s+(\w{1,40})|foreach\s+(\w{1,40}))\s+([^\s;{}[\]"$]{1,200}|"[^"$[\]\n]{1,200}"|\{[^{}\n]{1,200}\})/g;
const SPELT =
  /(?:\{\*\})?\[\s*(?:file\s+(?:normalize|nativename|join)|glob(?:\s+-(?!d)\w+)*(?:\s+--)?|lindex|list|string\s+trim)\s+([^\s[\]{}"$;]{1,200}|"[^"$[\]\n]{1,200}")\s*\]/g;

/** Values that are followed. */
const NAMES_MAX = 16;

/** The code as it probably runs. Only for what is looked for in it: it may do anything. */
export function plainTcl(code: string): string {
  let text = code.replace(SPELT, (_, path: string) => bare(path));
  for (const [, set, each, value = ""] of [...text.matchAll(NAME)].slice(0, NAMES_MAX))
    text = text.replaceAll(
      new RegExp(`\\$(?:${set ?? each ?? ""}\\b|\\{${set ?? each ?? ""}\\})`, "g"),
      () => bare(value),
    );
  return text;
}

function bare(value: string): string {
  return /^["{]/.test(value) ? value.slice(1, -1) : value;
}
