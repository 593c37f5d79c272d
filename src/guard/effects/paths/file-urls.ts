// Files that are named by a URL: `file://` in every program that takes addresses, percent signs and all.
import { dropKnown, knownPrefix, type Text } from "../../shell/values/text.ts";

const SCHEME = /^file:(?:\/\/[^/]*(?=\/)|(?=\/))/i;

/** The file that a URL names, as the word that would name it in a command; undefined when it names none. */
export function fileOfUrl(url: Text): Text | undefined {
  const start = SCHEME.exec(knownPrefix(url));
  if (start === null) return undefined;
  return dropKnown(url, start[0].length).map((piece) =>
    piece.kind === "text" ? { ...piece, text: decoded(piece.text) } : piece,
  );
}

/** Percent signs and what stands for them; what cannot be decoded stays as it is. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}
