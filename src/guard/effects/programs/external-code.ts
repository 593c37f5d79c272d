// Files and folders that options and variables name for programs to load code from: those that are neither the project's nor installed.
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import type { CodeOrigin } from "../../vocabulary/effect.ts";

/** Lists of places in which code is looked for. */
const PLACES = /^(?:PYTHONPATH|NODE_PATH|CLASSPATH|GEM_PATH|PERL5LIB|LUA_C?PATH)$/;
/** Options in the value of a variable after which a path of code follows. */
const OPTIONS = new Map([
  ["GOFLAGS", /(?:^|[\s'"])--?(?:toolexec|exec|vettool)=([^\s'"]+)/g],
  ["MAVEN_OPTS", /-(?:javaagent:|agentpath:|Xbootclasspath\/?[ap]?:)([^\s'"=]+)/g],
  ["MAVEN_ARGS", /(?:^|\s)(?:-f|--file)[ =]([^\s'"]+)|-Dmaven\.ext\.class\.path=([^\s'"]+)/g],
  ["GRADLE_OPTS", /-(?:javaagent:|agentpath:|Xbootclasspath\/?[ap]?:)([^\s'"=]+)/g],
]);

/** Where what people installed lies. */
const INSTALLED =
  /^\/(?:usr|opt|lib\d*|etc|bin|sbin|nix|snap|home|Users|root|Library|Applications|System)(?:\/|$)/;

/**
 * Where code of a named file or folder comes from when it is neither the project's nor installed: `download` for an
 * address, `unknown` for scratch space, which anybody on the machine may write, and places that nobody installs to.
 */
export function foreignOrigin(
  word: Text,
  isOurs: (path: string) => boolean,
): CodeOrigin | undefined {
  const known = knownPrefix(word);
  if (/^(?:https?|ftp):\/\//i.test(known)) return "download";
  if (!known.startsWith("/") || INSTALLED.test(known)) return undefined;
  return isOurs(known) ? undefined : "unknown";
}

/** The places of code that the value of a variable names. */
export function placesNamed(variable: string, value: Text): readonly string[] {
  const text = textOf(value) ?? knownPrefix(value);
  if (PLACES.test(variable)) return text.split(/[:;]/).filter((path) => path !== "");
  const option = OPTIONS.get(variable);
  if (option === undefined) return [];
  return [...text.matchAll(option)].flatMap(([, ...found]) => found.filter(Boolean));
}
