// Lines of a `.gitignore` or `.claudeignore`, and what each of them is as a deny rule of the client and as a path to be tried.

/** One line that says something. `pattern` is without `!`, leading and trailing slash; `line` counts from 1. */
export type IgnoreEntry = {
  readonly line: number;
  readonly text: string;
  readonly pattern: string;
  readonly isNegated: boolean;
  /** It holds a slash before its end, so that it is meant from the file's own folder. */
  readonly isAnchored: boolean;
  readonly isDirectory: boolean;
};

/** Lines and characters of such a file that are read. */
const LINES_MAX = 5_000;
const LINE_CHARS_MAX = 1_000;

/** The entries of an ignore file by gitignore(5): comments, escapes, blanks at the end, negations, anchors. */
export function parseIgnoreFile(text: string): readonly IgnoreEntry[] {
  return text
    .split(/\r?\n/)
    .slice(0, LINES_MAX)
    .flatMap((raw, index) => {
      // A blank at the end counts only behind a backslash.
      const written = raw.slice(0, LINE_CHARS_MAX).replace(/(?<!\\)[ \t]+$/, "");
      if (written === "" || written.startsWith("#")) return [];
      const isNegated = written.startsWith("!");
      const bare = (isNegated ? written.slice(1) : written).replace(/^\\(?=[#!])/, "");
      const isDirectory = bare.endsWith("/");
      const inner = bare.replace(/\/+$/, "");
      const pattern = inner.replace(/^\//, "");
      if (pattern === "") return [];
      const entry = { line: index + 1, text: written, pattern, isNegated, isDirectory };
      return [{ ...entry, isAnchored: inner.includes("/") && !/^\*\*\/[^/]+$/.test(inner) }];
    });
}

/** Whether a file has more lines, or longer ones, than `parseIgnoreFile` reads. */
export function isCutIgnoreFile(text: string): boolean {
  const lines = text.split("\n");
  return lines.length > LINES_MAX || lines.some((line) => line.length > LINE_CHARS_MAX);
}

/** Files of variables by the names that tools give them. */
const ENV_NAMES = ["local", "development", "production", "staging", "test"].map(
  (name) => `.env.${name}`,
);

/**
 * The client's deny rules that say what an entry says: reading and editing. A name without an ending may be a file or a folder, so
 * both are named. A negation has none: a deny has no exceptions. WHY `.env.*` is told by names: it takes `.env.example` with it,
 * which sessions have to read.
 */
export function denyRules(entry: IgnoreEntry): readonly string[] {
  if (entry.isNegated) return [];
  return placesOf(entry).flatMap((path) => [`Read(${path})`, `Edit(${path})`]);
}

function placesOf({ pattern, isAnchored, isDirectory }: IgnoreEntry): readonly string[] {
  const bare = pattern.replace(/^\*\*\//, "").replace(/\/\*\*$/, "");
  const head = isAnchored ? "./" : "**/";
  if (/(?:^|\/)\.env\.\*$/.test(bare)) {
    const folder = bare.slice(0, bare.lastIndexOf("/") + 1);
    return ENV_NAMES.map((name) => `${head}${folder}${name}`);
  }
  if (isDirectory || pattern.endsWith("/**")) return [`${head}${bare}/**`];
  const isFile = /\.[\w*-]+$/.test(bare);
  return isFile ? [`${head}${bare}`] : [`${head}${bare}`, `${head}${bare}/**`];
}

/** A path below the folder, without a leading slash, that the entry is about; for trying whether anything keeps it. */
export function samplePath({ pattern, isDirectory }: IgnoreEntry): string {
  const path = pattern
    .replace(/^\*\*\//, "")
    .replace(/\/\*\*$/, "")
    .replace(/(^|\/)\.env\.\*$/, "$1.env.local")
    .replaceAll("**", "any")
    .replace(/\[!?\]?([^\]])[^\]]*\]/g, "$1")
    .replaceAll("*", "any")
    .replaceAll("?", "a")
    .replace(/\\(.)/g, "$1");
  return isDirectory || pattern.endsWith("/**") ? `${path}/any` : path;
}

/** Whether a pattern speaks of secrets and not of build output. */
export function isAboutSecrets(pattern: string): boolean {
  return /(?:^|\/|\*)\.env|\.(?:pem|key|p12|pfx|jks|keystore|tfvars)\b|secret|credential|password|token|\.(?:ssh|aws|gnupg|azure|gcp)\b|id_(?:rsa|ed25519)/i.test(
    pattern,
  );
}

/** What keeps secrets out of commits. WHY the line with `!`: `.env.*` takes the example with it, which has to be committed. */
export const GITIGNORE_LINES: readonly string[] = [
  ...[".env", ".env.*", "*.env", "!.env.example"],
  ...["secrets/", "credentials/", "*.pem", "*.key", "*.p12", "*.pfx"],
  ".claude/settings.local.json",
];
