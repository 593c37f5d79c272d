// networksetup, scutil, dscl, spctl and others that change macOS itself: its networks, names, users, checks and power.
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect } from "../model/verbs.ts";

const ANY = String.raw`(\s+\S+)*`;

export const networksetup = classifiedBySubcommand({
  readOnly: {
    networksetup: new RegExp(`^-(get|list|show|is)\\w*${ANY}$`),
    scutil: new RegExp(`^(--(dns|proxy|nwi|get|renew|nc (list|status))|-r|-w)${ANY}$`),
    dscl: /^(-\S+\s+)*\S+\s+-?(list|ls|read|cat|readall|readpl|search)(\s+\S+)*$/,
    dseditgroup: /^(-o (read|checkmember))(\s+\S+)*$/,
    dscacheutil: /^(-q \S+|-statistics|-cachedump)(\s+\S+)*$/,
    systemsetup: /^-(get|list)\w*$/,
    csrutil: /^(status|authenticated-root status|report)$/,
    spctl:
      /^(--status|(-a|--assess|-v|-vv|-vvv|--verbose|--list|-t|--type)(\s+(?!--(?:add|remove|enable|disable|global|master|reset))\S+)*)$/,
    nvram: /^(-p|-xp|[\w%][\w%:-]*)$/,
    pmset: /^-g(\s+[\w-]+)*$/,
    kextstat: /^.*$/,
    kmutil: /^(showloaded|inspect|check|libraries)(\s+\S+)*$/,
    tmutil:
      /^(status|version|destinationinfo|latestbackup|listbackups|listlocalsnapshots|listlocalsnapshotdates|machinedirectory|isexcluded|compare|uniquesize|calculatedrift)(\s+\S+)*$/,
    fdesetup:
      /^(status|isactive|list|haspersonalrecoverykey|hasinstitutionalrecoverykey|supportsauthrestart)(\s+\S+)*$/,
    profiles: /^(list|status|show|-P|-L|-C|-e)(\s+\S+)*$/,
    mdutil: /^(-s|-as|-a -s)(\s+\S+)*$/,
  },
  otherwise: ({ name }) => [
    effect<"privilege">({ kind: "privilege", means: name, user: undefined }),
  ],
});
