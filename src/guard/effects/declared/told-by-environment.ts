// Variables by which package managers are told what to bring, from which file, or where to: then no file of the project decides.
import { textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";

/** Families of variables that managers read. */
const FAMILY =
  /^(?:npm_|pnpm_|yarn_|bun_|corepack_|pip_|pipx_|uv_|poetry_|pipenv_|pdm_|rye_|virtualenv_|workon_home|python(?:userbase|path|home)$|bundle_|bundler_|gem_|ruby|cargo_|rustup_|go[a-z0-9]+$|xdg_|prefix$|destdir$|userprofile$|appdata$)/i;

/** Those of them that say how it is done, what is shown and what is kept to be used again. */
const HARMLESS = new RegExp(
  `^(?:${[
    "npm_config_(?:cache|store_dir|cafile|loglevel|color|progress|fund|audit|update_notifier|engine_strict|save_exact|legacy_peer_deps|prefer_offline|offline|ignore_scripts|omit|include|production|yes|user_agent|npm_version|node_gyp|noproxy|init_module|maxsockets|fetch_\\w+|python|jobs|build_from_source)",
    "npm_(?:lifecycle_\\w+|package_\\w+|command|execpath|node_execpath)",
    "yarn_(?:cache_folder|enable_\\w+|network_\\w+|http_timeout)",
    "bun_install_cache_dir",
    "pip_(?:cache_dir|cert|no_cache_dir|disable_pip_version_check|no_input|default_timeout|timeout|retries|progress_bar|quiet|verbose|no_color|root_user_action|require_virtualenv|prefer_binary|no_warn_script_location|no_build_isolation|only_binary|no_binary|upgrade)",
    "uv_(?:cache_dir|link_mode|no_progress|concurrent_\\w+|http_timeout|native_tls|frozen|locked|no_cache|offline|compile_bytecode|python_downloads|no_sync|no_dev|project_environment_check)",
    "poetry_(?:cache_dir|no_interaction|virtualenvs_(?:in_project|create)|installer_\\w+|requests_timeout)",
    "pipenv_(?:venv_in_project|nospin|yes|ignore_virtualenvs|verbosity|quiet)",
    "pdm_(?:check_update|ignore_saved_python|non_interactive)",
    "bundle_(?:user_home|user_cache|jobs|retry|without|with|deployment|frozen|silence_root_warning|force_ruby_platform|quiet|timeout)",
    "go(?:cache|modcache|maxprocs|gc|memlimit|debug|traceback|os|arch)",
    "cargo_(?:http_\\w+|net_retry|net_offline|term_\\w+|incremental|profile_\\w+|build_jobs)",
  ].join("|")})$`,
  "i",
);

/** What a person who started the client with it may have meant for all installs, and what names no package. */
const NAMING =
  /^(?:npm_config_(?:global|location|prefix|dir|package)|pip_(?:requirement|constraint|build_constraint|editable|target|prefix|root|user|src|group|config_file|find_links)|uv_(?:project|working_dir(?:ectory)?|constraint|build_constraint|override|system_python|config_file|requirements?|find_links|env_file)|pipenv_pipfile|poetry_project\w*|pdm_project\w*|goflags|gowork|goenv|bundle_(?:gemfile|local__\w+)|bun_options)$/i;

/** Whether a variable may say what comes or where to: any of the family where the call sets it, those that name where it was there before. */
export function isToldByVariables(context: ModelContext): boolean {
  for (const by of ["program", "shell"] as const)
    for (const name of context.variableNames(by))
      if (FAMILY.test(name) && !HARMLESS.test(name)) return true;
  for (const name of context.variableNames("start")) if (NAMING.test(name)) return true;
  const is = (variable: string, value: string): boolean =>
    (context.variable(variable) ?? []).every((text) => textOf(text) === value);
  return !is("HOME", context.home);
}
