// A person as stores outside the log know them: names, addresses and session ids, and where a text speaks of them.

/** `names` are user names, addresses and whatever else was given; `sessions` are the client's ids. Not empty together. */
export type Person = { readonly names: readonly string[]; readonly sessions: readonly string[] };

/** What stands in place of a name that was taken out of a text. */
export const ERASED = "[erased]";
/** Shorter names stand in every other text by chance. */
const NAME_CHARS_MIN = 3;
/** Names of accounts that are words as well: a text that holds one need not speak of the person. */
const WORDS: ReadonlySet<string> = new Set([
  ...[
    "root",
    "admin",
    "administrator",
    "user",
    "users",
    "guest",
    "test",
    "tester",
    "dev",
    "developer",
  ],
  ...[
    "ubuntu",
    "debian",
    "node",
    "runner",
    "build",
    "builder",
    "ci",
    "app",
    "vscode",
    "home",
    "work",
  ],
]);

/** Whether a text that holds this name as a word speaks of the person: it is no word, and long enough. */
export function isTelling(name: string): boolean {
  return [...name.trim()].length >= NAME_CHARS_MIN && !WORDS.has(name.trim().toLowerCase());
}

/** Finds a person in texts. */
export type PersonMatcher = {
  readonly person: Person;
  /** Whether a text names the person or one of the sessions, as a whole word and whatever the case. */
  isIn(text: string): boolean;
  /** The text with `[erased]` in place of each. */
  without(text: string): string;
  /** Whether bytes that need not be a text hold a name or id: as UTF-8, as escapes of JSON, or as UTF-16. */
  isInBytes(bytes: Buffer): boolean;
};

/** Builds the matcher. Names are found in composed and decomposed form. */
export function createMatcher(person: Person): PersonMatcher {
  const all = [...person.names, ...person.sessions];
  const forms = [
    ...new Set(all.flatMap((text) => [text, text.normalize("NFC"), text.normalize("NFD")])),
  ].sort((left, right) => right.length - left.length);
  // WHY whole words: the user `ada` is not in `adapter`. What is before or behind a name in a path or address is no letter.
  const words = forms.map(escaped).join("|");
  const pattern = () => new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, "giu");
  const one = pattern();
  const isIn = (text: string): boolean => {
    one.lastIndex = 0;
    return forms.length > 0 && one.test(text);
  };
  return {
    person,
    isIn,
    without: (text) => (forms.length === 0 ? text : text.replace(pattern(), ERASED)),
    isInBytes: (bytes) =>
      isIn(bytes.toString("utf8")) ||
      isIn(unescaped(bytes.toString("latin1"))) ||
      (bytes.includes(0) && (isIn(bytes.toString("utf16le")) || isInOddUtf16(bytes, isIn))),
  };
}

function isInOddUtf16(bytes: Buffer, isIn: (text: string) => boolean): boolean {
  return isIn(bytes.subarray(1).toString("utf16le"));
}

function unescaped(text: string): string {
  if (!text.includes("\\u")) return "";
  return text.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
