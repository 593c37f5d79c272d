// Which variables of the client's environment are told to the guard, and which never are.
import { describe, expect, it } from "vitest";
import { isReported } from "#base/reported-variables.ts";

const TOLD =
  "PATH HOME SHELL SHLVL BASH_ENV ENV ZDOTDIR CDPATH TMPDIR POSIXLY_CORRECT GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_GLOBAL GIT_SSH_COMMAND GIT_EXTERNAL_DIFF PAGER MANPAGER EDITOR VISUAL LESSOPEN RIPGREP_CONFIG_PATH GREP_OPTIONS LS_OPTIONS NODE_OPTIONS PYTHONSTARTUP PYTHONPATH PERL5OPT RUBYOPT LD_PRELOAD MAKEFLAGS npm_config_script_shell KUBECONFIG AWS_CONFIG_FILE AWS_PROFILE HTTPS_PROXY http_proxy BASH_FUNC_ls%% CLAUDE_CODE_SHELL_PREFIX";
const NEVER =
  "USER LANG TERM PWD FOO DATABASE_URL ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_CUSTOM_HEADERS CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CODE_MESSAGING_TOKEN AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN GITHUB_TOKEN NPM_TOKEN YARN_NPM_AUTH_TOKEN npm_config__auth NPM_CONFIG__AUTHTOKEN PGPASSWORD SALLYPORT_HOME SALLYPORT_SEEN_PATH";

describe("a variable", () => {
  for (const name of TOLD.split(" "))
    it(`${name} is told`, () => expect(isReported(name)).toBe(true));
  for (const name of NEVER.split(" "))
    it(`${name} is never told`, () => expect(isReported(name)).toBe(false));
});
