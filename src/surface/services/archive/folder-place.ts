// An archive in a folder: of another disk, a mounted share, whatever is carried away.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import type { ArchivePlace } from "#record/store/archiving.ts";
import {
  hasCode,
  makePrivateDirectory,
  readBounded,
  replaceFile,
  syncDirectory,
} from "#record/store/files/private-files.ts";
import { SEGMENT_BYTES_MAX } from "#record/store/segment.ts";

/** Opens the place; `folder` is made, 0700, when the first file is stored. Failures have the code `archive`. */
export function openFolderPlace(folder: string): ArchivePlace {
  return {
    name: folder,
    kind: "folder",
    async list() {
      const items = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
        if (hasCode(cause, "ENOENT")) return [];
        throw told(folder, cause);
      });
      return items.filter((item) => item.isFile()).map(({ name }) => name);
    },
    get: (name) =>
      readBounded(join(folder, name), SEGMENT_BYTES_MAX).catch((cause: unknown) => {
        throw told(folder, cause);
      }),
    async put(name, bytes) {
      try {
        await makePrivateDirectory(folder);
        const path = join(folder, name);
        const isThere = await stat(path).then(
          () => true,
          () => false,
        );
        // WHY no fault: it may be from a run that was killed. Whoever stored it reads it back and verifies it.
        if (isThere) return;
        await replaceFile(path, bytes);
        await syncDirectory(folder);
      } catch (cause) {
        throw told(folder, cause);
      }
    },
  };
}

function told(folder: string, cause: unknown): unknown {
  if (cause instanceof Failure || !(cause instanceof Error) || !("code" in cause)) return cause;
  return new Failure(
    "archive",
    `\`${folder}\` cannot be used (${String(cause.code)}): repair it; nothing was deleted`,
    { cause },
  );
}
