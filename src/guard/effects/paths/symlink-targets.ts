// Where the text of a symbolic link leads: it is seen from the place of the link, not from where it was made.
import { append, hole, literal, programOf, type Text, textOf } from "../../shell/values/text.ts";

/** What a link at `path` with the text `source` leads to, seen from the working directory. */
export function seenFrom(path: Text, source: Text): Text {
  const place = textOf(path);
  const text = textOf(source);
  if (text?.startsWith("/") === true || programOf(source) !== undefined) return source;
  if (place === undefined) return [hole("dynamic-path", { splits: false })];
  const cut = place.lastIndexOf("/");
  return cut < 0 ? source : append(literal(place.slice(0, cut + 1)), source);
}
