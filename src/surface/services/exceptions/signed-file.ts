// A file of records that the operator signed as a whole: read anew only when it changed, and relied on whole or not at all.
import { statSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { lookOnce } from "../../foundation/files/picture.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

/** Where it lies, how its text is made and read, and what is said where the signature is not the operator's. */
type SignedFileOptions<List> = {
  readonly file: string;
  readonly key: () => NoteSigner;
  readonly empty: List;
  /** Undefined unless the operator signed the list and each record in it. */
  readonly parse: (text: string, key: NoteSigner) => List | undefined;
  readonly format: (list: List, key: NoteSigner) => string;
  readonly refusal: { readonly code: string; readonly message: string };
};

export type SignedFile<List> = {
  /** What is in it now, `empty` where there is no file; undefined where it cannot be relied on. Throws where it cannot be read. */
  look(): List | undefined;
  /** The same. Throws the refusal as a Failure where it cannot be relied on. */
  trusted(): List;
  write(list: List): void;
};

/** Opens such a file; each question looks at the disk. */
export function openSignedFile<List>(options: SignedFileOptions<List>): SignedFile<List> {
  const { file, key, empty, parse, format, refusal } = options;
  let known: { readonly signature: string; readonly list: List | undefined } | undefined;
  const look = (): List | undefined => {
    const status = lookOnce("signed", file, () =>
      statSync(file, { throwIfNoEntry: false, bigint: true }),
    );
    if (status === undefined) return empty;
    const { ino, size, mtimeNs, ctimeNs } = status;
    const signature = [ino, size, mtimeNs, ctimeNs].join(":");
    if (known?.signature === signature) return known.list;
    const text = readPrivateFile(file, { secret: true });
    const list = text === undefined ? empty : parse(text, key());
    known = { signature, list };
    return list;
  };
  return {
    look,
    trusted() {
      const list = look();
      if (list !== undefined) return list;
      throw new Failure(refusal.code, refusal.message, { at: { file } });
    },
    write(list) {
      writePrivateFile(file, format(list, key()));
      known = undefined;
    },
  };
}
