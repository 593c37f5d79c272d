// Settings of npm and its relatives in files and variables: which registries they name and whether scripts run, where nothing else in them matters.
import { NPM_REGISTRY } from "./registry-names.ts";

/** Settings that change what is told, kept or asked beside, and neither what is brought, nor where to, nor what runs. */
const HARMLESS =
  /^(?:save|save-exact|save-prefix|save-dev|engine-strict|fund|audit|audit-level|loglevel|progress|color|unicode|timing|package-lock|legacy-peer-deps|strict-peer-deps|strict-peer-dependencies|auto-install-peers|update-notifier|fetch-(?:retries|retry-factor|retry-mintimeout|retry-maxtimeout|timeout)|maxsockets|lockfile-version|prefer-offline|prefer-online|offline|omit|include|tag-version-prefix|sign-git-tag|init-[a-z.-]+|min-release-age|resolution-mode|save-workspace-protocol|link-workspace-packages|prefer-workspace-packages|ignore-workspace-root-check|side-effects-cache|verify-store-integrity|always-auth|email|nodedir)$/;
/** Who logs in where: sent to that host alone, which is one of the registries. */
const LOGIN = /^\/\/[\w.:/-]+:(?:_authToken|_auth|username|_password|email|always-auth)$/;
const REGISTRY = /^(?:@[\w.~-]+:)?registry$/;
const ADDRESS = /^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w.~/-]*)?$/;

/**
 * Whether scripts run, in the one form that is understood. WHY no other: npm takes some for neither (`${X}` that is "false" lets
 * scripts of the project run and no others), and a line that ends otherwise than it seems for none.
 */
const SCRIPTS = /^[ \t]*ignore-scripts[ \t]*=[ \t]*(true|false)[ \t]*$/;

/** What programs set for those that they start, and what says nothing of packages. */
const HARMLESS_VARIABLE =
  /^npm_config_(?:user_agent|npm_version|node_gyp|noproxy|init_module|loglevel|color|progress|fund|audit|update_notifier|engine_strict|save_exact|legacy_peer_deps|prefer_offline)$/i;
/** What may be set for an install: nothing of it says whom to ask, whom to trust, or where to put anything. */
const PLAIN_VARIABLE =
  /^(?:CI|NODE_ENV|NO_COLOR|FORCE_COLOR|TERM|LANG|LC_\w+|TZ|HUSKY(?:_SKIP_INSTALL)?|\w+_SKIP_(?:\w+_)?DOWNLOAD)$/;
/** Whom to ask in between, whom to trust, and where things are put, as programs of node are told. */
const CONNECTING =
  /^(?:(?:https?|all|ftp|no)_proxy|proxy|node_\w+|ssl_cert_(?:file|dir)|openssl_\w+|tmpdir|temp|tmp|xdg_\w+|userprofile|appdata)$/i;
/** Families of variables by which managers of packages, or what starts them, are told something. */
const SETTING_VARIABLE = /^(?:npm_config_|pnpm_config_|yarn_|bun_|corepack_)|^PREFIX$/i;

/** What a file of settings says of an install. */
export type InstallSettings = {
  readonly registries: readonly string[];
  /** Undefined where it says nothing of it. */
  readonly ignoresScripts: boolean | undefined;
};

/**
 * What the text of an `.npmrc` says; undefined where it says anything that may matter otherwise, or sets what has a forbidden
 * name.
 */
export function settingsOf(text: string, forbidden?: RegExp): InstallSettings | undefined {
  const registries: string[] = [];
  let ignoresScripts: boolean | undefined;
  for (const line of text.split(/[\r\n]+/)) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    const scripts = SCRIPTS.exec(line)?.[1];
    // The last line of a name counts.
    if (scripts !== undefined) {
      ignoresScripts = scripts === "true";
      continue;
    }
    const [, name = "", value = ""] = /^\s*([\w@.:/~-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (forbidden?.test(name) === true) return undefined;
    if (REGISTRY.test(name)) {
      if (!ADDRESS.test(value)) return undefined;
      registries.push(value);
    } else if (!HARMLESS.test(name) && !LOGIN.test(name)) return undefined;
  }
  return { registries, ignoresScripts };
}

/** What the text of a `.yarnrc` says; undefined where that is more than registries, such as which program yarn is. */
export function settingsOfYarnrc(text: string): InstallSettings | undefined {
  const registries: string[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    if (/^\s*(?:#.*)?$/.test(line) || /^lastUpdateCheck \d+$/.test(line)) continue;
    const address = /^registry "([^"\\]+)"$/.exec(line)?.[1];
    if (address === undefined || !ADDRESS.test(address)) return undefined;
    registries.push(address);
  }
  return { registries, ignoresScripts: undefined };
}

/** All registries that are asked: those of settings, the usual one, and those that the lock file names. */
export function askedRegistries(
  settings: readonly string[],
  locked: readonly string[],
): readonly string[] {
  return [...new Set([NPM_REGISTRY, ...settings, ...locked])];
}

/** Whether a variable of this name may change what an install brings, whoever set it. */
export function isSettingVariable(name: string): boolean {
  return SETTING_VARIABLE.test(name) && !HARMLESS_VARIABLE.test(name);
}

/** Whether a variable that is set for an install alone may matter to it. */
export function mayMatter(name: string): boolean {
  return !PLAIN_VARIABLE.test(name) && !HARMLESS_VARIABLE.test(name);
}

/** Whether a variable of this name matters where the call set it, and is the person's will where it was there before. */
export function isConnecting(name: string): boolean {
  return CONNECTING.test(name) && !PLAIN_VARIABLE.test(name);
}
