// Directories that stay the ones that were opened, whatever links somebody puts on the way to them meanwhile (Linux).
import { closeSync, constants, openSync } from "node:fs";

/** An open directory. */
export type OpenDirectory = {
  /** A path of an entry in it; a link as an entry is followed by who opens it. */
  at(name: string): string;
  close(): void;
};

/** Opens a directory below another by each step of its way, none of which may be a link. Throws where one is, or nothing is. */
export function openBelow(top: string, steps: readonly string[]): OpenDirectory {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  let open = openSync(top, flags);
  const at = (name: string): string => `/proc/self/fd/${open}/${name}`;
  for (const step of steps) {
    const before = open;
    try {
      open = openSync(at(step), flags);
    } finally {
      closeSync(before);
    }
  }
  return { at, close: () => closeSync(open) };
}
