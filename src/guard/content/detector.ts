// A detector: knows one kind of secret or personal data by its form, and tells where a text holds it, never what it says.
import type { Finding } from "./finding.ts";

/** A part of a text, in UTF-16 units; `end` is behind the last one. */
export type Span = { readonly start: number; readonly end: number };

/**
 * `find` is pure, gives spans in order and takes time linear in the text, whatever the text is: it may be the five
 * megabytes of a hostile file. The caller stops it when it has enough. `title` is for people.
 */
export type Detector = {
  readonly id: string;
  readonly title: string;
  readonly tier: Finding["tier"];
  readonly find: (text: string) => Iterable<Span>;
};
