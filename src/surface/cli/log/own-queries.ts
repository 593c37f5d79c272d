// Questions about the log that a person saved: the files of one folder of the data directory, in the form of those that ship.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { NAMED_QUESTIONS } from "#assure/query/answers/named-questions.ts";
import { parseQuery, type SavedQuery } from "#assure/query/saved-query.ts";
import { loadQueries } from "../../foundation/product/shipped-data.ts";

const FILES_MAX = 200;
const FILE_BYTES_MAX = 64 * 1024;

/**
 * The questions of `NAME.yaml` in a folder, in the order of their names; none where there is no such folder. A Failure with the
 * file for one that cannot be read, is no regular file, is too large, or has the name of one that ships.
 */
export function loadOwnQueries(folder: string): readonly SavedQuery[] {
  const files = filesIn(folder).filter((file) => file.endsWith(".yaml"));
  if (files.length > FILES_MAX)
    throw new Failure("query-invalid", `\`${folder}\` holds more than ${FILES_MAX} questions`);
  if (files.length === 0) return [];
  const taken = new Set([...NAMED_QUESTIONS, ...loadQueries()].map(({ id }) => id));
  return files.sort().map((file) => {
    const path = join(folder, file);
    const name = file.slice(0, -".yaml".length);
    if (taken.has(name))
      throw new Failure(
        "query-invalid",
        `a question \`${printable(name)}\` ships: give \`${printable(path)}\` another name`,
      );
    const status = lstatSync(path);
    if (!status.isFile() || status.size > FILE_BYTES_MAX)
      throw new Failure(
        "query-invalid",
        `\`${printable(path)}\` is no regular file of at most ${FILE_BYTES_MAX} bytes`,
      );
    return parseQuery(readFileSync(path, "utf8"), path, name);
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Failure("query-invalid", `the folder \`${printable(folder)}\` cannot be read`, {
      cause,
    });
  }
}
