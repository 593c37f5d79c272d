// How files of ours are opened: never through a symlink unless asked to, never waiting for somebody at the other end of a pipe.
import { constants } from "node:fs";

/** Numbers for `open` made of the system's own. Windows has neither O_NOFOLLOW nor O_NONBLOCK: there links are followed. */
export function flagsFrom(numbers: Readonly<Record<string, number | undefined>>) {
  const flags = (...names: readonly string[]) =>
    names.reduce((all, name) => all | (numbers[name] ?? 0), 0);
  return {
    /** An existing file, for reading. */
    read: flags("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK"),
    /** An existing file of somebody's, for reading, wherever a link leads; a terminal does not become ours by it. */
    readAny: flags("O_RDONLY", "O_NONBLOCK", "O_NOCTTY"),
    /** An existing file of somebody's, for adding at its end, wherever a link leads; nothing changes by that alone. */
    appendAny: flags("O_WRONLY", "O_APPEND", "O_NONBLOCK", "O_NOCTTY"),
    /** For adding at the end, made when missing. */
    append: flags("O_WRONLY", "O_CREAT", "O_APPEND", "O_NOFOLLOW"),
    /** For adding at the end of a file that must not exist yet. */
    appendNew: flags("O_WRONLY", "O_CREAT", "O_EXCL", "O_APPEND", "O_NOFOLLOW"),
    /** An existing file, for writing into what it holds. */
    change: flags("O_WRONLY", "O_NOFOLLOW", "O_NONBLOCK"),
    /** For writing from the start, made when missing. */
    rewrite: flags("O_WRONLY", "O_CREAT", "O_TRUNC", "O_NOFOLLOW"),
  } as const;
}

/** The numbers of this system. */
export const openFlags = flagsFrom({ ...constants });
