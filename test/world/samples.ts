// Which files and lines a person reads: chosen by digests of their names, so that nobody picks and everybody gets the same.
import { createHash } from "node:crypto";
import { type Asked, isWrittenSecret, mayBePersonal, secretStrength } from "./candidates.ts";
import { type Blob, blobsOf, readBlobs, type Repository } from "./repositories.ts";

/** What a file is: settings and data, code, text for people, or something else. */
export type FileKind = "settings" | "code" | "prose" | "other";
/** One line of a file; `line` from 1, `digest` of its text without blanks at its ends. */
export type Place = { readonly path: string; readonly line: number; readonly digest: string };
/** One file that was chosen, as text. */
export type ChosenFile = { readonly path: string; readonly kind: FileKind; readonly text: string };
export type Candidate = Place & { readonly asked: Asked };
/** What is read of one repository. */
export type Sample = {
  /** Every finding in these is labelled. */
  readonly anyFiles: readonly ChosenFile[];
  /** Every candidate line in these is labelled, up to `LINES_OF_A_FILE`. */
  readonly candidateFiles: readonly ChosenFile[];
  readonly candidates: readonly Candidate[];
  /** Where the candidates stand that are in none of the chosen files. */
  readonly asideFiles: readonly ChosenFile[];
  /** The findings of these are labelled, up to `FINDINGS_OF_A_REPOSITORY`. */
  readonly manyFiles: readonly ChosenFile[];
};

const FILE_BYTES_MAX = 512 * 1024;
const SETTINGS =
  /(?:^|\/)(?:\.env[^/]*|[^/]*\.env|dockerfile[^/]*|\.npmrc|\.netrc|\.pypirc|\.htpasswd|makefile|jenkinsfile)$|\.(?:ya?ml|json|jsonc|json5|toml|ini|conf|cfg|cnf|config|properties|xml|plist|tf|tfvars|hcl|sql|sh|bash|zsh|fish|ps1|bat|cmd|gradle|service|nix|j2|tpl|csv|tsv|http|rest)$/i;
const CODE =
  /\.(?:[cm]?[jt]sx?|pyi?|ipynb|go|java|kts?|scala|rb|php|rs|[ch]|cc|cpp|hpp|cs|mm?|swift|dart|lua|p[lm]|exs?|erl|hs|clj|vue|svelte|astro|groovy|r|jl|vb|pas|html?|cshtml|razor)$/i;
const PROSE = /\.(?:mdx?|markdown|rst|adoc|txt|org)$/i;
/** WHY by name: what is drawn, packed or compiled has no lines to read. */
const NOT_TEXT =
  /\.(?:png|jpe?g|gif|webp|ico|svg|pdf|zip|gz|tgz|bz2|xz|7z|jar|war|class|so|dll|exe|dylib|a|o|wasm|woff2?|ttf|otf|eot|mp[34]|wav|ogg|avi|mov|webm|psd|ai|sketch|fig|blend|fbx|obj|stl|glb|bin|dat|db|sqlite3?|pyc|parquet|h5|npy|npz|pkl|pt|onnx|keystore|jks|p12|map)$/i;
const LOCK =
  /(?:^|\/)(?:[^/]*lock[^/]*\.(?:json|ya?ml|toml)|[^/]*\.lock|go\.sum|npm-shrinkwrap\.json)$|\.min\.(?:js|css)$/i;

const ANY_FILES = 5;
const CANDIDATE_FILES = 8;
const MANY_FILES = 150;
/** Files of a repository in which candidates are looked for. */
const LOOKED_MAX = 3_000;
const LINES_OF_A_FILE = 8;
const WEAK_LINES_OF_A_FILE = 1;
const PERSONAL_LINES_OF_A_FILE = 2;
const PERSONAL_LINES = 6;
/** Lines of a repository's settings, texts and templates that plainly give a value to the name of a secret. */
const WRITTEN_LINES = 8;
const WRITTEN_LINES_OF_A_FILE = 3;

/** The kind of a file by its path. */
export function kindOf(path: string): FileKind {
  if (PROSE.test(path)) return "prose";
  if (SETTINGS.test(path)) return "settings";
  return CODE.test(path) ? "code" : "other";
}

/** What is read of the repository. */
export function sampleOf(mirror: string, repository: Repository): Sample {
  const eligible = blobsOf(mirror, repository).filter(
    ({ path, size }) =>
      size > 0 && size <= FILE_BYTES_MAX && !NOT_TEXT.test(path) && !LOCK.test(path),
  );
  const order = (purpose: string) =>
    inOrder(eligible, ({ path }) => `${purpose}\0${repository.name}\0${path}`);
  const anyFiles = textsOf(mirror, mixed(order("any"), ANY_FILES));
  const looked = textsOf(mirror, order("candidates").slice(0, LOOKED_MAX));
  const candidates = looked.flatMap((file) => candidatesOf(repository, file));
  const secretPaths = new Set(
    candidates.filter(({ asked }) => asked === "secret").map(({ path }) => path),
  );
  const chosen = mixed(
    looked.filter(({ path }) => secretPaths.has(path)),
    CANDIDATE_FILES,
  );
  const paths = new Set(chosen.map(({ path }) => path));
  const personal = inOrder(
    candidates.filter(({ asked }) => asked === "personal"),
    ({ digest, path }) => `personal\0${repository.name}\0${path}\0${digest}`,
  ).slice(0, PERSONAL_LINES);
  const written = inOrder(
    looked.filter(({ kind }) => kind !== "prose").flatMap((file) => writtenOf(repository, file)),
    ({ digest, path }) => `written\0${repository.name}\0${path}\0${digest}`,
  ).slice(0, WRITTEN_LINES);
  const asidePaths = new Set([...personal, ...written].map(({ path }) => path));
  return {
    anyFiles,
    asideFiles: looked.filter(({ path }) => asidePaths.has(path)),
    candidateFiles: chosen,
    candidates: once([
      ...candidates.filter(({ asked, path }) => asked === "secret" && paths.has(path)),
      ...written,
      ...personal,
    ]),
    manyFiles: textsOf(mirror, order("many").slice(0, MANY_FILES)),
  };
}

/** The digest under which a line is labelled: 16 hexadecimal digits of SHA-256. */
export function lineDigest(line: string): string {
  return createHash("sha256").update(line.trim()).digest("hex").slice(0, 16);
}

function candidatesOf({ name }: Repository, { path, text }: ChosenFile): readonly Candidate[] {
  const lines = text.split("\n").map((line, at) => ({ line, at }));
  const chosen = (asked: Asked, max: number, isWanted: (line: string) => boolean) =>
    inOrder(
      lines.filter(({ line }) => isWanted(line)),
      ({ line, at }) => `${name}\0${path}\0${line}\0${at}`,
    )
      .slice(0, max)
      .map(({ line, at }) => ({ path, line: at + 1, digest: lineDigest(line), asked }));
  const strong = chosen("secret", LINES_OF_A_FILE, (line) => secretStrength(line) === "strong");
  const weak = chosen("secret", WEAK_LINES_OF_A_FILE, (line) => secretStrength(line) === "weak");
  const personal = chosen("personal", PERSONAL_LINES_OF_A_FILE, mayBePersonal);
  // WHY the weak only beside the strong: a file is chosen for these, and nearly all of those are nothing.
  return [...strong, ...(strong.length === 0 ? [] : weak), ...personal];
}

/** WHY: one line may be chosen by two rules. */
function once(candidates: readonly Candidate[]): readonly Candidate[] {
  return [
    ...new Map(candidates.map((one) => [`${one.path}\0${one.line}\0${one.asked}`, one])).values(),
  ];
}

function writtenOf({ name }: Repository, { path, text }: ChosenFile): readonly Candidate[] {
  const lines = text.split("\n").map((line, at) => ({ line, at }));
  return inOrder(
    lines.filter(({ line }) => isWrittenSecret(line)),
    ({ line, at }) => `${name}\0${path}\0${line}\0${at}`,
  )
    .slice(0, WRITTEN_LINES_OF_A_FILE)
    .map(({ line, at }) => ({ path, line: at + 1, digest: lineDigest(line), asked: "secret" }));
}

/** The first of each kind in turn: two of settings, two of code, one of anything. */
function mixed<File extends { readonly path: string }>(
  files: readonly File[],
  count: number,
): readonly File[] {
  const settings = files.filter(({ path }) => kindOf(path) === "settings").slice(0, 2);
  const code = files.filter(({ path }) => kindOf(path) === "code").slice(0, 2);
  const first = [...settings, ...code];
  return [...first, ...files.filter((file) => !first.includes(file))].slice(0, count);
}

function textsOf(mirror: string, blobs: readonly Blob[]): readonly ChosenFile[] {
  return readBlobs(mirror, blobs).flatMap((bytes, at) => {
    const path = blobs[at]?.path ?? "";
    return bytes === undefined || bytes.includes(0)
      ? []
      : [{ path, kind: kindOf(path), text: bytes.toString("utf8") }];
  });
}

function inOrder<One>(all: readonly One[], keyOf: (one: One) => string): readonly One[] {
  const keyed = all.map((one) => ({
    one,
    key: createHash("sha256").update(keyOf(one)).digest("hex"),
  }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one);
}
