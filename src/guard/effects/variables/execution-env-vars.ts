// Variables by which a program is told to run, load or obey something that no list names one by one: families by program, and values that could be such a thing.
import { byName } from "#base/by-name.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { type Text, textOf, type TextSet } from "../../shell/values/text.ts";

/** Programs of one maker, and how the names of the variables begin that they read. From their manuals and their texts. */
const FAMILIES: readonly (readonly [programs: RegExp, variables: RegExp])[] = [
  [/^(?:cargo|rustc|rustdoc|rustfmt|rustup|clippy-driver)$/, /^(?:CARGO|RUST|CLIPPY)/],
  [
    /^(?:mvn|mvnw|mvnd|gradlew?|ant|sbt|scalac?|kotlinc?|groovy|java|javac|jar|javap|jshell|keytool|lein|clojure|clj)$/,
    /^(?:MAVEN|MVN|MVND|M2|JAVA|JDK|_?JAVA_|GRADLE|ANT|SBT|SCALA|KOTLIN|GROOVY|LEIN|CLJ|CLASSPATH|CLASSWORLDS|JVM)/,
  ],
  [/^(?:gcloud|gsutil|bq)$/, /^(?:CLOUDSDK|GOOGLE|GCLOUD|BOTO|PYTHON)/],
  [/^aws$/, /^(?:AWS|BOTO|PYTHON)/],
  [/^az$/, /^(?:AZ|AZURE|PYTHON)/],
  [/^(?:terraform|tofu|terragrunt)$/, /^(?:TF|TERRAFORM|TOFU|TERRAGRUNT)_/],
  [/^(?:kubectl|helm|kubectx|kubens|kustomize|k9s|stern)$/, /^(?:KUBE|KUBERNETES|HELM|KUSTOMIZE)/],
  [
    /^(?:docker|docker-compose|podman|buildah|skopeo)$/,
    /^(?:DOCKER|BUILDX|BUILDKIT|COMPOSE|CONTAINERS?|PODMAN|BUILDAH|REGISTRY_AUTH)/,
  ],
  [/^(?:go|gofmt)$/, /^(?:GO|CGO|PKG_CONFIG$|AR$|CC$|CXX$|FC$)/],
  [/^(?:node|nodejs)$/, /^(?:NODE|OPENSSL)_/],
  [/^(?:npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)$/, /^(?:NODE|NPM|YARN|PNPM|COREPACK|OPENSSL)_/i],
  [/^(?:bun|bunx)$/, /^BUN_/],
  [/^deno$/, /^DENO_/],
  [
    /^(?:python[\d.]*|pip[\d.]*|pipx|pytest|poetry|pipenv|tox|nox|uv|uvx|ruff|black|mypy|flake8|pylint|isort|conda|mamba|flask|sphinx-build|mkdocs)$/,
    /^(?:PYTHON|PYTEST|PIP|PIPX|POETRY|PIPENV|TOX|NOX|UV|RUFF|BLACK|MYPY|CONDA|MAMBA|FLASK|VIRTUAL_ENV$)/,
  ],
  [
    /^(?:ruby[\d.]*|gem|bundle|bundler|rake|rails|rspec|rubocop|irb)$/,
    /^(?:RUBY|GEM|BUNDLE|RAKE|RAILS|RUBOCOP|IRB)/,
  ],
  [/^(?:php|composer|artisan|phpunit)$/, /^(?:PHP|COMPOSER)/],
  [/^(?:perl|prove|cpanm?|exiftool)$/, /^(?:PERL|PROVE|EXIFTOOL)/],
  [/^lua(?:jit|c|rocks|[\d.]+)?$/, /^LUA/],
  [
    /^(?:g?make|cmake|ctest|ninja|meson|cpack)$/,
    /^(?:MAKE|CMAKE|CTEST|NINJA|MESON|CC$|CXX$|LD$|PKG_CONFIG)/,
  ],
  [
    /^(?:gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|ld|as)(?:-[\d.]+)?$/,
    /^(?:GCC|COMPILER_PATH$|LIBRARY_PATH$|C_INCLUDE_PATH$|CPATH$|CPLUS_|COLLECT_|CLANG|CCC_)/,
  ],
  [/^git$/, /^GIT_(?!(?:AUTHOR|COMMITTER)_|TERMINAL_PROMPT$|PS1)/],
  [/^(?:gh|glab)$/, /^(?:GH|GLAB|GITHUB|GITLAB)_(?!TOKEN$)/],
  [/^(?:dotnet|nuget)$/, /^(?:DOTNET|MSBUILD|NUGET|COMPlus|CORECLR|COREHOST)/],
  [/^(?:swift|swiftc|xcrun|xcodebuild)$/, /^(?:SWIFT|DEVELOPER_DIR$|SDKROOT$|TOOLCHAINS$)/],
  [/^(?:mix|elixir|iex|erl|erlc|rebar3)$/, /^(?:MIX|ELIXIR|ERL|HEX|REBAR)/],
  [/^(?:R|Rscript)$/, /^R_/],
  [/^(?:ansible[\w-]*)$/, /^ANSIBLE_/],
  [/^(?:psql|pg_\w+|createdb|dropdb|pgcli)$/, /^(?:PG|PSQL)/],
  [/^(?:mysql\w*|mariadb\w*)$/, /^(?:MYSQL|MARIADB|LIBMYSQL)/],
  [/^sqlite3$/, /^SQLITE/],
  [/^redis-cli$/, /^(?:REDISCLI|REDIS)/],
  [/^(?:flutter|dart)$/, /^(?:FLUTTER|DART|PUB)_/],
  [/^(?:man|groff|nroff|troff|mandoc)$/, /^(?:MAN|GROFF|TROFF|NROFF)/],
  [/^(?:vi|g?vim|nvim|ex|view|emacs|nano)$/, /^(?:VIM|NVIM|EMACS|EXINIT$)/],
  [/^(?:openssl|curl|wget)$/, /^(?:OPENSSL|CURL|SSL|WGET)/],
  [/^(?:gpg2?|pass|gopass)$/, /^(?:GPG|GNUPG|PASSWORD_STORE|GOPASS)/],
  [/^(?:ffmpeg|ffprobe|ffplay)$/, /^(?:FFMPEG|FFREPORT|AV_)/],
  [/^(?:convert|magick|identify|mogrify|composite)$/, /^(?:MAGICK|IMAGEMAGICK)/],
  [/^(?:pandoc)$/, /^PANDOC/],
  [
    /^(?:latex|pdflatex|xelatex|lualatex|tex|pdftex|latexmk|bibtex)$/,
    /^(?:TEX|BIB|BST|MF|KPATHSEA|LATEX)/,
  ],
  [/^(?:gdb|valgrind|strace|perf)$/, /^(?:GDB|VALGRIND|PERF|DEBUGINFOD)/],
  [
    /^(?:just|task|tmux|screen|less|bat|fzf|rg|fd|jq|direnv|mise)$/,
    /^(?:JUST|TASK|TMUX|SCREEN|LESS|BAT|FZF|RIPGREP|FD|JQ|DIRENV|MISE)_?/,
  ],
];

/** Variables that tell any program of a family nothing but a name, a place for results or how to print. */
const QUIET =
  /^(?:\w+_CACHE(?:_DIR|_HOME|_FOLDER)?|CARGO_TARGET_DIR|GO(?:CACHE|MODCACHE|PATH|TMPDIR)|CARGO_TERM_\w+|CARGO_INCREMENTAL|CARGO_PROFILE_\w+|RUST_(?:LOG|BACKTRACE|TEST_THREADS|MIN_STACK)|GO(?:OS|ARCH|ARM|AMD64|GC|MAXPROCS|DEBUG|TRACEBACK|MEMLIMIT|111MODULE|WORK)|CGO_ENABLED|NODE_(?:ENV|DEBUG|NO_WARNINGS|DISABLE_COLORS)|PYTHON(?:UNBUFFERED|DONTWRITEBYTECODE|HASHSEED|IOENCODING|UTF8|WARNINGS|OPTIMIZE|FAULTHANDLER|VERBOSE|NOUSERSITE|SAFEPATH)|PIP_(?:NO_INPUT|DISABLE_PIP_VERSION_CHECK|QUIET|NO_COLOR)|(?:AWS|AZURE|GOOGLE|CLOUDSDK)_\w*(?:REGION|PROFILE|PROJECT)|CLOUDSDK_CORE_(?:PROJECT|ACCOUNT|DISABLE_PROMPTS)|TF_(?:LOG|IN_AUTOMATION|WORKSPACE|INPUT|VAR_\w+)|DOCKER_(?:BUILDKIT|DEFAULT_PLATFORM|CLI_HINTS)|COMPOSE_(?:PROJECT_NAME|PROFILES)|GIT_(?:TRACE\w*|OPTIONAL_LOCKS|REDIRECT_STD\w+|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|MERGE_AUTOEDIT|ADVICE|FLUSH|LITERAL_PATHSPECS|GLOB_PATHSPECS|NOGLOB_PATHSPECS|ICASE_PATHSPECS|REFLOG_ACTION)|PG(?:HOST|HOSTADDR|PORT|USER|DATABASE|PASSWORD|OPTIONS|TZ|DATESTYLE|APPNAME|CLIENTENCODING|CONNECT_TIMEOUT|SSLMODE)|FLASK_(?:DEBUG|ENV|RUN_PORT)|RAILS_(?:ENV|LOG_LEVEL)|BUNDLE_(?:JOBS|RETRY|WITHOUT)|MIX_ENV|MAN(?:WIDTH|OPT|ROFFSEQ)|LESS(?:CHARSET)?|JQ_COLORS|JAVA_VERSION|MAVEN_(?:COLOR|VERSION))$/;

/** Endings of names by which tools are told what to run, load or obey, whoever's they are. */
const TELLING_END =
  /(?:_|^)(?:HOME|OPTS?|PYTHON|RUBY|PERL|NODE|JAVA|COMMAND|CMD|EXEC|EXECUTABLE|PROGRAM|WRAPPER|TOOLCHAIN|PLUGINS?|PRELOAD|LOADER|INTERPRETER|SHELL|RCFILE|STARTUP)$/;

/** Endings of names whose values are files or folders. */
const PLACE_END = /(?:HOME|ROOT|DIR|PATH|FILE|CONFIG|RC|ENV|PREFIX|CMD|PROFILE_USER)$/;

/** Followed by models, by the search for programs, or by the shell itself. */
const FOLLOWED =
  /^(?:PATH|HOME|SHELL|PWD|OLDPWD|CDPATH|PYTHONPATH|PYTHONSTARTUP|NODE_PATH|NODE_OPTIONS|TAR_OPTIONS|RIPGREP_CONFIG_PATH|UNZIP|GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|EDITOR|SEQUENCE_EDITOR|PAGER|SSH|SSH_COMMAND|CONFIG\w*|ASKPASS|EXTERNAL_DIFF|PROXY_COMMAND|TEMPLATE_DIR|EXEC_PATH|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE)|FFREPORT|\w*(?:PAGER|EDITOR|PROXY)|VIMINIT|EXINIT)$|^LESS(?:OPEN|CLOSE|KEY|KEYIN)$/;

/** Programs that hand variables on to what they start, where they are looked at again. */
const STARTS_OTHERS =
  /^(?:(?:ba|z|da|k|rba)?sh|env|sudo|doas|xargs|nice|ionice|nohup|setsid|stdbuf|timeout|time|find|parallel|watch|entr|flock|script|strace|chronic|cross-env|direnv|mise)$/;

const familiesOf = byName((program) =>
  FAMILIES.filter(([programs]) => programs.test(program)).map(([, variables]) => variables),
);

/** Folders that belong to the system, or, below a home, to the tools of the person: nothing of a project or a session lies there. */
const SYSTEM = /^\/(?:usr|opt|bin|sbin|lib|lib64|nix\/store|snap|Library|Applications)\//;
const OF_TOOLS = /^\/\.[\w-]+\//;
/** Options of a virtual machine that only say how much memory it takes. */
const MEMORY = /^(?:-X(?:mx|ms|ss|mn)\d+[kKmMgG]?\s*)+$/;

/**
 * Whether a program may be told by a variable with one of these values what to run, load or obey, as far as names show it.
 * `home` is the person's own.
 */
export function mayBeTold(
  program: string,
  variable: string,
  { values, home }: { readonly values: TextSet; readonly home: string },
): boolean {
  if (FOLLOWED.test(variable) || QUIET.test(variable)) return false;
  const isOwn =
    familiesOf(program).some((variables) => variables.test(variable)) ||
    startsLike(program, variable);
  if (!isOwn && (STARTS_OTHERS.test(program) || !TELLING_END.test(variable))) return false;
  return values.some((value) => {
    const text = textOf(value);
    if (text !== undefined && (isElsewhere(text, home) || isKnownHarmless(variable, text)))
      return false;
    // A bare word is a path as well, where the variable names one.
    return isTelling(value, isOwn) || (PLACE_END.test(variable) && /^[^\d\s]/.test(text ?? "x"));
  });
}

/** `HELMFILE_X` for `helmfile`: a variable that begins with the name of the program. */
function startsLike(program: string, variable: string): boolean {
  const start = program.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return start.length > 1 && variable.startsWith(`${start}_`);
}

/** Whether a value is one path to where neither a project nor a session puts anything. */
function isElsewhere(text: string, home: string): boolean {
  if (!/^[\w./@+-]+$/.test(text) || /(?:^|\/)\.\.(?:\/|$)/.test(text)) return false;
  return SYSTEM.test(text) || (text.startsWith(home) && OF_TOOLS.test(text.slice(home.length)));
}

/** Whether a variable that may tell so has a value that cannot. */
function isKnownHarmless(variable: string, text: string): boolean {
  if (MEMORY.test(text)) return true;
  return (
    redirectionOf(variable, "some/value") !== undefined &&
    redirectionOf(variable, text) === undefined
  );
}

/** Whether a value could be a path, options, a line of commands or, for the program's own variables, an address. */
function isTelling(value: Text, isOwn: boolean): boolean {
  const text = textOf(value);
  if (text === undefined) return true;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return isOwn && !/^[a-z][a-z0-9+.-]*:\/\/(?:localhost|127\.|\[::1\])/i.test(text);
  return (
    text.includes("/") ||
    /^[-~@+.]|\s-|[`|;&<>]|\$[({]/.test(text) ||
    /\.(?:jar|so|dylib|py|pyz|rb|pl|pm|js|mjs|cjs|ts|sh|lua|php|toml|ya?ml|json|xml|ini|cfg|conf|rc|properties|gradle)$/.test(
      text,
    )
  );
}
