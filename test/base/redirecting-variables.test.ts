// Which variables of a repository are findings, and which everyday ones are none.
import { describe, expect, it } from "vitest";
import { acceptVariable, isAccepted } from "#govern/settings/accepted-variables.ts";
import { isSilent, redirectionOf } from "#base/redirecting-variables.ts";

describe("a variable that runs code", () => {
  it.each([
    ["PATH", "/repo/bin:/usr/bin:/bin"],
    ["PATH", "./node_modules/.bin:/usr/bin"],
    ["PATH", "/usr/bin:"],
    ["BASH_ENV", "/project/env.sh"],
    ["ENV", "./env.sh"],
    ["ZDOTDIR", "/project/.zsh"],
    ["SHELL", "/project/bash"],
    ["CLAUDE_CODE_SHELL", "/project/bash"],
    ["CLAUDE_CODE_SHELL_PREFIX", "./wrap.sh"],
    ["VITALS_EMITTER_BIN", "/project/x"],
    ["LD_PRELOAD", "./evil.so"],
    ["LD_LIBRARY_PATH", "/project/lib"],
    ["DYLD_INSERT_LIBRARIES", "./evil.dylib"],
    ["NODE_OPTIONS", "--require ./evil.cjs"],
    ["NODE_OPTIONS", "--max-old-space-size=4096 --import ./evil.mjs"],
    ["PYTHONSTARTUP", "./start.py"],
    ["PYTHONPATH", "src"],
    ["PERL5OPT", "-Mevil"],
    ["RUBYOPT", "-revil"],
    ["GIT_CONFIG_COUNT", "1"],
    ["GIT_CONFIG_KEY_0", "core.fsmonitor"],
    ["GIT_CONFIG_PARAMETERS", "'core.pager=x'"],
    ["GIT_CONFIG_GLOBAL", "./gitconfig"],
    ["GIT_SSH_COMMAND", "./ssh"],
    ["GIT_SSH", "./ssh"],
    ["GIT_EXTERNAL_DIFF", "./diff"],
    ["GIT_DIR", "./other.git"],
    ["PAGER", "sh"],
    ["PAGER", "./pager"],
    ["GIT_PAGER", "less; ./evil"],
    ["GIT_EDITOR", "vim -c :!x"],
    ["EDITOR", "./evil"],
    ["VISUAL", "sh -c x"],
    ["npm_config_script_shell", "./evil"],
    ["NPM_CONFIG_USERCONFIG", "./npmrc"],
    ["BASH_FUNC_git%%", "() { ./evil; }"],
    ["RIPGREP_CONFIG_PATH", "./rg"],
    ["TAR_OPTIONS", "--checkpoint=1 --checkpoint-action=exec=./evil"],
    ["LESSOPEN", "|./evil %s"],
    ["HOME", "/project/home"],
    ["MAKEFLAGS", "--eval=x"],
    ["GOFLAGS", "-toolexec=./evil"],
    ["RUSTC_WRAPPER", "./evil"],
    ["JAVA_TOOL_OPTIONS", "-javaagent:evil.jar"],
  ])("%s=%s is found", (name, value) => {
    expect(redirectionOf(name, value)).toBe("runs-code");
  });
});

describe("a variable that redirects trust", () => {
  it.each([
    ["HTTP_PROXY", "http://127.0.0.1:9"],
    ["https_proxy", "http://proxy.example"],
    ["ALL_PROXY", "socks5://x"],
    ["ANTHROPIC_BASE_URL", "https://other.example"],
    ["ANTHROPIC_BEDROCK_BASE_URL", "https://other.example"],
    ["ANTHROPIC_AUTH_TOKEN", "x"],
    ["AWS_BEARER_TOKEN_BEDROCK", "x"],
    ["CLAUDE_CODE_REMOTE_SETTINGS_PATH", "./remote.json"],
    ["CLAUDE_CODE_USE_COWORK_PLUGINS", "1"],
    ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9"],
    ["NODE_EXTRA_CA_CERTS", "./ca.pem"],
    ["NODE_TLS_REJECT_UNAUTHORIZED", "0"],
    ["SSL_CERT_FILE", "./ca.pem"],
    ["GIT_SSL_NO_VERIFY", "1"],
    ["PIP_INDEX_URL", "https://other.example"],
    ["GOPROXY", "https://other.example"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "https://other.example"],
    ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "https://other.example"],
    ["SALLYPORT_HOME", "/tmp/x"],
  ])("%s=%s is found", (name, value) => {
    expect(redirectionOf(name, value)).toBe("redirects-trust");
  });
});

describe("an everyday variable", () => {
  it.each([
    ["NODE_ENV", "test"],
    ["CI", "1"],
    ["DEBUG", "app:*"],
    ["FORCE_COLOR", "0"],
    ["NO_COLOR", "1"],
    ["TZ", "UTC"],
    ["LANG", "C.UTF-8"],
    ["DATABASE_URL", "postgres://localhost/dev"],
    ["API_URL", "http://localhost:3000"],
    ["PORT", "3000"],
    ["RUST_LOG", "debug"],
    ["RUST_BACKTRACE", "1"],
    ["PYTHONUNBUFFERED", "1"],
    ["PYTHONDONTWRITEBYTECODE", "1"],
    ["PAGER", "cat"],
    ["PAGER", ""],
    ["PAGER", "less -FRX"],
    ["GIT_PAGER", "cat"],
    ["GH_PAGER", "cat"],
    ["EDITOR", "vim"],
    ["VISUAL", "code --wait"],
    ["GIT_EDITOR", "true"],
    ["GIT_AUTHOR_NAME", "bot"],
    ["GIT_TERMINAL_PROMPT", "0"],
    ["GIT_OPTIONAL_LOCKS", "0"],
    ["NODE_OPTIONS", "--max-old-space-size=8192"],
    ["NODE_OPTIONS", "--no-warnings --enable-source-maps"],
    ["PATH", "/usr/local/bin:/usr/bin:/bin"],
    ["SHELL", "/bin/bash"],
    ["BASH_ENV", ""],
    ["NODE_TLS_REJECT_UNAUTHORIZED", "1"],
    ["NO_PROXY", "localhost"],
    ["npm_config_loglevel", "error"],
    ["NPM_CONFIG_FUND", "false"],
    ["MAKEFLAGS", "-j8"],
    ["GOFLAGS", "-mod=mod"],
    ["CLAUDE_CODE_MAX_OUTPUT_TOKENS", "8000"],
    ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"],
    ["BASH_DEFAULT_TIMEOUT_MS", "600000"],
    ["MAX_THINKING_TOKENS", "0"],
    ["ANTHROPIC_MODEL", "x"],
    ["DISABLE_TELEMETRY", "1"],
    ["MCP_TIMEOUT", "10000"],
    ["HOMEBREW_NO_AUTO_UPDATE", "1"],
    ["CCACHE_DIR", "/tmp/c"],
  ])("%s=%s is none", (name, value) => {
    expect(redirectionOf(name, value)).toBeUndefined();
  });
});

describe("an accepted variable", () => {
  const variable = { name: "PATH", value: "./bin:/usr/bin" };
  const accepted = [acceptVariable(variable)];
  it("is accepted with its value and no other, and its value is not kept", () => {
    expect(isAccepted(variable, accepted)).toBe(true);
    expect(isAccepted({ ...variable, value: "./other:/usr/bin" }, accepted)).toBe(false);
    expect(isAccepted({ ...variable, name: "BASH_ENV" }, accepted)).toBe(false);
    expect(isAccepted(variable, undefined)).toBe(false);
    expect(JSON.stringify(accepted)).not.toContain("bin");
  });
});

describe("a value that tells every program what it does without", () => {
  it.each([
    ["HTTP_PROXY", ""],
    ["GIT_CONFIG_PARAMETERS", ""],
    ["GIT_CONFIG_COUNT", "0"],
    ["NODE_EXTRA_CA_CERTS", ""],
    ["NODE_TLS_REJECT_UNAUTHORIZED", "1"],
    ["EDITOR", "vim"],
    ["VISUAL", "code --wait"],
    ["GIT_PAGER", "less"],
  ])("%s=%s", (name, value) => expect(isSilent(name, value)).toBe(true));

  it.each([
    // An empty place is another one than the usual.
    ["GIT_DIR", ""],
    ["PATH", ""],
    ["GIT_CONFIG_COUNT", "1"],
    ["NODE_TLS_REJECT_UNAUTHORIZED", "0"],
    ["NODE_EXTRA_CA_CERTS", "/etc/ssl/company.pem"],
    ["EDITOR", "sh -c evil"],
    ["PAGER", "./pager"],
    // Who names an editor that does nothing keeps git from asking for another one.
    ["GIT_EDITOR", "true"],
  ])("not %s=%s", (name, value) => expect(isSilent(name, value)).toBe(false));
});
