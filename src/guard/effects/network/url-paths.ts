// The path of an address as a request has it, as far as it is known.
import { unescapeGlob } from "#base/glob.ts";
import type { Text } from "../../shell/values/text.ts";
import { ANY_SEGMENT } from "../../vocabulary/effect.ts";

/** With a scheme or without; what is not known may be more than a host. */
const ORIGIN = /^(?:https?:\/\/)?[^/?#\\]+(?=[/?#]|$)/i;
const SCHEME = /^https?:\/\//i;

/** The path of an address with its host; undefined where it cannot be told where it begins. */
export function pathOfUrl(url: Text): string | undefined {
  const whole = written(url);
  const [origin] = ORIGIN.exec(whole) ?? [];
  return origin === undefined ? undefined : cleaned(whole.slice(origin.length));
}

/**
 * A path of an interface, with the host before it or without. `ANY_SEGMENT` stands for each segment that is not wholly known: what is not known is
 * taken for one segment.
 */
export function pathOf(word: Text): string {
  const whole = written(word);
  return cleaned(SCHEME.test(whole) ? whole.replace(ORIGIN, "") : whole);
}

function written(word: Text): string {
  return word
    .map((piece) => {
      if (piece.kind === "hole") return ANY_SEGMENT;
      return piece.kind === "glob" ? unescapeGlob(piece.glob) : piece.text;
    })
    .join("");
}

function cleaned(path: string): string {
  const segments = path
    .replace(/[?#].*$/s, "")
    .replace(/^\//, "")
    .split("/");
  return `/${segments.map((one) => (one.includes(ANY_SEGMENT) ? ANY_SEGMENT : one)).join("/")}`;
}
