// Arguments of PowerShell's own commands: which words are paths, which options, and what stands in them.
import { hole, known, type TextSet } from "../../../shell/values/text.ts";
import type { Observations } from "../evaluation/observations.ts";

/** Options whose next word is not a path. */
const OPTION_WITH_VALUE =
  /^-(?:encoding|filter|include|exclude|delimiter|property|first|last|skip|depth|itemtype|type|value|name|totalcount|tail|method|headers|body|contenttype|erroraction|ea|warningaction|pattern|width|algorithm|timeoutsec|useragent|signal)$/;
const PATH_OPTION = /^-(?:path|literalpath|filepath|inputobject|pspath|uri|id)$/;
const DESTINATION_OPTION = /^-(?:destination|destinationpath|newname|outfile)$/;

/** One argument; `text` is undefined where it is computed. */
export type Word = { readonly text: string | undefined; readonly isBare: boolean };

/** The paths that a path with wildcards stands for. */
export function matching(path: string): TextSet {
  if (!/[*?[]/.test(path)) return known(path);
  return [[hole("dynamic-path", { like: path, splits: false })]];
}

/** A path with the home directory written out. */
export function withHome(path: string, seen: Observations): string {
  return path === "~" || path.startsWith("~/") ? `${seen.values.home}${path.slice(1)}` : path;
}

/** The words of a command by what they are. */
export function sorted(given: readonly Word[]): {
  readonly paths: readonly (string | undefined)[];
  readonly destination: string | undefined;
  readonly switches: ReadonlySet<string>;
  readonly isKnown: boolean;
} {
  const paths: (string | undefined)[] = [];
  const switches = new Set<string>();
  let destination: string | undefined;
  let isKnown = true;
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at];
    const text = word?.text;
    const option = word?.isBare === true ? text?.toLowerCase() : undefined;
    if (text === undefined) isKnown = false;
    if (option?.startsWith("-") !== true) {
      paths.push(text);
      continue;
    }
    switches.add(option);
    if (DESTINATION_OPTION.test(option)) {
      at += 1;
      destination = given[at]?.text;
      if (destination === undefined) isKnown = false;
    } else if (PATH_OPTION.test(option)) continue;
    else if (OPTION_WITH_VALUE.test(option)) {
      at += 1;
      if (given[at]?.text === undefined) isKnown = false;
    }
  }
  return { paths, destination, switches, isKnown };
}
