// Which entries a content search looks into: its glob and its file type as globs over entry names, never too few.

/** Globs of one search; more of them mean every entry. */
const FILTERS_MAX = 32;
const FILTER_CHARS_MAX = 256;

/**
 * Names that ripgrep's file types stand for. Each is at least what ripgrep (14) takes; a type that is not here means every
 * entry.
 */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  c: ["*.[chH]", "*.[chH].in", "*.cats"],
  cpp: ["*.[ChH]", "*.cc", "*.[ch]pp", "*.[ch]xx", "*.hh", "*.inl", "*.[ChH].in", "*.*.in"],
  css: ["*.css", "*.scss"],
  go: ["*.go"],
  html: ["*.htm", "*.html", "*.ejs"],
  java: ["*.java", "*.jsp", "*.jspx", "*.properties"],
  js: ["*.js", "*.jsx", "*.vue", "*.cjs", "*.mjs"],
  json: ["*.json", "composer.lock", "*.sarif"],
  md: ["*.markdown", "*.md", "*.mdown", "*.mdwn", "*.mdx", "*.mkd", "*.mkdn"],
  py: ["*.py", "*.pyi"],
  rust: ["*.rs"],
  sql: ["*.sql", "*.psql"],
  ts: ["*.ts", "*.tsx", "*.cts", "*.mts"],
};

/** The globs of a search; none means that it looks into every entry. */
export function readFilters(glob: string | undefined, type: string | undefined): readonly string[] {
  const ofGlob = glob === undefined ? [] : namesOf(glob);
  if (ofGlob.length > 0) return ofGlob;
  return type === undefined || !Object.hasOwn(TYPES, type) ? [] : (TYPES[type] ?? []);
}

/**
 * The names that the client's `glob` lets through. It is split at white space and commas outside of braces. A part with
 * directories counts by its last one; a part that excludes (`!x`) or that may mean a whole directory lets everything through.
 */
function namesOf(glob: string): readonly string[] {
  if (glob.length > FILTER_CHARS_MAX) return [];
  const parts = glob.split(/[\s,]+(?![^{]*\})/).filter((part) => part !== "");
  const names = parts.flatMap(expandBraces).map((part) => part.slice(part.lastIndexOf("/") + 1));
  const isPlain = names.every(
    // A name without a dot or star may be a directory, and a glob that names a directory takes all that is in it.
    (name) => /^[\w.*?+@ -]*[.*][\w.*?+@ -]*$/.test(name) && !/^\*+$/.test(name) && name !== "..",
  );
  return isPlain && names.length <= FILTERS_MAX && !parts.some((part) => part.startsWith("!"))
    ? names
    : [];
}

/** One pair of braces written out; more of them stay and make the part not plain. */
function expandBraces(part: string): readonly string[] {
  const found = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(part);
  if (found === null) return [part];
  const [, before = "", inner = "", after = ""] = found;
  return inner.split(",").map((choice) => `${before}${choice}${after}`);
}
