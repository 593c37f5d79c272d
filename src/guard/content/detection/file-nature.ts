// What a file is by its path: a test, an example, a lock file. It says how much a value in it weighs, never that there is none.
import { baseName } from "#base/path.ts";

/** What is known of the file that a text is of or goes to. Everything is false where no path is known. */
export type FileNature = {
  readonly path: string | undefined;
  /** Tests, fixtures and mocks: values there are mostly made up. */
  readonly isTest: boolean;
  /** `.env.example`, templates and samples: values there should be placeholders. */
  readonly isExample: boolean;
  /** Written by a package manager, full of digests. */
  readonly isLock: boolean;
  /** Text for people. */
  readonly isProse: boolean;
  /** A programming language: a value without quotes is an expression there, and no text. */
  readonly isCode: boolean;
};

const TEST =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures?|__fixtures__|mocks?|__mocks__|testdata)\/|[._-](?:test|spec)\.[a-z]{1,5}$|(?:^|\/)test_[^/]{1,100}\.py$/i;
const EXAMPLE =
  /(?:^|[._/-])(?:example|examples|sample|samples|template|templates|dist)(?:[._/-]|$)/i;
const LOCK =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|cargo\.lock|poetry\.lock|pipfile\.lock|uv\.lock|gemfile\.lock|go\.sum|flake\.lock|mix\.lock|podfile\.lock)$/i;
const PROSE = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyi|go|java|kt|kts|scala|rb|php|rs|c|h|cc|cpp|hpp|cs|m|mm|swift|dart|lua|pl|pm|ex|exs|erl|hs|clj|vue|svelte|groovy|r|jl)$/i;
/** Characters of a path that are looked at: its end says what it is. */
const PATH_CHARS = 400;

const UNTOLD: FileNature = {
  path: undefined,
  isTest: false,
  isExample: false,
  isLock: false,
  isProse: false,
  isCode: false,
};

/** What the file at `path` is, as far as its path says. */
export function fileNature(path: string | undefined): FileNature {
  if (path === undefined) return UNTOLD;
  const end = path.slice(-PATH_CHARS);
  const name = baseName(end);
  return {
    path,
    isTest: TEST.test(end),
    isExample: EXAMPLE.test(name),
    isLock: LOCK.test(name),
    isProse: PROSE.test(name),
    isCode: CODE.test(name),
  };
}
