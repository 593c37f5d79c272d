// net, reg, icacls, sc, mshta, certutil and others of Windows, which a shell of WSL or MSYS starts by name.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { HARMS_GUARD } from "../services/guard-processes.ts";
import { isCodeAddress } from "../programs/interpreters.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { type ToldCall, classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect, egress } from "../model/verbs.ts";

const NEVER = /^(?!)/;
/** By program, the calls that only look: https://learn.microsoft.com/windows-server/administration/windows-commands */
const LOOKS: Readonly<Record<string, RegExp>> = {
  net: /^(?:user|localgroup|group|share|use|view|start|statistics|accounts|session|config|time|file)(?: [^/\\]\S*)?(?: \/domain)?$/i,
  net1: NEVER,
  icacls: /^\S+(?: \/[tcq])*$/i,
  cacls: /^\S+$/,
  takeown: NEVER,
  runas: NEVER,
  reg: /^(?:query|compare) (?!.*(?:\/s|SAM|SECURITY|password|Sessions|Winlogon))/i,
  sc: /^(?:\\\\\S+ )?(?:query|queryex|qc|qdescription|getdisplayname|enumdepend)(?: |$)/i,
  netsh: /^(?:\S+ )+show(?: |$)/i,
  wmic: /^(?!.*\b(?:call|create|delete|set|format:)\b)/i,
  bcdedit: /^(?:|\/enum.*)$/i,
  vssadmin: /^list /i,
  wbadmin: /^get /i,
  wevtutil: /^(?:el|gl|qe|gp|ep|enum-logs|get-log|query-events) ?/i,
  setx: NEVER,
  mshta: NEVER,
  regsvr32: NEVER,
  rundll32: NEVER,
  msiexec: NEVER,
  cscript: NEVER,
  wscript: NEVER,
  installutil: NEVER,
  tasklist: /^(?!.*\/s\b)/i,
  taskkill: NEVER,
  ipconfig: /^(?:\/all|\/displaydns|\/\?)?$/i,
  systeminfo: /^(?!.*\/s\b)/i,
  getmac: /^(?!.*\/s\b)/i,
  driverquery: /^(?!.*\/s\b)/i,
  where: /^/,
  certutil: /^-?(?:hashfile|dump|store|viewstore) /i,
  bitsadmin: /^\/(?:list|info|monitor)/i,
};

/** What loads code: a script, a library, a package. */
const LOADS = /^(?:mshta|regsvr32|rundll32|msiexec|cscript|wscript|installutil|wmic)$/;
/** Keys of the registry and words of others by which something starts by itself. */
const STARTS =
  /\\(?:Run|RunOnce|RunServices)(?:\\| |$)|\\Winlogon|Image File Execution|AppInit_DLLs|\\Services\\|UserInitMprLogonScript|\\Command Processor/i;
/** Where the machine's own settings lie, as WSL shows them. */
const HIVES = literal("/mnt/c/Windows/System32/config");
const COPIES = literal("/mnt/c/System Volume Information");

export const windowsPrograms: CommandModel = classifiedBySubcommand({
  readOnly: LOOKS,
  otherwise: (call) => (LOADS.test(plain(call.name)) ? loads(call) : changes(call)),
});

/** `ICACLS.EXE` is `icacls`. */
function plain(name: string): string {
  return name.replace(/\.exe$/i, "").toLowerCase();
}

function loads({ name, words, line }: ToldCall): readonly Consequence[] {
  const isRemote = words.some((word) => isElsewhere(word.replace(/^\/\w+:|^\/\w+$/, "")));
  if (isRemote || /(?:https?:)?\\{2}[\w.]|https?:\/\//i.test(line))
    return [runsFrom(name, "download"), egress(undefined)];
  return [runsFrom(name, "system")];
}

/** An address, or a folder that another machine shares. */
function isElsewhere(word: string): boolean {
  return isCodeAddress(word) || /^\\\\[\w.-]+\\|^\/\/[\w.-]+\//.test(word);
}

function changes({ name, args, line }: ToldCall): readonly Consequence[] {
  switch (plain(name)) {
    case "net":
    case "net1":
      if (/^(?:start|stop|pause|continue) /i.test(line)) return [deploys(name)];
      return /^use /i.test(line) ? [egress(undefined), deploys(name)] : [gains(name)];
    case "icacls":
    case "cacls":
      return [gains(/Everyone|\*S-1-1-0|Users:/i.test(line) ? "world-writable" : name)];
    case "tasklist":
    case "ipconfig":
    case "systeminfo":
    case "getmac":
    case "driverquery":
      return [deploys(name)];
    case "taskkill":
      return /\/im\s+["']?(?:wsl|vmmem|\*)/i.test(line)
        ? [HARMS_GUARD, deploys("end")]
        : [deploys("end")];
    case "takeown":
    case "runas":
    case "netsh":
      return [gains(name)];
    case "reg":
      return changesRegistry(line);
    case "setx":
      return [starts("shell-startup")];
    case "sc":
      return /^(?:\\\\\S+ )?(?:create|config|failure)/i.test(line)
        ? [starts("service")]
        : [deploys(name)];
    case "bcdedit":
      return [writes(literal("/dev/disk"), "change", { reach: "tree" })];
    case "vssadmin":
    case "wbadmin":
      return /delete/i.test(line) ? [deletes(COPIES, "tree")] : [deploys(name)];
    case "wevtutil":
      return [deletes(literal("/mnt/c/Windows/System32/winevt/Logs"), "tree")];
    default:
      return fetches(name, args, line);
  }
}

function changesRegistry(line: string): readonly Consequence[] {
  if (/^(?:query|save|export)\b/i.test(line)) return [reads(literal("/proc/self/environ"))];
  return STARTS.test(line)
    ? [starts("shell-startup")]
    : [writes(HIVES, "change", { reach: "tree" })];
}

/** certutil and bitsadmin bring files of others, the second by a job that goes on by itself. */
function fetches(name: string, args: readonly Text[], line: string): readonly Consequence[] {
  const url = args.find((word) => /^https?:\/\//i.test(textOf(word) ?? ""));
  const place = args.at(-1);
  return [
    ...(url === undefined ? [] : [egress(undefined)]),
    ...(place === undefined || place === url ? [] : [writes(place, "create")]),
    ...(name === "bitsadmin" && /\/(?:create|SetNotifyCmdLine|resume)/i.test(line)
      ? [starts("scheduled-task")]
      : []),
    ...(url === undefined && place === undefined ? [runsFrom(name, "system")] : []),
  ];
}

function gains(means: string): Consequence {
  return effect<"privilege">({ kind: "privilege", means, user: undefined });
}

function starts(means: string): Consequence {
  return effect<"persist">({ kind: "persist", means, target: undefined });
}

function deploys(operation: string): Consequence {
  return effect<"deploy">({ kind: "deploy", system: "services", operation });
}
