// What follows from a call, as models say it: files that are read, written or deleted, and text that is printed.
import type { TextSet, Text } from "../../shell/values/text.ts";
import { textOf } from "../../shell/values/text.ts";
import type {
  ExcludePatterns,
  Reach,
  Skips,
  WorktreeChange,
  WriteMode,
} from "../../vocabulary/effect.ts";
import type { Consequence } from "./command-model.ts";

/** Consequence: the content of a path may be read. */
export function reads(path: Text, reach: Reach = "entry", filter?: string): Consequence {
  return filter === undefined
    ? { kind: "reads", path, reach }
    : { kind: "reads", path, reach, filter };
}

/** Consequence: a path is read and only counted; what it holds is not shown. */
export function counts(path: Text, reach: Reach = "entry"): Consequence {
  return { kind: "reads", path, reach, words: [] };
}

/** Consequence: a file is read by a program that passes over all of it but certificates and public keys. */
export function readsPublic(path: Text): Consequence {
  return { kind: "reads", path, reach: "entry", isPublic: true };
}

/** Consequence: a file is taken for the settings of a program, which runs with them. */
export function loads(path: Text): Consequence {
  return { kind: "reads", path, reach: "entry", isLoaded: true };
}

/** Consequence: everything below a directory is given to whoever asks at a port, and nothing of it is kept. */
export function serves(path: Text): Consequence {
  return { kind: "reads", path, reach: "tree", isServed: true };
}

/** Names that keys of people and machines have, and the directory where people keep theirs. */
const KEY_NAME = /(?:^|\/)\.ssh\/[^/]+$|(?:^|\/)(?:id_\w+|[\w.-]*_key|[\w-][\w.-]*\.(?:pem|key))$/;

/**
 * Consequence: a file is used as the key of whoever calls; nothing of what it holds is shown or sent. WHY by its name: what
 * else is handed in as a key is handed in for what it holds.
 */
export function usesKey(path: Text): Consequence {
  const name = textOf(path);
  return name !== undefined && KEY_NAME.test(name)
    ? { kind: "reads", path, reach: "entry", isKey: true }
    : reads(path);
}

/** Consequence: the private key in a file is worked with and not shown: to what end. WHY by its name: as above; with `:` it is an address. */
export function usesKeyTo(path: Text, usedTo: string): Consequence {
  const name = textOf(path);
  return name !== undefined && KEY_NAME.test(name) && !name.includes(":")
    ? { kind: "reads", path, reach: "entry", usedTo }
    : reads(path);
}

/** Consequence: a path and everything below it is read, but what the program leaves out. */
export function readsTree(
  path: Text,
  without: {
    readonly skips?: Skips | undefined;
    readonly leaves?: ExcludePatterns | undefined;
    readonly words?: readonly string[] | undefined;
    readonly isPicked?: boolean;
    readonly reach?: Reach;
  },
): Consequence {
  const { skips, leaves, words, isPicked = false, reach = "tree" } = without;
  return {
    kind: "reads",
    path,
    reach,
    ...(skips === undefined ? {} : { skips }),
    ...(leaves === undefined ? {} : { leaves }),
    ...(words === undefined ? {} : { words }),
    ...(isPicked ? { isPicked } : {}),
  };
}

/** Consequence: a path may be created or changed; with `reach: "tree"` everything below it too. */
export function writes(
  path: Text,
  mode: WriteMode = "change",
  more: {
    readonly content?: TextSet;
    readonly reach?: Reach;
    readonly sameAs?: Text;
    readonly replaces?: true;
    readonly keepsContent?: true;
    readonly worktree?: WorktreeChange;
    readonly copyOf?: Text;
    readonly keepsOld?: true;
  } = {},
): Consequence {
  return { kind: "writes", path, mode, ...more };
}

/** Consequence: a path may be deleted. */
export function deletes(path: Text, reach: Reach, filter?: string): Consequence {
  return filter === undefined
    ? { kind: "deletes", path, reach }
    : { kind: "deletes", path, reach, filter };
}

/** Consequence: text on standard output. */
export function prints(texts: TextSet): Consequence {
  return { kind: "output", texts };
}
