// What a builtin is given when it is called.
import type { Io, Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import type { Text, TextSet } from "../values/text.ts";

/** A builtin that is called. */
export type BuiltinCall = {
  readonly name: string;
  readonly args: readonly Text[];
  readonly scope: Scope;
  readonly io: Io;
  readonly shell: Shell;
  readonly environment: ReadonlyMap<string, TextSet>;
  /** The words of the one program that gets all that is printed, where they are known from the text. */
  readonly consumer?: readonly string[];
};
