// A line of a file as evidence: on one line, short, and without anything that could be a secret.

/** Characters of a line that are shown. */
const LINE_CHARS_MAX = 160;
/** A value under a name that sounds secret, as JSON, YAML, shell and INI write it. */
const NAMED =
  /((?:key|token|secret|passw(?:or)?d|pwd|credential|auth(?:orization)?|bearer|cookie|dsn)[\w.-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,;}\]]+)/gi;
/** Long runs of letters and digits, as keys, digests and encoded values are. */
const LONG = /[A-Za-z0-9+/_=-]{24,}/g;

/** The line, counted from 1; empty where there is none. */
export function lineOf(text: string | undefined, line: number): string {
  return redactedLine(text?.split("\n")[line - 1] ?? "");
}

/** A piece of text as evidence. Names of variables, paths and words stay; what may be a value of a secret does not. */
export function redactedLine(line: string): string {
  const named = line
    .trim()
    .slice(0, 4 * LINE_CHARS_MAX)
    .replaceAll(NAMED, (_, name: string, value: string) =>
      /^["']?\$/.test(value) ? `${name}${value}` : `${name}[redacted]`,
    )
    .replaceAll(/:\/\/[^/@\s"']+@/g, "://[redacted]@")
    .replaceAll(LONG, (run) => (isWordy(run) ? run : "[redacted]"));
  return named.length > LINE_CHARS_MAX ? `${named.slice(0, LINE_CHARS_MAX)}…` : named;
}

/** Paths, names of actions and words joined by dashes are long and no secret. */
function isWordy(run: string): boolean {
  const parts = run.split(/[/_=+-]/).filter((part) => part !== "");
  return parts.every(
    (part) =>
      (part.length <= 40 && /^[A-Z]?[a-z]{2,14}(?:[A-Z][a-z]{2,14})+$/.test(part)) ||
      (part.length <= 20 &&
        /^(?:[a-z]+|[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|v?\d{1,6})$/.test(part)),
  );
}
