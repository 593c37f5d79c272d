// What a variable that a repository sets does to sessions: one class each, by its name and by what its value can do.
import { hostOf } from "./addresses.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";

/** Classes, each told by one check of the family `untrusted`. */
export type VariableClass =
  | "base-url"
  | "proxy"
  | "shell-start"
  | "path"
  | "git"
  | "loader"
  | "pager-or-editor"
  | "certificate"
  | "telemetry";

const SHELL_START =
  /^(?:BASH_ENV|ENV|ZDOTDIR|FPATH|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|PS4|SHELL|CLAUDE_CODE_SHELL|CLAUDE_CODE_SHELL_PREFIX|CLAUDE_ENV_FILE|BASH_FUNC_.*)$/;
const GIT =
  /^GIT_(?:CONFIG.*|SSH|SSH_COMMAND|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|DIR|COMMON_DIR|WORK_TREE|ALLOW_PROTOCOL)$|^SSH_ASKPASS$/;
const PAGER = /PAGER$|EDITOR$|VISUAL$|^BROWSER$|^LESS(?:OPEN|CLOSE)$/;
/** Programs that open nothing, as front-end tools take them. */
const NO_BROWSER = /^(?:|none|false|true|echo|:|\/bin\/true|\/usr\/bin\/true)$/i;
const CERTIFICATE =
  /^(?:NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PYTHONHTTPSVERIFY|GIT_SSL_\w+|AWS_CA_BUNDLE|PIP_(?:CERT|TRUSTED_HOST)|UV_INSECURE_HOST|DENO_(?:CERT|TLS_CA_STORE)|CARGO_HTTP_CAINFO|NPM_CONFIG_(?:STRICT_SSL|CAFILE|CA)|CLAUDE_CODE_CERT_STORE|CLAUDE_CODE_CLIENT_(?:CERT|KEY))$/;
/** Values of the variables above with which certificates are checked as always. */
const CHECKED =
  /^(?:NODE_TLS_REJECT_UNAUTHORIZED=1|PYTHONHTTPSVERIFY=1|GIT_SSL_NO_VERIFY=(?:0|false)|NPM_CONFIG_STRICT_SSL=true)$/i;
const PROXY = /^(?:HTTPS?|ALL|FTP|SOCKS5?|CLAUDE_CODE)_PROXY$/;
const BASE_URL =
  /^(?:ANTHROPIC_\w*BASE_URL|ANTHROPIC_FOUNDRY_RESOURCE|CLAUDE_CODE_API_BASE_URL|CLAUDE_CODE_\w*_URL|AWS_ENDPOINT_URL\w*|ANTHROPIC_UNIX_SOCKET)$/;
const TELEMETRY = /^(?:OTEL_\w*ENDPOINT|OTEL_EXPORTER_OTLP_(?:\w+_)?CERTIFICATE)$/;
const TELEMETRY_HEADERS = /^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/;
const VENDOR = /(?:^|\.)anthropic\.com$/;

/** Variables of options, and the options among them that load or run something. */
const LOADING_OPTIONS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^(?:NODE|BUN)_OPTIONS$/,
    /(?:^|\s)(?:-r|--require|--preload|--import|--(?:experimental-)?loader|--env-file(?:-if-exists)?|--experimental-(?:default-)?config-file|--inspect(?:-brk|-wait)?|--openssl-config|--icu-data-dir|--conditions|-C)(?=[=\s]|$)/,
  ],
  [
    /^(?:JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|MAVEN_ARGS|GRADLE_OPTS)$/,
    /-javaagent|-agent(?:lib|path)|-Xbootclasspath|-(?:cp|classpath|-class-path)\b|-XX:(?:OnError|OnOutOfMemoryError|Flags)|(?:^|\s)@|init-script|-I\s*\S/,
  ],
  [/^(?:CARGO_BUILD_)?RUST(?:DOC)?FLAGS$/, /linker|link-arg|codegen-backend/],
  [/^GOFLAGS$/, /-(?:toolexec|exec|overlay|modfile)\b/],
  [/^(?:GNU)?MAKEFLAGS$/, /-f\b|--(?:eval|file|makefile|include-dir)|SHELL=|-I\b/],
  [/^ERL_A?FLAGS$/, /-(?:eval|run|s|pa|pz|config|boot)\b/],
  [/^TF_CLI_ARGS/, /-(?:plugin-dir|chdir)\b/],
];
/** Of npm's, yarn's and cargo's many settings, those that name a program or a file with settings. */
const PACKAGE_PROGRAMS =
  /^(?:NPM_CONFIG_(?:SCRIPT_SHELL|SHELL|NODE_OPTIONS|USERCONFIG|GLOBALCONFIG|GIT|INIT_MODULE)|YARN_(?:YARN_PATH|PLUGINS|RC_FILENAME)|PNPM_SCRIPT_SHELL)$/;
/** Lists of folders, and single folders, from which code is taken. */
const FOLDERS =
  /^(?:NODE_PATH|PYTHON(?:PATH|HOME|USERBASE)|PERL5LIB|PERLLIB|RUBYLIB|GEM_(?:HOME|PATH)|LUA_C?PATH|CLASSPATH|LD_LIBRARY_PATH|DYLD_(?:FALLBACK_)?(?:LIBRARY|FRAMEWORK)_PATH|JULIA_LOAD_PATH|GUILE_LOAD_PATH|ERL_LIBS|AWKPATH|AWKLIBPATH|PHP_INI_SCAN_DIR|HOME|XDG_\w+|\w+_HOME)$/;
/** Names under which any value is code that gets loaded. */
const ALWAYS =
  /^(?:LD_(?:PRELOAD|AUDIT)|DYLD_INSERT_LIBRARIES|PYTHON(?:STARTUP|BREAKPOINT|PLATLIBDIR)|PERL5(?:OPT|DB)|RUBYOPT|LUA_INIT|PHPRC|DOTNET_STARTUP_HOOKS|R_(?:PROFILE|ENVIRON)\w*|GTK_MODULES|GIO_EXTRA_MODULES|GCONV_PATH|OPENSSL_(?:CONF|MODULES|ENGINES)|VIMINIT|GVIMINIT|EXINIT)$/;

/** The class of a variable; undefined where its setter gains nothing. */
export function variableClass(name: string, value: string): VariableClass | undefined {
  const upper = name.toUpperCase();
  if (value.trim() === "") return undefined;
  if (BASE_URL.test(upper)) return VENDOR.test(hostOf(value) ?? "") ? undefined : "base-url";
  if (PROXY.test(upper)) return "proxy";
  if (CERTIFICATE.test(upper))
    return CHECKED.test(`${upper}=${value.trim()}`) ? undefined : "certificate";
  if (TELEMETRY.test(upper)) return "telemetry";
  // A tenant's credentials take the data to another account of the same collector; a mere label does not.
  if (TELEMETRY_HEADERS.test(upper))
    return /auth|token|key|bearer|basic/i.test(value) ? "telemetry" : undefined;
  if (upper === "BROWSER") return NO_BROWSER.test(value.trim()) ? undefined : "pager-or-editor";
  if (redirectionOf(name, value) === undefined) return undefined;
  if (upper === "PATH") return "path";
  if (SHELL_START.test(upper)) return "shell-start";
  if (GIT.test(upper)) return "git";
  if (PAGER.test(upper)) return "pager-or-editor";
  return loadsCode(upper, value) ? "loader" : undefined;
}

function loadsCode(upper: string, value: string): boolean {
  if (redirectionOf(upper, value) !== "runs-code") return false;
  if (ALWAYS.test(upper)) return true;
  if (/^(?:NPM_CONFIG|YARN|PNPM)_/.test(upper)) return PACKAGE_PROGRAMS.test(upper);
  const options = LOADING_OPTIONS.find(([names]) => names.test(upper))?.[1];
  if (options !== undefined) return options.test(value);
  if (FOLDERS.test(upper))
    return value.split(/[:;]/).some((one) => !/^(?:\/(?!tmp|var\/tmp)|~|\$HOME|$)/.test(one));
  return isInReach(value);
}

/** Whether a value names a file that the repository, or anybody by a temporary directory, can put there. */
function isInReach(value: string): boolean {
  return /(?:^|[\s=:])(?:\.{1,2}\/|\/(?:var\/)?tmp\/|\$\{?(?:PWD|CLAUDE_PROJECT_DIR)\b|[\w-][\w.-]*\/)/.test(
    value,
  );
}
