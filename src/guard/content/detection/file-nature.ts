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
  /** Settings, data, scripts and seeds: the value beside the name of a password is one there, however plain it is. */
  readonly isSettings: boolean;
  /** Text for people. */
  readonly isProse: boolean;
  /** A programming language: a value without quotes is an expression there, and no text. */
  readonly isCode: boolean;
};

const TEST =
  /(?:^|\/)_?tests?[-_]?(?:common|utils?|helpers?|setup|data|base|support)\.(?:[cm]?[jt]sx?|py|rb|php|cs|go|java|kt)$|(?:^|\/)(?:tests?(?:[-_](?:data|utils?|helpers?|support|resources|fixtures?|certs?|keys))?|testing|__tests__|spec|specs|fixtures?|__fixtures__|mocks?|__mocks__|testdata|e2e|cypress|androidtest|integration[-_]?tests?)\/|[._-](?:test|tests|spec|e2e|mock|stories)\.[a-z]{1,5}$|(?:^|\/)(?:(?:smoke|test)[-_][^/]{1,100}\.(?:py|sh|rb|ps1|[cm]?js|ts|c|cpp)|conftest\.py|pytest\.ini|phpunit[^/]{0,20}\.xml(?:\.dist)?|tests?\.(?:py|rs|js|ts|go))$/i;
/** As classes of tests are named: `LoginTest.java`. */
const TEST_CLASS =
  /[a-z0-9](?:Tests?|TestCase|IT|Spec)\.(?:java|kts?|cs|swift|scala|groovy|php|dart)$/;
const EXAMPLE =
  /(?:^|[._/-])(?:example|examples|sample|samples|template|templates|dist)(?:[._/-]|$)/i;
const LOCK =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|cargo\.lock|poetry\.lock|pipfile\.lock|uv\.lock|gemfile\.lock|go\.sum|flake\.lock|mix\.lock|podfile\.lock)$/i;
const SETTINGS =
  /^(?:\.env.*|.*\.env|dockerfile.*|\.npmrc|makefile|jenkinsfile|procfile|user-data)$|\.(?:ya?ml|json|jsonc|json5|toml|ini|conf|cfg|cnf|config|properties|xml|plist|tf|tfvars|hcl|sql|sh|bash|zsh|fish|ps1|bat|cmd|gradle|kts|service|nix|j2|tpl|example|sample|template|dist)$/i;
/** Code that holds nothing but settings. */
const SETTINGS_CODE =
  /(?:^|[/._-]|[a-z](?=[A-Z]))(?:settings?|config(?:uration)?|database)(?:[._-][\w-]{1,30}){0,3}\.(?:py|php|rb|[cm]?js|ts|exs?|pl|lua)$|(?:^|\/)settings\/\w{1,40}\.py$/i;
const SEEDS =
  /(?:^|\/)(?:(?:db_?)?seed(?:s|er|ers|ing)?|initial_?data)(?:\/|[._-][^/]{0,80}$|\.[a-z]{2,4}$)/i;
const PROSE = /\.(?:md|mdx|markdown|rst|adoc|txt)(?:\.(?:j2|jinja2?|tpl|tmpl|erb|hbs|in))?$/i;
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyi|go|java|kt|kts|scala|rb|php|rs|c|h|cc|cpp|hpp|cs|m|mm|swift|dart|lua|pl|pm|ex|exs|erl|hs|clj|vue|svelte|groovy|r|jl|inl|tpp|ipp|cuh?|metal|glsl|hlsl|zig|nim|fsx?|sol|gd|proto)$/i;
/** Characters of a path that are looked at: its end says what it is. */
const PATH_CHARS = 400;

const UNTOLD: FileNature = {
  path: undefined,
  isTest: false,
  isExample: false,
  isLock: false,
  isSettings: false,
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
    isTest: TEST.test(end) || TEST_CLASS.test(name),
    isExample: EXAMPLE.test(name),
    isLock: LOCK.test(name),
    isSettings: SETTINGS.test(name) || SETTINGS_CODE.test(name) || SEEDS.test(end),
    isProse: PROSE.test(name),
    isCode: CODE.test(name),
  };
}
