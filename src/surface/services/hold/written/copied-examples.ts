// Files of secrets that a call made out of an example: what is in them, its session knew before.
import { joinPath, parentPath } from "#base/path.ts";
import { readRegularFileNow } from "../../../foundation/files/regular-file.ts";
import { entriesOf } from "../places/entries.ts";

/** A place where nothing was when a call began, and the lines of the examples beside it. */
export type ExpectedCopy = { readonly path: string; readonly lines: ReadonlySet<string> };

const EXAMPLE = /(?:^|[._-])(?:example|sample|dist|template|default)s?(?:[._-]|$)/i;
const BYTES_MAX = 65_536;
const EXAMPLES_MAX = 8;

/** Those of some places; `isOpen` tells what the session may see. */
export function expectedCopies(
  paths: readonly string[],
  isOpen: (path: string) => boolean,
): readonly ExpectedCopy[] {
  return paths.flatMap((path) => {
    const folder = parentPath(path);
    const lines = entriesOf(folder)
      .filter(({ name }) => EXAMPLE.test(name))
      .map(({ name }) => joinPath(folder, name))
      .filter(isOpen)
      .slice(0, EXAMPLES_MAX)
      .flatMap((file) => linesOf(file)?.lines ?? []);
    return lines.length === 0 ? [] : [{ path, lines: new Set(lines) }];
  });
}

/**
 * What lies there now, if each of its lines stood in an example then. WHY it does not matter who made it: with nothing there before, nobody
 * had a value in it that a guess in an example could be held against.
 */
export function copyOfExample({ path, lines }: ExpectedCopy): Uint8Array | undefined {
  const made = linesOf(path);
  return made?.lines.every((line) => lines.has(line)) === true ? made.bytes : undefined;
}

function linesOf(path: string) {
  const read = readRegularFileNow(path, BYTES_MAX);
  if (read?.complete !== true) return undefined;
  return { bytes: read.bytes, lines: Buffer.from(read.bytes).toString("latin1").split("\n") };
}
