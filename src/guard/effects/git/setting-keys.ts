// Keys of git's settings: which make it run programs, read files, forget, or change where data goes.
import { type Text, textOf } from "../../shell/values/text.ts";

/** Keys that make git run a program, whatever the subcommand. */
export const EXECUTING_KEY =
  /^(?:core\.(?:fsmonitor|sshcommand|pager|editor|askpass|gitproxy|hookspath|attributesfile|worktree|alternaterefscommand)|alias\.|pager\.|diff\..*\.(?:command|textconv)|diff\.external|filter\.|merge\..*\.driver|merge\.tool|diff\.tool|gpg\..*(?:program|command)|gpg\.program|credential\.|sequence\.editor|help\.|difftool\.|mergetool\.|guitool\.|uploadpack\.|remote\..*\.(?:uploadpack|receivepack|proxy|vcs)|protocol\.|include|submodule\..*\.update|ssh\.variant|init\.templatedir|trailer\.|interactive\.difffilter|man\.|browser\.|web\.|instaweb\.|sendemail\.|http\.|imap\.|hook\.|tar\.|lfs\.|safe\.|extensions\.|uploadarchive\.|gc\.recentobjectshook$|transfer\.bundleuri$|bundle\.|core\.protect(?:hfs|ntfs)$)/;

/** Keys that name a file which git reads and may print lines of. */
export const READING_KEY =
  /^(?:format\.signaturefile|commit\.template|mailmap\.file|blame\.ignorerevsfile|core\.excludesfile|gpg\.ssh\.(?:allowedsignersfile|revocationfile))$/;

/** Keys that decide where a fetch or push goes and what it takes along, by the beginning of their names. */
const LEADING_KEY = /^(?:remote|url|push|branch)(?:\.|$)|^submodule\..*\.url$/;
const NOT_LEADING_KEY =
  /^(?:branch\.(?:.*\.)?(?:description|rebase|autosetuprebase|sort)|remote\..*\.(?:prune|prunetags|tagopt|skipfetchall|skipdefaultupdate))$/;

/** Keys of sizes, times, numbers and names in transfers over HTTP: no file and no program stands in them. */
export const TRANSFER_KEY =
  /^http\.(?:.*\.)?(?:postbuffer|lowspeedlimit|lowspeedtime|useragent|version|maxrequests|minsessions|maxretries|maxretrytime|retryafter|noepsv|keepalive(?:idle|interval|count))$/;

/** Keys that name a host through which transfers go. */
export const PROXY_KEY = /^http\.(?:.*\.)?proxy$/;

/** Whether a setting decides where a fetch or push goes. */
export function isLeading(key: string): boolean {
  return LEADING_KEY.test(key) && !NOT_LEADING_KEY.test(key);
}

/** Settings after which git throws away what no branch leads to any more. */
const EXPIRING_KEY =
  /^gc\.(?:(?:.*\.)?reflogexpire(?:unreachable)?|pruneexpire|worktreepruneexpire)$/;

/** Whether a setting makes git forget sooner: no time at all, or one that is not known. */
export function forgets(key: string, value: Text | undefined): boolean {
  return EXPIRING_KEY.test(key) && !/^(?:never|false)$/i.test(textOf(value ?? []) ?? "");
}

/** Executing keys whose values are no commands themselves: files, hosts, switches. */
export const NO_COMMAND_KEY =
  /^(?:core\.(?:attributesfile|worktree|protect)|transfer\.|bundle\.|include|protocol\.|url\.|http\.|safe\.|extensions\.)/;

/** Values that switch a program off, or name one that only prints. */
export function isHarmless(key: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (key === "help.autocorrect") return /^(?:|0|false|never|off|no|show)$/.test(value);
  if (/^(?:|true|false|0|1)$/.test(value))
    return !key.startsWith("alias.") && !key.startsWith("include");
  if (/^(?:core\.pager|pager\.)/.test(key)) return /^(?:cat|less)$/.test(value);
  if (/^(?:core|sequence)\.editor$/.test(key)) return value === ":" || value === "cat";
  if (key === "protocol.file.allow") return true;
  return key.startsWith("help.") && /^(?:never|off|no|show)$/.test(value);
}

/** Keys whose value git runs, or looks in for what it runs, in whatever repository. */
const PROGRAM_KEY =
  /^(?:core\.(?:fsmonitor|sshcommand|pager|editor|askpass|gitproxy)|pager\.|diff\..*\.(?:command|textconv)|diff\.external|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|gpg\.(?:.*\.)?program|sequence\.editor|(?:diff|merge|gui)tool\..*\.(?:cmd|path)|trailer\..*\.(?:command|cmd)|interactive\.difffilter|include(?:if\..*)?\.path|uploadpack\.packobjectshook|sendemail\..*cmd|(?:man|browser|web)\..*)$/;

/** Keys that people set to folders of hooks, aliases and helpers of well known names as well: what counts is a path of one's own. */
const PLACED_KEY = /^(?:core\.hookspath|init\.templatedir|alias\..*|credential\.(?:.*\.)?helper)$/;
const PLACED_PROGRAM =
  /^(?:!\s*(?:(?:ba|z|da)?sh\s+)?)?(?:~|\.{0,2})\/(?!usr\/(?:local\/)?(?:bin|lib|share)\/)\S/;

/** Whether a setting makes a program of no well known name run, wherever the person uses git: told by its path or as shell text. */
export function namesProgram(key: string | undefined, value: Text | undefined): boolean {
  if (key === undefined || value === undefined) return false;
  const text = textOf(value);
  if (PLACED_KEY.test(key)) return text !== undefined && PLACED_PROGRAM.test(text);
  if (!PROGRAM_KEY.test(key)) return false;
  if (text === undefined) return false;
  if (isHarmless(key, text)) return false;
  return (
    /^!|^(?:~|\.{0,2})\/|^(?:ba|z|da)?sh\b|[;&|`$<>]/.test(text) &&
    !/^\/usr\/(?:local\/)?(?:bin|lib|share)\//.test(text)
  );
}

/** Whether a push that names nothing replaces or takes away what others have, because of this setting. */
export function replacesAtPush(key: string, value: string): boolean {
  return (
    (/^remote\..*\.push$/.test(key) && /(?:^|\n)[+:]/.test(value)) ||
    (/^remote\..*\.mirror$/.test(key) && /^(?:|true|yes|on|[1-9]\d*)$/i.test(value))
  );
}

/** Keys whose value is a line for a shell, which the next command may run. */
export const LINE_KEY =
  /^(?:core\.(?:fsmonitor|sshcommand|editor|askpass|gitproxy|alternaterefscommand)|sequence\.editor|diff\.external|diff\..*\.(?:command|textconv)|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand|trailer\..*\.(?:command|cmd)|(?:diff|merge|gui)tool\..*\.cmd|interactive\.difffilter|uploadpack\.packobjectshook|tar\..*\.command|sendemail\.(?:.*\.)?(?:tocmd|cccmd|headercmd|sendmailcmd)|(?:man|browser)\..*\.cmd|remote\..*\.(?:uploadpack|receivepack)|hook\..*\.command)$/;
/** Keys whose value is a line that gets what git prints. */
export const PAGER_KEY = /^(?:core\.pager|pager\.)/;

/** Keys whose value is a line that git runs as it is, or with numbers and marks put into it. */
export const WHOLE_LINE_KEY =
  /^(?:core\.fsmonitor|filter\.|hook\.|interactive\.|merge\.|tar\.|trailer\.|(?:diff|merge|gui)tool\.)/;

/** Keys whose value is such a line behind an exclamation mark, and something else without one. */
export const MARKED_LINE_KEY = /^(?:credential\.(?:.*\.)?helper|submodule\..*\.update)$/;
