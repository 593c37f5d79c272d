// The files of a corpus of commands as they lie on disk: one file, or all YAML files below a directory.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CorpusCase, readCorpus } from "#assure/backtest/corpus.ts";
import { Failure } from "#base/failure.ts";
import {
  CORPUS_COMMANDS_MAX,
  CORPUS_FILE_CHARS_MAX,
  CORPUS_FILES_MAX,
  DEPTH_MAX,
} from "#base/limits.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";

/** The cases of a corpus, and how many files they stand in. */
export type Corpus = { readonly files: number; readonly cases: readonly CorpusCase[] };

/**
 * Reads a corpus: a file, or each `.yaml` and `.yml` file below a directory in the order of their names; links to
 * directories are not followed. Throws a Failure `corpus-unreadable`, `corpus-syntax` or `corpus-invalid`.
 */
export async function readCorpusAt(path: string): Promise<Corpus> {
  const files = await corpusFiles(path);
  const cases: CorpusCase[] = [];
  for (const file of files) {
    for (const one of readCorpus(await readCorpusFile(file), file)) cases.push(one);
    if (cases.length > CORPUS_COMMANDS_MAX)
      throw unreadable(path, `it has more than ${CORPUS_COMMANDS_MAX} commands: give a part of it`);
  }
  return { files: files.length, cases };
}

async function corpusFiles(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) throw unreadable(path, "there is no such file or directory");
  if (!status.isDirectory()) return [path];
  const files: string[] = [];
  const look = async (directory: string, depth: number): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => {
      throw unreadable(directory, "the directory cannot be read");
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(directory, entry.name);
      if (entry.isDirectory() && depth < DEPTH_MAX) await look(inside, depth + 1);
      else if (!entry.isDirectory() && /\.ya?ml$/.test(entry.name)) files.push(inside);
      if (files.length > CORPUS_FILES_MAX)
        throw unreadable(path, `it has more than ${CORPUS_FILES_MAX} files: give a part of it`);
    }
  };
  await look(path, 0);
  if (files.length === 0) throw unreadable(path, "there is no `.yaml` file in it");
  return files;
}

async function readCorpusFile(file: string): Promise<string> {
  const read = await readRegularFile(file, CORPUS_FILE_CHARS_MAX);
  if (read === undefined) throw unreadable(file, "it is no plain file, or cannot be read");
  if (!read.complete)
    throw unreadable(file, `it is larger than ${CORPUS_FILE_CHARS_MAX} bytes: split it`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(read.bytes);
  } catch (cause) {
    throw unreadable(file, "it is not UTF-8", cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): Failure {
  return new Failure("corpus-unreadable", `the corpus cannot be read: ${why}`, {
    cause,
    at: { file: path },
  });
}
