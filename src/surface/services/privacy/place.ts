// What every place that may hold a person's data answers: what is there, what can be done about it, and doing it.
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { PersonMatcher } from "#record/privacy/person.ts";

/** What can be done about one file: gone, written anew without the person, or nothing by us. */
export type Found = {
  readonly path: string;
  readonly act: "remove" | "rewrite" | "leave";
  /** Bytes of a file that is removed; lines, values or rows that a rewriting takes out; 0 where nothing is done. */
  readonly count: number;
  /** Why nothing can be done, and what a person can do. */
  readonly why?: string;
};

/** A file or database with what it says of the person, for the person. */
export type Held = { readonly path: string; readonly content: Json };

/** A place. Looking changes nothing; erasing twice is the same as once, and after a kill it goes on where it was. */
export type PersonalPlace = {
  /** Of the certificate: it names nobody. */
  readonly id: string;
  readonly what: string;
  look(matcher: PersonMatcher): Promise<readonly Found[]>;
  erase(matcher: PersonMatcher): Promise<readonly Found[]>;
  read(matcher: PersonMatcher): Promise<readonly Held[]>;
};
