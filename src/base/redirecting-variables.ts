// The one list of variables by which whoever sets them runs code of their choosing, or decides whom programs talk to and trust.

/** What a variable lets its setter do: choose what is run, or choose who is talked to and believed. */
export type Redirection = "runs-code" | "redirects-trust";

/** Names as they are, upper case; see `PREFIXES` for families. */
const RUNS_CODE: readonly string[] = [
  // Shells.
  ...[
    "PATH",
    "BASH_ENV",
    "ENV",
    "SHELL",
    "ZDOTDIR",
    "FPATH",
    "PROMPT_COMMAND",
    "SHELLOPTS",
    "BASHOPTS",
  ],
  ...["PS4", "INPUTRC", "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME"],
  // Loaders of languages.
  ...["NODE_OPTIONS", "NODE_PATH", "BUN_OPTIONS", "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME"],
  ...[
    "PYTHONUSERBASE",
    "PYTHONBREAKPOINT",
    "PYTHONPLATLIBDIR",
    "PERL5OPT",
    "PERL5LIB",
    "PERLLIB",
    "PERL5DB",
  ],
  ...[
    "RUBYOPT",
    "RUBYLIB",
    "GEM_HOME",
    "GEM_PATH",
    "BUNDLE_GEMFILE",
    "LUA_INIT",
    "LUA_PATH",
    "LUA_CPATH",
  ],
  ...[
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "CLASSPATH",
  ],
  ...[
    "DOTNET_STARTUP_HOOKS",
    "R_PROFILE",
    "R_PROFILE_USER",
    "R_ENVIRON_USER",
    "AWKPATH",
    "AWKLIBPATH",
  ],
  ...["JULIA_LOAD_PATH", "GUILE_LOAD_PATH", "ERL_FLAGS", "ERL_AFLAGS", "ERL_LIBS"],
  // The dynamic loader and libraries.
  ...[
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "GTK_MODULES",
    "GIO_EXTRA_MODULES",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
  ],
  ...["OPENSSL_ENGINES"],
  // Build tools.
  ...[
    "MAKEFLAGS",
    "GNUMAKEFLAGS",
    "MAKEFILES",
    "CC",
    "CXX",
    "LD",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTDOC",
  ],
  ...[
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "GOFLAGS",
    "GOROOT",
    "GOENV",
  ],
  ...[
    "MAVEN_OPTS",
    "MAVEN_ARGS",
    "GRADLE_OPTS",
    "GRADLE_USER_HOME",
    "CMAKE_TOOLCHAIN_FILE",
    "NVM_DIR",
  ],
  // Programs that name another program.
  ...[
    "BROWSER",
    "LESS",
    "LESSOPEN",
    "LESSCLOSE",
    "LESSKEY",
    "LESSKEYIN",
    "MANOPT",
    "FZF_DEFAULT_COMMAND",
  ],
  ...[
    "FZF_DEFAULT_OPTS",
    "RIPGREP_CONFIG_PATH",
    "TAR_OPTIONS",
    "RSYNC_RSH",
    "RSYNC_PARTIAL_DIR",
    "CVS_RSH",
  ],
  ...[
    "SVN_SSH",
    "HGRCPATH",
    "VIMINIT",
    "GVIMINIT",
    "EXINIT",
    "MYVIMRC",
    "VIM",
    "VIMRUNTIME",
    "EMACSLOADPATH",
  ],
  ...[
    "SSH_ASKPASS",
    "FCEDIT",
    "SUDO_ASKPASS",
    "GNUPGHOME",
    "PSQLRC",
    "PGSERVICEFILE",
    "MYSQL_HOME",
    "WGETRC",
    "CURL_HOME",
  ],
  ...[
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "KUBECONFIG",
    "DOCKER_CONFIG",
    "TF_CLI_CONFIG_FILE",
  ],
  ...["COMPOSER_HOME", "ANSIBLE_CONFIG"],
  // The client itself.
  ...["CLAUDE_CODE_SHELL", "CLAUDE_CODE_SHELL_PREFIX", "CLAUDE_ENV_FILE", "CLAUDE_CONFIG_DIR"],
  ...["CLAUDE_CODE_GIT_BASH_PATH", "CLAUDE_SSH_LOCAL_BINARY", "SDK_NATIVE_BIN"],
  "VITALS_EMITTER_BIN",
];

const REDIRECTS_TRUST: readonly string[] = [
  ...["NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PYTHONHTTPSVERIFY", "AWS_CA_BUNDLE"],
  ...[
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_CUSTOM_HEADERS",
    "ANTHROPIC_UNIX_SOCKET",
  ],
  ...["CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_API_BASE_URL"],
  // Of the client 2.1.332, each of which takes effect from a repository's settings (docs/reference/repository-variables.md):
  // settings in place of the person's or the organisation's, ...
  ...["CLAUDE_CODE_REMOTE_SETTINGS_PATH", "CLAUDE_CODE_USE_COWORK_PLUGINS"],
  // ... where the client signs in and as whom, ...
  ...["CLAUDE_LOCAL_OAUTH_API_BASE", "CLAUDE_LOCAL_OAUTH_APPS_BASE"],
  ...["CLAUDE_LOCAL_OAUTH_CONSOLE_BASE", "USE_LOCAL_OAUTH", "USE_STAGING_OAUTH"],
  ...["ANTHROPIC_AWS_API_KEY", "ANTHROPIC_FOUNDRY_API_KEY", "ANTHROPIC_FOUNDRY_AUTH_TOKEN"],
  ...["ANTHROPIC_IDENTITY_TOKEN_FILE", "ANTHROPIC_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"],
  ...["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
  ...["CLOUDSDK_AUTH_ACCESS_TOKEN", "MCP_OAUTH_CLIENT_METADATA_URL"],
  // ... and where it sends what it measured, or takes an editor to be.
  ...["ANT_CLAUDE_CODE_METRICS_ENDPOINT", "ANT_OTEL_EXPORTER_OTLP_ENDPOINT"],
  ...["ANT_OTEL_EXPORTER_OTLP_HEADERS", "CCR_CHECKPOINT_URL", "CLAUDE_CODE_IDE_HOST_OVERRIDE"],
  ...[
    "PIP_CONFIG_FILE",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "PIP_FIND_LINKS",
  ],
  ...["UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_CONFIG_FILE"],
  ...["GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE", "GOPRIVATE"],
  ...["DOCKER_HOST", "SSH_AUTH_SOCK", "KUBE_CONFIG_PATH"],
];

/** Families; the longest part of the name that is always the same, upper case. */
const PREFIXES: readonly (readonly [string, Redirection])[] = [
  ["LD_", "runs-code"],
  ["DYLD_", "runs-code"],
  ["BASH_FUNC_", "runs-code"],
  ["GIT_CONFIG", "runs-code"],
  ["NPM_CONFIG_", "runs-code"],
  ["YARN_", "runs-code"],
  ["PNPM_", "runs-code"],
  ["CARGO_BUILD_", "runs-code"],
  ["CARGO_TARGET_", "runs-code"],
  ["TF_CLI_ARGS", "runs-code"],
  ["SALLYPORT_", "redirects-trust"],
  ["GIT_SSL_", "redirects-trust"],
  ["AWS_ENDPOINT_URL", "redirects-trust"],
  ["CARGO_REGISTRIES_", "redirects-trust"],
];

/** Git's own variables that name a program, a folder of programs, or a folder with a configuration. */
const GIT_RUNS: readonly string[] = [
  ...[
    "SSH",
    "SSH_COMMAND",
    "SSH_VARIANT",
    "ASKPASS",
    "PROXY_COMMAND",
    "EXTERNAL_DIFF",
    "EXEC_PATH",
  ],
  ...[
    "TEMPLATE_DIR",
    "DIR",
    "COMMON_DIR",
    "OBJECT_DIRECTORY",
    "ALTERNATE_OBJECT_DIRECTORIES",
    "WORK_TREE",
  ],
  ...["ATTR_SOURCE", "ALLOW_PROTOCOL"],
];

/** Programs that only show or edit a file. Any other one named as pager or editor is code that runs. */
const PAGERS =
  /^(?:|cat|less|more|most|bat|delta|true|false|:|\/usr\/bin\/(?:less|cat)|\/bin\/cat)(?: -[A-Za-z]+)*$/;
const EDITORS =
  /^(?:|vi|vim|nvim|nano|pico|emacs|code|cursor|zed|subl|true|false|:)(?: (?:--wait|-w|-nw))*$/;
const SYSTEM_PATH =
  /^(?:\/usr\/local\/s?bin|\/usr\/s?bin|\/s?bin)(?::(?:\/usr\/local\/s?bin|\/usr\/s?bin|\/s?bin))*$/;
const NODE_FLAG =
  /^--(?:(?:max-old-space-size|max-semi-space-size|max-http-header-size|stack-trace-limit|unhandled-rejections|dns-result-order)=[\w-]+|no-warnings|no-deprecation|trace-warnings|trace-deprecation|enable-source-maps|throw-deprecation)$/;
/** npm's settings that change what it prints and nothing else. */
const QUIET_NPM =
  /^NPM_CONFIG_(?:LOGLEVEL|FUND|AUDIT|PROGRESS|COLOR|UPDATE_NOTIFIER|YES|UNICODE|TIMING|ENGINE_STRICT|SAVE_EXACT)$/;
/** A proxy's or a service's address, in whatever spelling. */
const ADDRESS =
  /^(?:(?:HTTPS?|ALL|FTP|SOCKS5?|RSYNC|CLAUDE_CODE|NPM|YARN)_PROXY|(?:ANTHROPIC|CLAUDE_CODE|CLAUDE)_\w*URL|OTEL_EXPORTER_OTLP_(?:\w+_)?(?:ENDPOINT|CERTIFICATE))$/;
const SHELLS = /^\/(?:usr\/)?bin\/(?:ba|z|da|)sh$/;

/**
 * What setting a variable to a value lets its setter do; undefined when nothing of the kind. Names are compared without
 * case, because proxies and npm read both. A value that can only be harmless (`PAGER=cat`, a heap size) is no redirection.
 */
export function redirectionOf(name: string, value: string): Redirection | undefined {
  const upper = name.toUpperCase();
  if (isHarmless(upper, value)) return undefined;
  if (REDIRECTS_TRUST.includes(upper) || ADDRESS.test(upper)) return "redirects-trust";
  if (RUNS_CODE.includes(upper)) return "runs-code";
  if (/(?:^|_|^MAN)PAGER$|(?:^|_)(?:EDITOR|VISUAL)$/.test(upper)) return "runs-code";
  if (upper.startsWith("GIT_") && GIT_RUNS.includes(upper.slice(4))) return "runs-code";
  return PREFIXES.find(([prefix]) => upper.startsWith(prefix))?.[1];
}

/** Variables of which an empty value is another one than none: a place that is not there, or the folder in which one is. */
const EMPTY_COUNTS =
  /^(?:PATH|HOME|IFS|CDPATH|POSIXLY_CORRECT|CLASSPATH|GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|CEILING_DIRECTORIES))$/;

/** Editors and pagers that do nothing: whoever names one says something, because nobody else is asked then. */
const IDLE_PROGRAM = /^(?:true|false|:)$/;

/**
 * Whether a variable with this value tells every program that heeds it what it does without: emptied, counted to zero,
 * certificates checked as they are anyway, a person's usual editor or pager. Managed settings set such values so that nobody
 * else does.
 */
export function isSilent(name: string, value: string): boolean {
  const upper = name.toUpperCase();
  if (value === "") return !EMPTY_COUNTS.test(upper);
  if (/PAGER$|(?:^|_)(?:EDITOR|VISUAL)$/.test(upper))
    return !IDLE_PROGRAM.test(value) && isHarmless(upper, value);
  return (
    (upper === "GIT_CONFIG_COUNT" && value === "0") ||
    (upper === "NODE_TLS_REJECT_UNAUTHORIZED" && value === "1")
  );
}

function isHarmless(upper: string, value: string): boolean {
  const text = value.trim();
  if (/(?:^|_|^MAN)PAGER$/.test(upper)) return PAGERS.test(text);
  if (/(?:^|_)(?:EDITOR|VISUAL)$/.test(upper)) return EDITORS.test(text);
  if (QUIET_NPM.test(upper)) return true;
  switch (upper) {
    case "PATH":
      return SYSTEM_PATH.test(text);
    case "NODE_OPTIONS":
      return text.split(/\s+/).every((flag) => flag === "" || NODE_FLAG.test(flag));
    case "SHELL":
    case "CLAUDE_CODE_SHELL":
      return SHELLS.test(text);
    case "LESS":
      return /^[\w-]*$/.test(text);
    case "NODE_TLS_REJECT_UNAUTHORIZED":
      return text === "1";
    case "GOFLAGS":
      return /^(?:-(?:mod=(?:mod|readonly)|count=\d+|v|race)\s*)*$/.test(text);
    case "MAKEFLAGS":
      return /^-?j\s?\d*$/.test(text);
    case "BASH_ENV":
    case "ENV":
    case "LD_PRELOAD":
    case "LD_AUDIT":
    case "GIT_CONFIG_COUNT":
    case "PYTHONBREAKPOINT":
      return text === "" || text === "0";
    case "GIT_CONFIG_GLOBAL":
    case "GIT_CONFIG_SYSTEM":
    case "OPENSSL_CONF":
      return text === "/dev/null";
    case "GIT_CONFIG_NOSYSTEM":
      return true;
    default:
      return false;
  }
}
