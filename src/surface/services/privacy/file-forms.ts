// Files of any place: what they say of a person, by their form, and the same file without that.
import { accessSync, constants, lstatSync, readFileSync } from "node:fs";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { PERSONAL_FILE_BYTES_MAX, PERSONAL_FILES_MAX } from "#base/limits.ts";
import { isOpenElsewhere } from "#platform/open-files.ts";
import type { PersonMatcher } from "#record/privacy/person.ts";
import { rewrite, type TextForm } from "#record/privacy/rewriting.ts";
import {
  eraseForeignRows,
  readForeignRows,
  WORK_PREFIX,
} from "#record/store/index/foreign-database.ts";
import { syncDirectory } from "#record/store/files/private-files.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { entriesOf } from "../../foundation/files/folder-listing.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import type { Found, Held } from "./place.ts";

const SQLITE = Buffer.from("SQLite format 3\0", "latin1");
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Regular files below a folder, links not followed. */
export function filesBelow(root: string): {
  readonly paths: readonly string[];
  /** Whether there were more than are looked at. */
  readonly isCut: boolean;
  /** Folders that may not be looked into. */
  readonly closed: readonly string[];
} {
  if (lstatSync(root, { throwIfNoEntry: false })?.isFile() === true)
    return { paths: [root], isCut: false, closed: [] };
  const paths: string[] = [];
  const closed: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (isClosed(folder)) {
      closed.push(folder);
      continue;
    }
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) paths.push(path);
      if (paths.length > PERSONAL_FILES_MAX) return { paths, isCut: true, closed };
    }
  }
  return { paths: paths.sort(), isCut: false, closed };
}

function isClosed(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return false;
  } catch (cause) {
    return isRefused(cause);
  }
}

/** Whether the system refused something to us. */
export function isRefused(cause: unknown): boolean {
  return ["EACCES", "EPERM"].includes(errorCode(cause) ?? "");
}

/** The bytes of a file; undefined where it may not be read, though it holds some. Throws what else goes wrong. */
export function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    return lstatSync(path, { throwIfNoEntry: false })?.size === 0 ? Buffer.alloc(0) : undefined;
  }
}

/** What is to be done about a file that may name the person; undefined where it does not. */
export async function lookAtFile(path: string, matcher: PersonMatcher): Promise<Found | undefined> {
  const content = await contentOf(path);
  switch (content.kind) {
    case "gone":
      return undefined;
    case "too-large":
      return leave(path, "it is larger than what is searched: look through it by hand");
    case "closed":
      return leave(path, "it may not be read: look through it by hand");
    case "database":
      return lookAtDatabase(path, matcher);
    case "binary":
      return matcher.isInBytes(content.bytes)
        ? leave(path, "it is of a form that cannot be rewritten: remove it by hand")
        : undefined;
    case "text": {
      const { count, text } = rewrite(content.text, content.form, matcher);
      if (count === 0) return undefined;
      return { path, act: text === "" ? "remove" : "rewrite", count };
    }
    default:
      return content satisfies never;
  }
}

async function lookAtDatabase(path: string, matcher: PersonMatcher): Promise<Found | undefined> {
  try {
    const rows = await readForeignRows(path, matcher);
    if (rows.length === 0) return undefined;
    if (isOpenElsewhere(path) === true)
      return leave(path, "a program has it open: end it and run this again");
    return { path, act: "rewrite", count: rows.length };
  } catch {
    return leave(path, "it cannot be read as a database: look through it by hand");
  }
}

function leave(path: string, why: string): Found {
  return { path, act: "leave", count: 0, why };
}

/** Does what `lookAtFile` says, and gives that. */
export async function eraseFromFile(
  path: string,
  matcher: PersonMatcher,
): Promise<Found | undefined> {
  const found = await lookAtFile(path, matcher);
  if (found === undefined || found.act === "leave") return found;
  if (found.act === "remove") {
    await removeFile(path);
    return found;
  }
  const content = await contentOf(path);
  if (content.kind === "database") await eraseForeignRows(path, matcher);
  else if (content.kind === "text") {
    const { text } = rewrite(content.text, content.form, matcher);
    await replaceWith(path, content.isZipped ? gzipSync(text) : Buffer.from(text, "utf8"));
  }
  return found;
}

/** Removes a file, durably. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true, recursive: true });
  await syncDirectory(dirname(path));
}

async function replaceWith(path: string, bytes: Buffer): Promise<void> {
  const beside = join(dirname(path), `${WORK_PREFIX}${process.pid}`);
  const { mode } = lstatSync(path);
  await writeFile(beside, bytes, { mode: mode & 0o777, flush: true });
  await chmod(beside, mode & 0o777);
  await rename(beside, path);
  await syncDirectory(dirname(path));
}

/** What a file says of the person: lines, values or rows; the whole text with `whole`. Undefined where it says nothing. */
export async function readFromFile(
  path: string,
  matcher: PersonMatcher,
  whole: boolean,
): Promise<Held | undefined> {
  const content = await contentOf(path);
  if (content.kind === "database") {
    const rows = await readForeignRows(path, matcher).catch(() => []);
    return rows.length === 0 ? undefined : { path, content: rows as unknown as Json };
  }
  if (content.kind !== "text") return undefined;
  const { text } = content;
  if (whole) return { path, content: text };
  if (rewrite(text, content.form, matcher).count === 0) return undefined;
  if (content.form !== "json-lines" && content.form !== "lines") return { path, content: text };
  const lines = text.split("\n").filter((line) => matcher.isIn(line));
  return lines.length === 0 ? undefined : { path, content: lines };
}

type Content =
  | { readonly kind: "gone" | "too-large" | "closed" | "database" }
  | { readonly kind: "binary"; readonly bytes: Buffer }
  | {
      readonly kind: "text";
      readonly text: string;
      readonly form: TextForm;
      readonly isZipped: boolean;
    };

async function contentOf(path: string): Promise<Content> {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) return { kind: "gone" };
  if (status.size > PERSONAL_FILE_BYTES_MAX) return { kind: "too-large" };
  let bytes = bytesOf(path);
  if (bytes === undefined) return { kind: "closed" };
  if (bytes.subarray(0, SQLITE.length).equals(SQLITE)) return { kind: "database" };
  const isZipped = bytes.subarray(0, 2).equals(GZIP);
  if (isZipped) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: PERSONAL_FILE_BYTES_MAX });
    } catch {
      return { kind: "too-large" };
    }
  }
  const text = decodedText(bytes);
  if (text === undefined) return { kind: "binary", bytes };
  return { kind: "text", text, form: formOf(basename(path)), isZipped };
}

function decodedText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function formOf(name: string): TextForm {
  const bare = name.toLowerCase().replace(/\.gz$/, "");
  if (/\.(?:jsonl|ndjson)$/.test(bare)) return "json-lines";
  if (/\.(?:json|canvas)$/.test(bare)) return "json";
  return /\.(?:md|markdown|mdx)$/.test(bare) ? "markdown" : "lines";
}
